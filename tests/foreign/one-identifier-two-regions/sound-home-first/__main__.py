"""One identifier in two regions."""

import pulumi_aws as aws


def db(n, region, **more):
    aws.rds.Instance(
        n,
        region=region,
        identifier="orders",
        instance_class="db.m6g.large",
        multi_az=True,
        storage_encrypted=True,
        deletion_protection=True,
        final_snapshot_identifier="last",
        enabled_cloudwatch_logs_exports=["postgresql"],
        **more,
    )


db(
    "home",
    "eu-west-1",
    engine="postgres",
    engine_version="16.4",
    allocated_storage=100,
    username="app",
    manage_master_user_password=True,
    backup_retention_period=14,
)
db("far", "eu-central-1", replicate_source_db="arn:aws:rds:eu-west-1:111122223333:db:orders")
