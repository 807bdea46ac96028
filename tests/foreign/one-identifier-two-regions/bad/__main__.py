"""One identifier in two regions."""

import pulumi
import pulumi_aws as aws

secret = pulumi.Output.secret("x")
for region, zones in (("us-east-1", ["us-east-1a"]), ("us-west-2", ["us-west-2a", "us-west-2b"])):
    aws.rds.Cluster(
        "pay-" + region,
        region=region,
        cluster_identifier="pay",
        engine="aurora-postgresql",
        engine_version="17.4",
        master_username="app",
        master_password=secret,
        storage_encrypted=True,
        backup_retention_period=14,
        deletion_protection=True,
        final_snapshot_identifier="last",
        enabled_cloudwatch_logs_exports=["postgresql"],
    )
    for z in zones:
        aws.rds.ClusterInstance(
            "pay-" + z,
            region=region,
            cluster_identifier="pay",
            engine="aurora-postgresql",
            instance_class="db.r6g.large",
            availability_zone=z,
        )
