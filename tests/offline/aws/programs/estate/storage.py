"""Names, backups and buckets."""

import json

import pulumi
import pulumi_aws as aws
from identity import A, B, key, role

z = aws.route53.Zone("z", name="pay.example.com", tags={"a": "b"})
hc = [
    aws.route53.HealthCheck(
        f"hc{i}",
        type="TCP",
        ip_address=f"203.0.113.{i + 1}",
        port=443,
        request_interval=10,
        failure_threshold=3,
        measure_latency=True,
        regions=["us-east-1", "eu-west-1", "ap-southeast-1"],
        tags={"s": str(i)},
    )
    for i in range(2)
]
leaf = [
    aws.route53.Record(
        f"leaf{i}",
        zone_id=z.zone_id,
        name="a.api.pay.example.com",
        type="A",
        ttl=5,
        records=[f"203.0.113.{i + 1}"],
        set_identifier=f"s{i}",
        multivalue_answer_routing_policy=True,
        health_check_id=hc[i].id,
    )
    for i in range(2)
]
for k, g in (("cn", {"country": "CN"}), ("all", {"country": "*"})):
    aws.route53.Record(
        f"top-{k}",
        zone_id=z.zone_id,
        name="api.pay.example.com",
        type="A",
        aliases=[
            {"name": "a.api.pay.example.com", "zone_id": z.zone_id, "evaluate_target_health": True}
        ],
        set_identifier=k,
        geolocation_routing_policies=[g],
        opts=pulumi.ResourceOptions(depends_on=leaf),
    )
calc = aws.route53.HealthCheck(
    "calc", type="CALCULATED", child_healthchecks=[h.id for h in hc], child_health_threshold=1
)
vault = {
    r: aws.backup.Vault(f"v-{r}", kms_key_arn=key[r].arn, region=r, tags={"n": "m"}) for r in (A, B)
}
aws.backup.VaultLockConfiguration(
    "lock", backup_vault_name=vault[B].name, min_retention_days=7, max_retention_days=400, region=B
)
aws.backup.VaultPolicy(
    "vp",
    backup_vault_name=vault[B].name,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "backup:DeleteRecoveryPoint",
                    "Resource": "*",
                }
            ],
        }
    ),
    region=B,
)
plan = aws.backup.Plan(
    "plan",
    rules=[
        {
            "rule_name": "nightly",
            "target_vault_name": vault[A].name,
            "schedule": "cron(0 2 * * ? *)",
            "schedule_expression_timezone": "Asia/Shanghai",
            "start_window": 60,
            "completion_window": 180,
            "lifecycle": {"delete_after": 35},
            "copy_actions": [
                {"destination_vault_arn": vault[B].arn, "lifecycle": {"delete_after": 35}}
            ],
            "recovery_point_tags": {"a": "b"},
        }
    ],
    region=A,
    tags={"q": "w"},
)
aws.backup.Selection(
    "sel",
    plan_id=plan.id,
    iam_role_arn=role.arn,
    selection_tags=[{"type": "STRINGEQUALS", "key": "backup", "value": "nightly"}],
    region=A,
)
rtp = aws.backup.RestoreTestingPlan(
    "rtp",
    name="weekly",
    schedule_expression="cron(0 5 ? * SUN *)",
    recovery_point_selection={
        "algorithm": "LATEST_WITHIN_WINDOW",
        "include_vaults": [vault[A].arn],
        "recovery_point_types": ["SNAPSHOT"],
        "selection_window_days": 7,
    },
    region=A,
    tags={"t": "u"},
)
aws.backup.RestoreTestingSelection(
    "rts",
    name="aurora",
    restore_testing_plan_name=rtp.name,
    protected_resource_type="Aurora",
    iam_role_arn=role.arn,
    protected_resource_arns=["*"],
    region=A,
)
b = {
    r: aws.s3.Bucket(
        f"b-{r}", object_lock_enabled=True, region=r, force_destroy=True, tags={"k": "v"}
    )
    for r in (A, B)
}
for r in (A, B):
    v = aws.s3.BucketVersioning(
        f"bv-{r}", bucket=b[r].bucket, versioning_configuration={"status": "Enabled"}, region=r
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"be-{r}",
        bucket=b[r].bucket,
        rules=[
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": key[r].arn,
                },
                "bucket_key_enabled": True,
            }
        ],
        region=r,
    )
    aws.s3.BucketPublicAccessBlock(
        f"bp-{r}",
        bucket=b[r].bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        region=r,
    )
    aws.s3.BucketObjectLockConfiguration(
        f"bo-{r}",
        bucket=b[r].bucket,
        rule={"default_retention": {"mode": "GOVERNANCE", "days": 1}},
        region=r,
        opts=pulumi.ResourceOptions(depends_on=[v]),
    )
    aws.s3.BucketLifecycleConfiguration(
        f"bl-{r}",
        bucket=b[r].bucket,
        rules=[
            {
                "id": "old",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": 90},
                "noncurrent_version_expiration": {"noncurrent_days": 30},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
        region=r,
    )
    aws.s3.BucketPolicy(
        f"bpol-{r}",
        bucket=b[r].bucket,
        policy=b[r].arn.apply(
            lambda a: json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "s3:*",
                            "Resource": [a, a + "/*"],
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        }
                    ],
                }
            )
        ),
        region=r,
    )
    aws.s3.BucketOwnershipControls(
        f"boc-{r}", bucket=b[r].bucket, rule={"object_ownership": "BucketOwnerEnforced"}, region=r
    )
    if r == B:
        vb = v
aws.s3.BucketReplicationConfig(
    "rep",
    bucket=b[A].bucket,
    role=role.arn,
    rules=[
        {
            "id": "all",
            "status": "Enabled",
            "priority": 1,
            "filter": {"prefix": ""},
            "delete_marker_replication": {"status": "Disabled"},
            "destination": {"bucket": b[B].arn, "storage_class": "STANDARD_IA"},
        }
    ],
    region=A,
    opts=pulumi.ResourceOptions(depends_on=[vb]),
)
