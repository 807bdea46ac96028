"""Buckets: versioned, encrypted with the region's key, over TLS only, never public."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi_aws import s3

from tricenter.components.aws.deployment import Deployment
from tricenter.topology.aws_names import identifier

LONGEST_BUCKET = 63
ACCOUNT_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A bucket to be made; `locked_days` says how long nobody can delete what is put in.

    `lockable` buckets can be locked later: AWS decides that at their creation.
    """

    deployment: Deployment
    name: str
    region: str
    key: pulumi.Output[str]
    parent: pulumi.Resource
    provider: aws.Provider | None = None
    account: pulumi.Input[str] | None = None
    lockable: bool = False
    locked_days: int | None = None


def make_bucket(asked: Asked) -> s3.Bucket:
    """The bucket with all that keeps it closed. Its own name has the account, since the names of
    buckets are shared with everybody."""
    deployment = asked.deployment
    short = identifier(
        deployment.stack,
        asked.name.removeprefix(f"{deployment.plan.topology}-"),
        longest=LONGEST_BUCKET - ACCOUNT_DIGITS - 1,
    )
    account = pulumi.Output.from_input(asked.account or deployment.account)
    bucket = s3.Bucket(
        asked.name,
        region=asked.region,
        bucket=account.apply(lambda number: f"{short}-{number}"),
        object_lock_enabled=True if asked.lockable or asked.locked_days else None,
        force_destroy=not deployment.production,
        tags=deployment.tags(asked.name),
        opts=deployment.options(asked.parent, provider=asked.provider, holds_data=True),
    )
    _close(asked, bucket)
    _encrypt(asked, bucket)
    versioned = s3.BucketVersioning(
        asked.name,
        region=asked.region,
        bucket=bucket.id,
        versioning_configuration={"status": "Enabled"},
        opts=deployment.options(bucket, provider=asked.provider),
    )
    if asked.locked_days:
        s3.BucketObjectLockConfiguration(
            asked.name,
            region=asked.region,
            bucket=bucket.id,
            rule={
                "default_retention": {
                    # Nobody ends this sooner, not even the account's root.
                    "mode": "COMPLIANCE",
                    "days": asked.locked_days,
                }
            },
            opts=deployment.options(bucket, provider=asked.provider, after=[versioned]),
        )
    return bucket


def _close(asked: Asked, bucket: s3.Bucket) -> None:
    options = asked.deployment.options
    closed = s3.BucketPublicAccessBlock(
        asked.name,
        region=asked.region,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=options(bucket, provider=asked.provider),
    )
    s3.BucketOwnershipControls(
        asked.name,
        region=asked.region,
        bucket=bucket.id,
        rule={"object_ownership": "BucketOwnerEnforced"},
        opts=options(bucket, provider=asked.provider),
    )
    s3.BucketPolicy(
        asked.name,
        region=asked.region,
        bucket=bucket.id,
        policy=bucket.arn.apply(tls_only),
        opts=options(bucket, provider=asked.provider, after=[closed]),
    )


def _encrypt(asked: Asked, bucket: s3.Bucket) -> None:
    s3.BucketServerSideEncryptionConfiguration(
        asked.name,
        region=asked.region,
        bucket=bucket.id,
        rules=[
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": asked.key,
                },
                "bucket_key_enabled": True,
            }
        ],
        opts=asked.deployment.options(bucket, provider=asked.provider),
    )


def tls_only(arn: str) -> str:
    """The policy of a bucket that refuses what comes without TLS."""
    refused = {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [refused]})
