"""An Aurora global database in two regions, and the key of one of them."""

import pulumi
import pulumi_aws as aws

REGIONS = ("us-east-1", "us-west-2")
password = pulumi.Config().get_secret("password") or pulumi.Output.secret("generated-elsewhere")

key = aws.kms.Key("west", region=REGIONS[1], deletion_window_in_days=7)
world = aws.rds.GlobalCluster(
    "payments",
    global_cluster_identifier="payments",
    engine="aurora-postgresql",
    engine_version="16.4",
    storage_encrypted=True,
    deletion_protection=True,
)
east = aws.rds.Cluster(
    "payments-east",
    region=REGIONS[0],
    cluster_identifier="payments-east",
    global_cluster_identifier=world.id,
    engine="aurora-postgresql",
    engine_version="16.4",
    master_username="payments",
    master_password=password,
    storage_encrypted=True,
    backup_retention_period=14,
    deletion_protection=True,
    final_snapshot_identifier="payments-east-last",
    enabled_cloudwatch_logs_exports=["postgresql"],
)
for number, zone in enumerate(("us-east-1a", "us-east-1b")):
    aws.rds.ClusterInstance(
        f"payments-east-{number}",
        region=REGIONS[0],
        cluster_identifier=east.id,
        engine=aws.rds.EngineType.AURORA_POSTGRESQL,
        instance_class="db.r6g.xlarge",
        availability_zone=zone,
    )
west = aws.rds.Cluster(
    "payments-west",
    region=REGIONS[1],
    cluster_identifier="payments-west",
    global_cluster_identifier=world.id,
    engine="aurora-postgresql",
    engine_version="16.2",
    storage_encrypted=True,
    kms_key_id=key.arn,
    backup_retention_period=3,
    skip_final_snapshot=True,
    opts=pulumi.ResourceOptions(depends_on=[east]),
)
aws.rds.ClusterInstance(
    "payments-west-0",
    region=REGIONS[1],
    cluster_identifier=west.id,
    engine=aws.rds.EngineType.AURORA_POSTGRESQL,
    instance_class="db.r6g.large",
)
