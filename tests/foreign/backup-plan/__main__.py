"""A backup plan with a copy in another region, selected by name, and one that forgets half."""

import json

import pulumi_aws as aws

HOME, FAR = "eu-west-1", "eu-central-1"
key = aws.kms.Key("home", region=HOME)
vault = aws.backup.Vault("home", region=HOME, kms_key_arn=key.arn)
far = aws.backup.Vault("far", region=FAR)
aws.backup.VaultLockConfiguration(
    "far", region=FAR, backup_vault_name=far.name, min_retention_days=30, changeable_for_days=3
)
role = aws.iam.Role(
    "backup",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "backup.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
orders = aws.rds.Instance(
    "orders",
    region=HOME,
    engine="postgres",
    engine_version="16.4",
    instance_class="db.m6g.large",
    allocated_storage=100,
    username="orders",
    manage_master_user_password=True,
    multi_az=True,
    storage_encrypted=True,
    deletion_protection=True,
    backup_retention_period=1,
    final_snapshot_identifier="orders-last",
    enabled_cloudwatch_logs_exports=["postgresql"],
)
daily = aws.backup.Plan(
    "daily",
    region=HOME,
    rules=[
        {
            "rule_name": "daily",
            "target_vault_name": vault.name,
            "schedule": "cron(0 3 * * ? *)",
            "copy_actions": [{"destination_vault_arn": far.arn}],
        }
    ],
)
aws.backup.Selection(
    "daily", region=HOME, plan_id=daily.id, iam_role_arn=role.arn, resources=[orders.arn]
)
weekly = aws.backup.Plan(
    "weekly",
    region=HOME,
    rules=[
        {
            "rule_name": "weekly",
            "target_vault_name": vault.name,
            "schedule": "cron(0 3 ? * SUN *)",
            "copy_actions": [{"destination_vault_arn": vault.arn}],
        }
    ],
)
aws.backup.Selection(
    "weekly",
    region=HOME,
    plan_id=weekly.id,
    iam_role_arn=role.arn,
    selection_tags=[{"type": "STRINGEQUALS", "key": "backup", "value": "weekly"}],
)
