"""A database that AWS Backup is for, or is not."""

import pulumi_aws as aws

HOME, FAR = "eu-west-1", "eu-central-1"
k, kf = aws.kms.Key("home", region=HOME), aws.kms.Key("far", region=FAR)
v = aws.backup.Vault("home", region=HOME, name="home", kms_key_arn=k.arn)
f = aws.backup.Vault("far", region=FAR, name="far", kms_key_arn=kf.arn)
for n, one, r in (("home", v, HOME), ("far", f, FAR)):
    aws.backup.VaultLockConfiguration(
        n, region=r, backup_vault_name=one.name, min_retention_days=30, changeable_for_days=3
    )


def db(name, **more):
    return aws.rds.Instance(
        name,
        region=HOME,
        identifier=name,
        engine="postgres",
        engine_version="16.4",
        instance_class="db.m6g.large",
        allocated_storage=100,
        username="app",
        manage_master_user_password=True,
        multi_az=True,
        storage_encrypted=True,
        deletion_protection=True,
        final_snapshot_identifier=name + "-last",
        enabled_cloudwatch_logs_exports=["postgresql"],
        **more,
    )


plan = aws.backup.Plan(
    "daily",
    region=HOME,
    name="daily",
    rules=[
        {
            "rule_name": "daily",
            "target_vault_name": v.name,
            "schedule": "cron(0 3 * * ? *)",
            "lifecycle": {"delete_after": 35},
            "copy_actions": [{"destination_vault_arn": f.arn, "lifecycle": {"delete_after": 35}}],
        }
    ],
)
ROLE = "arn:aws:iam::111122223333:role/backup"
d = db("orders", backup_retention_period=1)
aws.backup.Selection(
    "daily",
    region=HOME,
    name="daily",
    plan_id=plan.id,
    iam_role_arn=ROLE,
    resources=["*"],
    not_resources=[d.arn],
)
