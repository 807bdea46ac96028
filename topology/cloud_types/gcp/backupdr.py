"""Backup and DR."""

from tricenter.topology.cloud_types.row import ByName, CloudType, Listing

LOCATED = "projects/{project}/locations/{location}"

TYPES = (
    CloudType(
        type="gcp:backupdisasterrecovery/backupPlan:BackupPlan",
        endpoint="BACKUP_DR",
        kind="backup plan",
        known=ByName(id=f"{LOCATED}/backupPlans/{{backupPlanId}}"),
        removal="backup-dr backup-plans delete {name} --location {place}",
        listing=Listing(
            service="BACKUP_DR",
            path="projects/{project}/locations/{place}/backupPlans",
            member="backupPlans",
            by="region",
        ),
    ),
    CloudType(
        type="gcp:backupdisasterrecovery/backupPlanAssociation:BackupPlanAssociation",
        endpoint="BACKUP_DR",
        known=ByName(id=f"{LOCATED}/backupPlanAssociations/{{backupPlanAssociationId}}"),
    ),
    CloudType(
        type="gcp:backupdisasterrecovery/backupVault:BackupVault",
        endpoint="BACKUP_DR",
        kind="backup vault",
        holds="recovery points of databases",
        known=ByName(id=f"{LOCATED}/backupVaults/{{backupVaultId}}"),
        removal="backup-dr backup-vaults delete {name} --location {place}",
        listing=Listing(
            service="BACKUP_DR",
            path="projects/{project}/locations/{place}/backupVaults",
            member="backupVaults",
            by="region",
        ),
    ),
)
