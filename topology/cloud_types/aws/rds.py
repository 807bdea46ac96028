"""RDS and Aurora."""

from tricenter.topology.cloud_types.row import ByAsking, ByName, CloudType

TYPES = (
    CloudType(
        type="aws:rds/cluster:Cluster",
        kind="rds cluster",
        holds="the storage of an Aurora database in one region",
        known=ByName(id="{clusterIdentifier}"),
        removal="rds delete-db-cluster --db-cluster-identifier {name} --skip-final-snapshot",
    ),
    CloudType(
        type="aws:rds/clusterInstance:ClusterInstance",
        kind="rds db",
        holds="a site's copy of an Aurora database",
        known=ByName(id="{identifier}"),
        removal="rds delete-db-instance --db-instance-identifier {name} --skip-final-snapshot",
    ),
    CloudType(
        type="aws:rds/clusterParameterGroup:ClusterParameterGroup",
        kind="rds cluster-pg",
        known=ByName(id="{name}"),
        removal="rds delete-db-cluster-parameter-group --db-cluster-parameter-group-name {name}",
    ),
    CloudType(
        type="aws:rds/clusterSnapshot:ClusterSnapshot",
        holds="a snapshot of a database",
    ),
    CloudType(
        type="aws:rds/globalCluster:GlobalCluster",
        kind="rds global-cluster",
        holds="the replication between the regions of a database",
        known=ByName(id="{globalClusterIdentifier}"),
        removal="rds delete-global-cluster --global-cluster-identifier {name}",
    ),
    CloudType(
        type="aws:rds/instance:Instance",
        kind="rds db",
        holds="a database with its volume",
        known=ByName(id="{identifier}"),
    ),
    CloudType(
        type="aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
        known=ByAsking(look="backups_replication"),
    ),
    CloudType(
        type="aws:rds/parameterGroup:ParameterGroup",
        kind="rds pg",
        known=ByName(id="{name}"),
        removal="rds delete-db-parameter-group --db-parameter-group-name {name}",
    ),
    CloudType(
        type="aws:rds/snapshot:Snapshot",
        holds="a snapshot of a database",
    ),
    CloudType(
        type="aws:rds/subnetGroup:SubnetGroup",
        kind="rds subgrp",
        known=ByName(id="{name}"),
        removal="rds delete-db-subnet-group --db-subnet-group-name {name}",
    ),
    CloudType(
        kind="rds cluster-snapshot",
        removal="rds delete-db-cluster-snapshot --db-cluster-snapshot-identifier {name}",
    ),
    CloudType(
        kind="rds snapshot",
        removal="rds delete-db-snapshot --db-snapshot-identifier {name}",
    ),
)
