"""A database whose protection depends on what only the deployment knows."""

import pulumi_aws as aws

key = aws.kms.Key("data")
known_later = key.arn.apply(bool)
vault = aws.backup.Vault("main", kms_key_arn=key.arn)
database = aws.rds.Instance(
    "orders",
    engine="postgres",
    engine_version="16.4",
    instance_class="db.m6g.large",
    allocated_storage=100,
    username="orders",
    manage_master_user_password=True,
    multi_az=known_later,
    storage_encrypted=known_later,
    publicly_accessible=key.arn.apply(lambda arn: not arn),
    deletion_protection=key.arn.apply(lambda arn: not arn),
    backup_retention_period=key.arn.apply(lambda arn: 7 if arn else 1),
    final_snapshot_identifier="orders-last",
    enabled_cloudwatch_logs_exports=["postgresql"],
)
