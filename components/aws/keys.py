"""The encryption keys: one a region, so that no copy depends on another region's key."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi_aws import kms

from tricenter.components.aws.deployment import Deployment

Keys = Mapping[str, kms.Key]
"""The key of each region, by the region's name."""
SERVICES = ("cloudwatch", "events", "sns")
"""What uses the key in its own name, and is not let in by a user's rights: alarms and topics."""


def make_keys(deployment: Deployment, regions: Iterable[str]) -> Keys:
    """A key and its alias in each region; AWS exchanges the key material every year."""
    return {region: make_key(deployment, region) for region in sorted(set(regions))}


def key_policy(account: str, region: str, guest: str = "") -> dict[str, Any]:
    """Who may use a region's key: the account by its own rights, logs and alarms of the region.

    The form for logs: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    (checked 2026-11-24). `guest` is another account that copies into a vault of this one.
    """
    verbs = ("Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "Describe")
    use = [f"kms:{verb}*" for verb in verbs]
    return {
        "Version": "2012-10-17",
        "Statement": [
            *_guest(guest, use),
            {
                "Sid": "AccountDecidesByItsOwnRights",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "LogsOfThisRegion",
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{region}.amazonaws.com"},
                "Action": use,
                "Resource": "*",
                "Condition": {
                    "ArnLike": {
                        "kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{account}:*"
                    }
                },
            },
            {
                "Sid": "AlarmsOfThisAccount",
                "Effect": "Allow",
                "Principal": {"Service": [f"{name}.amazonaws.com" for name in SERVICES]},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            },
        ],
    }


def _guest(account: str, use: list[str]) -> list[dict[str, Any]]:
    if not account:
        return []
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    shared = {"Effect": "Allow", "Principal": principal, "Resource": "*"}
    granted = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [
        {"Sid": "CopiesOfTheSites", **shared, "Action": use},
        {
            "Sid": "GrantsForCopies",
            **shared,
            "Action": "kms:CreateGrant",
            "Condition": granted,
        },
    ]


def make_key(
    deployment: Deployment,
    region: str,
    place: str | None = None,
    account: pulumi.Input[str] | None = None,
    provider: aws.Provider | None = None,
) -> kms.Key:
    """One key with its alias. `place` names what it is for, without one everything in the region.

    `account` and `provider` are those of a vault's owner; its key lets the sites' account in.
    """
    name = deployment.name(place or region, "key")
    root = deployment.tree.root
    owner = pulumi.Output.from_input(account or deployment.account)
    guest = (
        pulumi.Output.from_input(deployment.account) if account else pulumi.Output.from_input("")
    )
    key = kms.Key(
        name,
        region=region,
        description=f"{deployment.stack}: everything of it in {place or region}",
        enable_key_rotation=True,
        rotation_period_in_days=365,
        # Whoever deletes the key deletes every backup with it: production waits the longest.
        deletion_window_in_days=30 if deployment.production else 7,
        policy=pulumi.Output.all(owner, guest).apply(
            lambda told: json.dumps(key_policy(told[0], region, told[1]))
        ),
        tags=deployment.tags(name),
        opts=deployment.options(root, holds_data=True, provider=provider),
    )
    kms.Alias(
        name,
        region=region,
        name=f"alias/{deployment.stack}-{place or region}",
        target_key_id=key.key_id,
        opts=deployment.options(root, provider=provider),
    )
    return key
