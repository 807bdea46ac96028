"""An Aurora global database without a word about TLS."""

import pulumi
import pulumi_aws as aws

secret = pulumi.Output.secret("made-elsewhere")


def cluster(name, region, zones, *, version="16.4", world=None, size="db.r6g.large", **more):
    c = aws.rds.Cluster(
        name,
        region=region,
        cluster_identifier=name,
        engine="aurora-postgresql",
        engine_version=version,
        global_cluster_identifier=world,
        master_username="app",
        master_password=secret,
        storage_encrypted=True,
        backup_retention_period=14,
        deletion_protection=True,
        final_snapshot_identifier=name + "-last",
        enabled_cloudwatch_logs_exports=["postgresql"],
        **more,
    )
    for i, z in enumerate(zones):
        aws.rds.ClusterInstance(
            f"{name}-{i}",
            region=region,
            cluster_identifier=c.id,
            engine="aurora-postgresql",
            instance_class=size,
            availability_zone=z,
        )
    return c


w = aws.rds.GlobalCluster(
    "pay",
    global_cluster_identifier="pay",
    engine="aurora-postgresql",
    engine_version="17.4",
    storage_encrypted=True,
    deletion_protection=True,
)
cluster("pay-east", "us-east-1", ["us-east-1a", "us-east-1b"], world=w.id, version="17.4")
cluster("pay-west", "us-west-2", ["us-west-2a", "us-west-2b"], world=w.id, version="17.4")
