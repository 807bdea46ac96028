"""Buckets of a deployment: in one region, closed to the public, encrypted, nothing overwritten."""

import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment
from tricenter.components.gcp.keys import Keys
from tricenter.components.part import Part

storage = gcp.storage
DAY = 24 * 3600
OLD_VERSIONS_DAYS = 90
SOFT_DELETE_DAYS = 7
"""Days in which a deleted object can be brought back; the least that Cloud Storage takes."""


def make_bucket(
    deployment: Deployment,
    keys: Keys,
    parent: Part,
    *,
    project: str,
    region: str,
    capability: str,
    holds_data: bool,
    storage_class: str = "STANDARD",
    immutable: float | None = None,
    locked: bool = False,
    delete_after_days: int | None = None,
) -> gcp.storage.Bucket:
    """A bucket in one region.

    `immutable` is how long, in seconds, no object can be deleted or overwritten; `locked` makes
    that irreversible. A drill locks nothing and keeps nothing. A bucket has either versions or
    such a retention: Cloud Storage takes both for one bucket only in some of its pages, and the
    retention by itself lets nothing be overwritten. Checked 2026-11-30:
    https://docs.cloud.google.com/storage/docs/bucket-lock, https://rules.sonarsource.com RSPEC-6412
    """
    keep = not deployment.drill
    retained = bool(immutable and keep)
    key = keys.id_of(project, region)
    return storage.Bucket(
        deployment.logical(region, capability),
        # Names of buckets are one space for all of Google's customers; a project's is too.
        name=deployment.named(project, region, capability),
        project=project,
        location=region.upper(),
        storage_class=storage_class,
        uniform_bucket_level_access=True,
        public_access_prevention="enforced",
        versioning=storage.BucketVersioningArgs(enabled=not retained),
        encryption=storage.BucketEncryptionArgs(default_kms_key_name=key) if key else None,
        retention_policy=storage.BucketRetentionPolicyArgs(
            retention_period=str(int(immutable)), is_locked=locked and keep
        )
        if immutable and retained
        else None,
        soft_delete_policy=storage.BucketSoftDeletePolicyArgs(
            retention_duration_seconds=SOFT_DELETE_DAYS * DAY if keep else 0
        ),
        lifecycle_rules=_lifecycle(delete_after_days),
        force_destroy=deployment.drill,
        labels=deployment.labels(region=region),
        opts=deployment.options(
            parent,
            owner=project,
            holds_data=holds_data,
            after=keys.granted("storage", project, region),
        ),
    )


def _lifecycle(delete_after_days: int | None) -> list[gcp.storage.BucketLifecycleRuleArgs]:
    delete = storage.BucketLifecycleRuleActionArgs(type="Delete")
    rules = [
        storage.BucketLifecycleRuleArgs(
            action=delete,
            condition=storage.BucketLifecycleRuleConditionArgs(
                days_since_noncurrent_time=OLD_VERSIONS_DAYS, with_state="ARCHIVED"
            ),
        )
    ]
    if delete_after_days:
        rules.append(
            storage.BucketLifecycleRuleArgs(
                action=delete,
                condition=storage.BucketLifecycleRuleConditionArgs(
                    age=delete_after_days, with_state="LIVE"
                ),
            )
        )
    return rules
