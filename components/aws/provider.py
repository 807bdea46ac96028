"""The provider of an account: the credentials of the environment, or the emulated cloud's."""

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pulumi
import pulumi_aws as aws

from tricenter.topology.aws_names import partition_of
from tricenter.topology.errors import TricenterError

OFFLINE = "TRICENTER_OFFLINE"
OFFLINE_ARGUMENTS: Mapping[str, Any] = MappingProxyType(
    {
        "skip_credentials_validation": True,
        "skip_metadata_api_check": True,
        "skip_region_validation": True,
        "s3_use_path_style": True,
    }
)
"""What the provider must not ask of an emulated cloud; where that is, AWS_ENDPOINT_URL says."""
RUN_TAGS = ("runId", "expires")
VAULT_ROLE = "tricenter-vaults"
"""The role that is assumed in the account of a vault, where `tricenter:vaultRole` names none."""


def is_offline() -> bool:
    """Whether the environment says that the clouds are emulated."""
    return os.environ.get(OFFLINE) == "1"


def account_provider(
    name: str, parent: pulumi.Resource, region: str, account: str | None
) -> aws.Provider:
    """The provider of the sites' account. Other credentials than the spec's account are refused.

    `region` is only a default: every regional resource names its own.
    """
    arguments: dict[str, Any] = {"region": region, **_offline_arguments()}
    if account and not is_offline():
        arguments["allowed_account_ids"] = [account]
    return aws.Provider(name, opts=pulumi.ResourceOptions(parent=parent), **arguments)


def vault_provider(name: str, parent: pulumi.Resource, region: str, account: str) -> aws.Provider:
    """The provider of another account that owns a vault, by a role in it."""
    role = pulumi.Config("tricenter").get("vaultRole") or VAULT_ROLE
    return aws.Provider(
        name,
        opts=pulumi.ResourceOptions(parent=parent),
        region=region,
        assume_roles=[
            aws.ProviderAssumeRoleArgs(
                role_arn=f"arn:{partition_of(region)}:iam::{account}:role/{role}",
                session_name="tricenter",
            )
        ],
        **_offline_arguments(),
    )


def account_id(provider: aws.Provider, stated: str | None) -> pulumi.Input[str]:
    """The number of the account: the spec's, or that of the credentials."""
    if stated and not is_offline():
        return stated
    asked = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=provider))
    return asked.account_id


def run_tags(profile: str) -> Mapping[str, str]:
    """The tags by which an expired drill is found: `tricenter:runId`, `tricenter:expires`."""
    config = pulumi.Config("tricenter")
    found = {f"tricenter:{key}": value for key in RUN_TAGS if (value := config.get(key))}
    if found and profile == "production":
        raise TricenterError(
            f"{', '.join(sorted(found))}: a production stack does not expire; "
            f"remove the setting, or set tricenter:profile to drill"
        )
    return found


def spare_zones() -> Mapping[str, str]:
    """The zone of each region in which no site stands, as far as the configuration names it."""
    return dict(pulumi.Config("tricenter").get_object("spareZones") or {})


def _offline_arguments() -> Mapping[str, Any]:
    return OFFLINE_ARGUMENTS if is_offline() else {}
