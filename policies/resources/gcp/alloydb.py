"""AlloyDB: clusters and their instances. Google encrypts the disks by itself.

Defaults checked 2026-11-25:
https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/alloydb_cluster
https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/alloydb_instance
"""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Database, Fact, Member
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known

SECONDS_A_DAY = 86_400
DAYS_KEPT = 14.0
"""What automated and continuous backups keep where nothing is said."""


def cluster(made: Resource) -> Iterator[Fact]:
    """A cluster; a secondary one takes its backups from the one that it follows."""
    source = made.link("secondaryConfig.primaryClusterName")
    alone = source is None
    yield Database(
        place=made.place,
        title=f"AlloyDB cluster {made.name}",
        identities=made.identities("clusterId", "name"),
        source=source,
        deletion_protection=made.flag("deletionProtection"),
        backup_days=_kept(made) if alone else None,
        point_in_time=made.flag("continuousBackupConfig.enabled", default=True) if alone else None,
        by_members=True,
        version=made.text("databaseVersion"),
    )


def instance(made: Resource) -> Iterator[Fact]:
    """An instance of a cluster; it spans zones unless it is told not to."""
    kind = made.text("availabilityType")
    mode = made.text("clientConnectionConfig.sslConfig.sslMode")
    yield Member(
        place=made.place,
        title=f"AlloyDB instance {made.name}",
        identities=made.identities("instanceId", "name"),
        stands_in=_stands_in(made),
        cluster=made.link("cluster"),
        size=_size(made),
        public=made.flag("networkConfig.enablePublicIp"),
        several_zones=UNKNOWN if kind is UNKNOWN else kind != "ZONAL",
        tls=UNKNOWN if mode is UNKNOWN else mode != "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
    )


def _stands_in(made: Resource) -> Known[bool]:
    """Whether it can lead: a pool of readers never does, in however many zones its nodes are."""
    kind = made.text("instanceType")
    return UNKNOWN if kind is UNKNOWN else kind != "READ_POOL"


def _size(made: Resource) -> Known[str] | None:
    machine = made.text("machineConfig.machineType")
    return made.text("machineConfig.cpuCount") if machine is None else machine


def _kept(made: Resource) -> Known[float] | None:
    enabled = made.flag("automatedBackupPolicy.enabled", default=True)
    if enabled is UNKNOWN or not enabled:
        return UNKNOWN if enabled is UNKNOWN else 0.0
    count = made.number("automatedBackupPolicy.quantityBasedRetention.count")
    if count is not None:
        return count
    period = made.text("automatedBackupPolicy.timeBasedRetention.retentionPeriod")
    if period is None or period is UNKNOWN:
        return DAYS_KEPT if period is None else UNKNOWN
    return float(period.removesuffix("s")) / SECONDS_A_DAY


READS = {
    "gcp:alloydb/cluster:Cluster": cluster,
    "gcp:alloydb/instance:Instance": instance,
}
