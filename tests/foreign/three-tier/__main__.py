"""Three tiers that run themselves: files in S3, carts in DynamoDB, PostgreSQL on a machine."""

import pulumi_aws as aws

SCRIPT = """#!/bin/sh
apt-get install -y postgresql
export PGPASSWORD=hunter2hunter2
psql -U postgres -c "create database shop"
"""

files = aws.s3.Bucket("files", versioning={"enabled": True})
carts = aws.dynamodb.Table(
    "carts",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    deletion_protection_enabled=True,
)
sessions = aws.dynamodb.Table(
    "sessions",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    deletion_protection_enabled=True,
    point_in_time_recovery={"enabled": True},
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    replicas=[{"region_name": "us-west-2"}],
)
machine = aws.ec2.Instance(
    "postgres",
    ami="ami-0abcdef1234567890",
    instance_type="m6g.large",
    availability_zone="us-east-1a",
    user_data=SCRIPT,
)
data = aws.ebs.Volume("data", availability_zone="us-east-1a", size=200, tags={"Name": "data"})
logs = aws.ebs.Volume(
    "logs", availability_zone="us-east-1a", size=50, encrypted=True, tags={"backup": "nightly"}
)
for number, volume in enumerate((data, logs)):
    aws.ec2.VolumeAttachment(
        f"disk-{number}", device_name=f"/dev/sd{'fg'[number]}", instance_id=machine.id,
        volume_id=volume.id,
    )  # fmt: skip
role = aws.iam.Role("snapshots", assume_role_policy="{}")
aws.iam.RolePolicyAttachment(
    "snapshots", role=role.name, policy_arn="arn:aws:iam::aws:policy/AdministratorAccess"
)
aws.dlm.LifecyclePolicy(
    "nightly",
    description="nightly snapshots",
    execution_role_arn=role.arn,
    state="ENABLED",
    policy_details={
        "resource_types": ["VOLUME"],
        "target_tags": {"backup": "nightly"},
        "schedules": [
            {
                "name": "nightly",
                "create_rule": {"interval": 24, "interval_unit": "HOURS", "times": "03:00"},
                "retain_rule": {"count": 14},
            }
        ],
    },
)
