"""Cold copies to the other cloud: what a repository on AWS ships arrives in a vault on Google's."""

import json
from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp
from pulumi_aws import iam, s3, sqs

from tricenter.components.aws import buckets
from tricenter.components.aws.deployment import Deployment as Aws
from tricenter.components.aws.deployment import days
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.trust import allow, policy, role_name
from tricenter.components.gcp.deployment import Deployment as Gcp
from tricenter.components.gcp.snapshots import Snapshots
from tricenter.components.gcp.transfer import copy_from_s3
from tricenter.topology.plan import PlannedPlace

GOOGLE = "accounts.google.com"
KEPT_S = 14 * 24 * 3600
"""How long a notification waits for Google; SQS keeps none longer."""

Carried = tuple[Mapping[str, pulumi.Output[str]], ...]
"""Vaults as a machine is told of them: name, cloud, region, bucket."""


def copy_to_other_cloud(aws: Aws, google: Gcp, keys: Keys, snapshots: Snapshots) -> Carried:
    """For each vault on Google Cloud that a repository on AWS fills: a bucket and its transfer.

    The machine puts into the bucket, Google's transfer service fetches from it. The other way
    there is no such service, so a spec that needs one is refused (topology/clouds/checks/vaults).
    """
    carried: list[Mapping[str, pulumi.Output[str]]] = []
    for vault, place in crossing(aws).items():
        if vault in snapshots.cold:
            carried.append(_carry(aws, google, keys, vault, place, snapshots.cold[vault]))
    return tuple(carried)


def crossing(aws: Aws) -> dict[str, PlannedPlace]:
    """The vaults on Google Cloud that a repository on AWS fills, with the repository's place."""
    plan = aws.plan
    there = {vault.name: vault.place.cloud for vault in plan.vaults if vault.place}
    found: dict[str, PlannedPlace] = {}
    for backup in plan.backups:
        place = plan.host(backup.repositories[0]).place if backup.repositories else None
        if place is None or place.cloud != "aws":
            continue
        found |= {v: place for v in backup.vaults if there.get(v, "aws") != "aws"}
    return found


def _carry(
    aws: Aws,
    google: Gcp,
    keys: Keys,
    vault: str,
    place: PlannedPlace,
    sink: gcp.storage.Bucket,
) -> Mapping[str, pulumi.Output[str]]:
    held = [b.immutable or 0 for b in aws.plan.backups if vault in b.vaults]
    parent = aws.tree.snapshots
    bucket = buckets.make_bucket(
        buckets.Asked(
            deployment=aws,
            name=aws.name(vault, "outbox"),
            region=place.region,
            key=keys[place.region].arn,
            parent=parent,
            locked_days=days(max(held, default=0)) or None if aws.production else None,
        )
    )
    queue = _queue(aws, vault, place.region, bucket)
    key = keys[place.region].arn
    agent = gcp.storage.get_transfer_project_service_account_output(
        project=google.project,
        opts=pulumi.InvokeOutputOptions(
            provider=google.providers[google.project],
            depends_on=list(google.apis.get(google.project, ())),
        ),
    )
    role, rights = _role(aws, vault, agent.subject_id, [bucket.arn, queue.arn, key])
    copy_from_s3(
        google,
        vault,
        sink,
        source=bucket.bucket,
        role_arn=role.arn,
        events=queue.arn,
        agent=agent.email,
        after=[rights],
    )
    told = {"name": vault, "cloud": "aws", "region": place.region}
    return {key: pulumi.Output.from_input(value) for key, value in told.items()} | {
        "bucket": bucket.bucket
    }


def _queue(aws: Aws, vault: str, region: str, bucket: s3.Bucket) -> sqs.Queue:
    """The queue of what has arrived in the bucket, encrypted, written by that bucket alone."""
    parent = aws.tree.snapshots
    name = aws.name(vault, "outbox")
    queue = sqs.Queue(
        name,
        region=region,
        name=role_name(aws.stack, vault, "outbox"),
        message_retention_seconds=KEPT_S,
        sqs_managed_sse_enabled=True,
        tags=aws.tags(name),
        opts=aws.options(parent),
    )
    written = sqs.QueuePolicy(
        name,
        region=region,
        queue_url=queue.id,
        policy=pulumi.Output.all(queue.arn, bucket.arn).apply(lambda arns: by_bucket(*arns)),
        opts=aws.options(parent),
    )
    s3.BucketNotification(
        name,
        region=region,
        bucket=bucket.id,
        queues=[s3.BucketNotificationQueueArgs(queue_arn=queue.arn, events=["s3:ObjectCreated:*"])],
        opts=aws.options(parent, after=[written]),
    )
    return queue


def by_bucket(queue: str, bucket: str) -> str:
    """The policy of a queue that one bucket writes to."""
    writing = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": bucket}},
    }
    return policy([writing])


def _role(
    aws: Aws, vault: str, subject: pulumi.Output[str], arns: list[pulumi.Output[str]]
) -> tuple[iam.Role, iam.RolePolicy]:
    """What Google's transfer identity may do here: read the bucket and its queue, without a key."""
    parent = aws.tree.snapshots
    name = aws.name(vault, "transfer")
    role = iam.Role(
        name,
        name=role_name(aws.stack, vault, "transfer"),
        description=f"Google's transfer service reads the copies for {vault}",
        assume_role_policy=subject.apply(taken_by_google),
        tags=aws.tags(name),
        opts=aws.options(parent),
    )
    rights = iam.RolePolicy(
        name,
        name="transfer",
        role=role.name,
        policy=pulumi.Output.all(*arns).apply(lambda found: transfer_rights(*found)),
        opts=aws.options(parent),
    )
    return role, rights


def taken_by_google(subject: str | None) -> str:
    """The policy by which one identity of Google takes a role (checked 2026-11-24).

    https://cloud.google.com/storage-transfer/docs/source-amazon-s3#federated_identity
    """
    taking = {
        "Effect": "Allow",
        "Principal": {"Federated": GOOGLE},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{GOOGLE}:sub": subject or ""}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [taking]})


def transfer_rights(bucket: str, queue: str, key: str) -> str:
    """Reading the bucket and taking from the queue; nothing can be changed or deleted."""
    return policy(
        [
            allow(["s3:GetBucketLocation", "s3:ListBucket"], [bucket]),
            allow(["s3:GetObject"], [f"{bucket}/*"]),
            allow(
                ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"], [queue]
            ),
            allow(["kms:Decrypt"], [key]),
        ]
    )
