"""Amazon RDS and Aurora: instances, clusters, their members, global clusters, parameters.

Defaults are those of the provider and the service, checked 2026-11-25:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
"""

from collections.abc import Iterator

from tricenter.policies.resources.facts import (
    Database,
    DatabaseCopy,
    Fact,
    Group,
    Member,
    Settings,
)
from tricenter.policies.resources.rds_tls import tls_by_version, tls_of, tls_of_family
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.stamps import tags_of
from tricenter.policies.resources.values import UNKNOWN, Known, as_flag, each, holds_unknown, walk

TLS_PARAMETERS = frozenset({"rds.force_ssl", "require_secure_transport"})
BACKUP_DAYS_OF_CLUSTER = 1.0
"""What a cluster keeps where nothing is said."""


def instance(made: Resource) -> Iterator[Fact]:
    """A database instance; what a replica takes from its source is not asked of it."""
    source = made.link("replicateSourceDb")
    alone = source is None
    stated = made.read("storageEncrypted")
    yield Database(
        place=made.place,
        title=f"RDS instance {made.name}",
        identities=made.identities("identifier"),
        arn=made.arn("rds", "db:", "identifier", "RDS"),
        source=source,
        tags=tags_of(made, "tags"),
        deletion_protection=made.flag("deletionProtection"),
        final_snapshot=_negated(made.flag("skipFinalSnapshot")) if alone else None,
        backup_days=made.number("backupRetentionPeriod", 0.0) if alone else None,
        several_zones=made.flag("multiAz") if alone else None,
        encrypted=made.flag("storageEncrypted") if alone or stated is not None else None,
        tls=tls_of(made, "parameterGroupName"),
        tls_of_source=not alone and made.read("parameterGroupName") is None,
        default_tls=tls_by_version(made.text("engine"), made.text("engineVersion")),
        public=made.flag("publiclyAccessible"),
        logs=_exported(made),
        version=made.text("engineVersion"),
        size=made.text("instanceClass"),
    )


def cluster(made: Resource) -> Iterator[Fact]:
    """A cluster of Aurora, or one of RDS with standbys in two more zones."""
    of_rds = made.read("dbClusterInstanceClass") is not None
    yield Database(
        place=made.place,
        title=f"{'RDS' if of_rds else 'Aurora'} cluster {made.name}",
        identities=made.identities("clusterIdentifier"),
        arn=made.arn("rds", "cluster:", "clusterIdentifier", "RDS" if of_rds else "Aurora"),
        tags=tags_of(made, "tags"),
        source=made.link("replicationSourceIdentifier"),
        group=made.link("globalClusterIdentifier"),
        deletion_protection=made.flag("deletionProtection"),
        final_snapshot=_negated(made.flag("skipFinalSnapshot")),
        backup_days=made.number("backupRetentionPeriod", BACKUP_DAYS_OF_CLUSTER),
        several_zones=True if of_rds else None,
        # The first kind of serverless cluster has no instances.
        by_members=not of_rds and made.read("engineMode") != "serverless",
        encrypted=made.flag("storageEncrypted", default=made.text("engineMode") == "serverless"),
        tls=tls_of(made, "dbClusterParameterGroupName"),
        ceiling=made.number("serverlessv2ScalingConfiguration.maxCapacity"),
        logs=_exported(made),
        version=made.text("engineVersion"),
    )


def member(made: Resource) -> Iterator[Fact]:
    """One instance of a cluster."""
    yield Member(
        place=made.place,
        title=f"Aurora instance {made.name}",
        identities=made.identities("identifier"),
        cluster=made.link("clusterIdentifier"),
        size=made.text("instanceClass"),
        zone=made.text("availabilityZone"),
        public=made.flag("publiclyAccessible"),
    )


def global_cluster(made: Resource) -> Iterator[Fact]:
    """What holds clusters of several regions together; it takes its source's encryption."""
    first = made.link("sourceDbClusterIdentifier")
    yield Group(
        place=made.place,
        title=f"Aurora global cluster {made.name}",
        identities=made.identities("globalClusterIdentifier"),
        deletion_protection=made.flag("deletionProtection"),
        encrypted=made.flag("storageEncrypted") if first is None else None,
        default_tls=tls_by_version(made.text("engine"), made.text("engineVersion")),
        first=first,
    )


def parameters(made: Resource) -> Iterator[Fact]:
    """A parameter group, as far as it is about TLS."""
    yield Settings(
        place=made.place,
        title=f"parameter group {made.name}",
        identities=made.identities("name"),
        tls=_said(made),
    )


def backups_elsewhere(made: Resource) -> Iterator[Fact]:
    """Automated backups of an instance, replicated into this resource's region."""
    yield DatabaseCopy(
        place=made.place,
        title=f"copy of backups {made.name}",
        source=made.link("sourceDbInstanceArn"),
    )


def _said(made: Resource) -> Known[bool]:
    for parameter in each(made.read("parameters")):
        if walk(parameter, "name") in TLS_PARAMETERS:
            said = as_flag(walk(parameter, "value"))
            return bool(said) if said is None else said
    if holds_unknown(made.read("parameters")) or made.read("family") is UNKNOWN:
        return UNKNOWN
    return tls_of_family(str(made.read("family")))


def _exported(made: Resource) -> Known[bool]:
    found = made.read("enabledCloudwatchLogsExports")
    return UNKNOWN if found is UNKNOWN else any(True for _ in each(found))


def _negated(flag: Known[bool]) -> Known[bool]:
    return UNKNOWN if flag is UNKNOWN else not flag


READS = {
    "aws:rds/instance:Instance": instance,
    "aws:rds/cluster:Cluster": cluster,
    "aws:rds/clusterInstance:ClusterInstance": member,
    "aws:rds/globalCluster:GlobalCluster": global_cluster,
    "aws:rds/parameterGroup:ParameterGroup": parameters,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": parameters,
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": (
        backups_elsewhere
    ),
}
