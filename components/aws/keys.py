"""The encryption keys: one a region, so that no copy depends on another region's key."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import kms

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.regions import Region

Keys = Mapping[str, kms.Key]
"""The key of each region, by the region's name."""
SERVICES = ("cloudwatch", "events", "sns")
"""What uses the key in its own name, and is not let in by a user's rights: alarms and topics."""


def make_keys(deployment: Deployment, regions: Sequence[Region]) -> Keys:
    """A key and its alias in each region; AWS exchanges the key material every year."""
    return {region.name: _key(deployment, region.name) for region in regions}


def key_policy(account: str, region: str) -> dict[str, Any]:
    """Who may use a region's key: the account by its own rights, logs and alarms of the region.

    The form for logs: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    (checked 2026-11-24).
    """
    verbs = ("Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "Describe")
    use = [f"kms:{verb}*" for verb in verbs]
    return {
        "Version": "2012-10-17",
        "Statement": [
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


def _key(deployment: Deployment, region: str) -> kms.Key:
    name = deployment.name(region, "key")
    root = deployment.tree.root
    key = kms.Key(
        name,
        region=region,
        description=f"{deployment.stack}: everything of it in {region}",
        enable_key_rotation=True,
        rotation_period_in_days=365,
        # Whoever deletes the key deletes every backup with it: production waits the longest.
        deletion_window_in_days=30 if deployment.production else 7,
        policy=pulumi.Output.from_input(deployment.account).apply(
            lambda account: json.dumps(key_policy(account, region))
        ),
        tags=deployment.tags(name),
        opts=deployment.options(root, holds_data=True),
    )
    kms.Alias(
        name,
        region=region,
        name=f"alias/{deployment.stack}-{region}",
        target_key_id=key.key_id,
        opts=deployment.options(root),
    )
    return key
