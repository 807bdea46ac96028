"""The encryption keys: one a region, so that no copy depends on another region's key."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi_aws import kms

from tricenter.components.aws.deployment import Deployment
from tricenter.topology.aws_names import partition_of, suffix_of

Keys = Mapping[str, kms.Key]
"""The key of each region, by the region's name."""
SERVICES = ("cloudwatch", "events", "sns")
"""What uses the key in its own name, and is not let in by a user's rights: alarms and topics."""


def make_keys(deployment: Deployment, regions: Iterable[str]) -> Keys:
    """A key and its alias in each region; AWS exchanges the key material every year.

    The accounts of the spec's vaults may use them too: they read what is copied over to them.
    """
    owners = sorted(
        {
            vault.place.owner
            for vault in deployment.plan.vaults
            if vault.place and vault.place.cloud == "aws" and vault.place.owner
        }
    )
    return {
        region: make_key(deployment, region, guests=pulumi.Output.from_input(owners))
        for region in sorted(set(regions))
    }


def key_policy(account: str, region: str, guests: Sequence[str] = ()) -> dict[str, Any]:
    """Who may use a region's key: the account by its own rights, logs and alarms of the region.

    The form for logs: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    (checked 2026-11-24). `guests` are other accounts: one that copies into a vault of this one, or
    one that has such a vault. AWS Backup wants both ways, since a copy is read in the vault's
    account and encrypted anew (checked 2026-11-30).
    https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
    """
    partition, suffix = partition_of(region), suffix_of(region)
    verbs = ("Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "Describe")
    use = [f"kms:{verb}*" for verb in verbs]
    return {
        "Version": "2012-10-17",
        "Statement": [
            *(
                said
                for guest in guests
                if guest != account
                for said in _guest(partition, guest, use)
            ),
            {
                "Sid": "AccountDecidesByItsOwnRights",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "LogsOfThisRegion",
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{region}.{suffix}"},
                "Action": use,
                "Resource": "*",
                "Condition": {
                    "ArnLike": {
                        "kms:EncryptionContext:aws:logs:arn": (
                            f"arn:{partition}:logs:{region}:{account}:*"
                        )
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


def _guest(partition: str, account: str, use: list[str]) -> list[dict[str, Any]]:
    principal = {"AWS": f"arn:{partition}:iam::{account}:root"}
    shared = {"Effect": "Allow", "Principal": principal, "Resource": "*"}
    granted = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [
        {"Sid": f"CopiesOf{account}", **shared, "Action": use},
        {
            "Sid": f"GrantsOf{account}",
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
    guests: pulumi.Input[Sequence[str]] = (),
) -> kms.Key:
    """One key with its alias. `place` names what it is for, without one everything in the region.

    `account` and `provider` are those of a vault's owner, `guests` the accounts that are let in.
    """
    name = deployment.name(place or region, "key")
    root = deployment.tree.root
    owner = pulumi.Output.from_input(account or deployment.account)
    key = kms.Key(
        name,
        region=region,
        description=f"{deployment.stack}: everything of it in {place or region}",
        enable_key_rotation=True,
        rotation_period_in_days=365,
        # Whoever deletes the key deletes every backup with it: production waits the longest.
        deletion_window_in_days=30 if deployment.production else 7,
        policy=pulumi.Output.all(owner, guests).apply(
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
