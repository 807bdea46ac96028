"""Who copies from whom between regions, and what of it the service decides alone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from tricenter.components.aws.regions import Region, place_of
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedMember

AT_CREATION = ("availabilityZones", "databaseName", "masterPasswordWo", "masterPasswordWoVersion")
"""Given once to a cluster; afterwards the service tells it, or nobody may."""
OF_A_ROLE = ("globalClusterIdentifier", "masterUsername", "replicationSourceIdentifier")
"""Other values for another role: a swap through the API would look like drift, and `up` would
undo it or take the cluster out of its global database.

https://github.com/cloudposse/terraform-aws-rds-cluster/issues/281
"""
BY_GLOBAL = ("engineVersion",)
"""The version of a member follows that of its global database."""
RDS_AT_CREATION = ("dbName", "passwordWo", "passwordWoVersion", "availabilityZone")
RDS_OF_A_ROLE = ("engine", "replicateSourceDb", "username")
"""Nothing that a spec can change: a version or a size that is not compared is never carried out."""
BY_AWS_BACKUP = ("backupRetentionPeriod", "preferredBackupWindow")
"""AWS Backup sets these itself where it keeps a continuous backup (checked 2026-11-24).

https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionMembers:
    """The copies of one database in one region."""

    region: Region
    members: tuple[PlannedMember, ...]

    @property
    def name(self) -> str:
        """The region's name."""
        return self.region.name


def members_by_region(
    plan: Plan, regions: Sequence[Region], database: PlannedDatabase
) -> tuple[RegionMembers, ...]:
    """The regions that hold a database, that of the leader first: so it must be made, and so it
    must go last. The leader is the observed one, and the preferred one before there is any."""
    leading = place_of(plan.host(database.leader)).region
    held = [
        RegionMembers(
            region=region, members=tuple(m for m in database.members if m.site in region.sites)
        )
        for region in regions
    ]
    having = [one for one in held if one.members]
    return tuple(sorted(having, key=lambda one: (one.name != leading, one.name)))


def edges(order: Sequence[RegionMembers]) -> tuple[tuple[str, str], ...]:
    """The edges of replication between regions, each from the leader's to another's."""
    return tuple((order[0].name, other.name) for other in order[1:])


def ignored(service: str, replicated: Sequence[tuple[str, str]], *, continuous: bool) -> list[str]:
    """The inputs that are not compared after creation, as Pulumi spells them.

    They are the same for every region, since each may take any role. Without an edge there is no
    role between regions, and only what is given once stays.
    """
    if service == "rds":
        found = [*RDS_AT_CREATION, *(RDS_OF_A_ROLE if replicated else ())]
        backup = ("backupRetentionPeriod", "backupWindow")
    else:
        found = [*AT_CREATION, *((*OF_A_ROLE, *BY_GLOBAL) if replicated else ())]
        backup = BY_AWS_BACKUP
    return sorted({*found, *(backup if continuous else ())})
