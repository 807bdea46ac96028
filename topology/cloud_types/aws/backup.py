"""AWS Backup."""

from tricenter.topology.cloud_types.row import Again, ByAsking, ByName, ByTags, CloudType

TYPES = (
    CloudType(
        type="aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
        holds="recovery points of databases",
    ),
    CloudType(
        type="aws:backup/plan:Plan",
        kind="backup backup-plan",
        known=ByTags(),
        removal="backup delete-backup-plan --backup-plan-id {name}",
    ),
    CloudType(
        type="aws:backup/restoreTestingPlan:RestoreTestingPlan",
        kind="backup restore-testing-plan",
        known=ByName(id="{name}"),
        removal="backup delete-restore-testing-plan --restore-testing-plan-name {name}",
    ),
    CloudType(
        type="aws:backup/restoreTestingSelection:RestoreTestingSelection",
        known=ByName(id="{name}:{restoreTestingPlanName}"),
    ),
    CloudType(
        type="aws:backup/selection:Selection",
        known=ByAsking(look="selection"),
    ),
    CloudType(
        type="aws:backup/vault:Vault",
        kind="backup backup-vault",
        holds="recovery points of databases",
        known=ByName(id="{name}"),
        removal="backup delete-backup-vault --backup-vault-name {name}",
    ),
    CloudType(
        type="aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        known=Again(why="a setting of its vault"),
    ),
    CloudType(
        type="aws:backup/vaultPolicy:VaultPolicy",
        known=Again(why="a setting of its vault"),
    ),
)
