"""The provider's configuration: what the SDK allows, of which an emulated cloud needs little."""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

import pulumi_aws
from pulumi import _types as pulumi_types  # pyright: ignore[reportPrivateUsage] - no other door

from tricenter.offline.aws.errors import EmulatedAwsError
from tricenter.offline.aws.plugin.cloud import Cloud, endpoint
from tricenter.offline.aws.plugin.sdk import Failure, Sdk, failures
from tricenter.offline.aws.plugin.values import Props

NOT_ARGUMENTS = {"version", "pluginDownloadURL"}


@cache
def _sdk() -> Sdk:
    arguments = pulumi_aws.ProviderArgs
    return Sdk(
        token="pulumi:providers:aws",  # noqa: S106 - a type's token
        arguments=pulumi_types.input_type_types(arguments),
        required=frozenset(),
        outputs={},
        python={},
    )


def problems_of(given: Props) -> Iterator[Failure]:
    """What is wrong with a provider's configuration; a cloud that is not local is refused too."""
    try:
        endpoint()
    except EmulatedAwsError as error:
        yield Failure(path="", reason=str(error))
    yield from failures(_sdk(), _parsed(given))


def _parsed(given: Mapping[str, Any]) -> Props:
    """The engine hands every value that is not a text over as JSON."""
    types = _sdk().arguments
    plain = {key: value for key, value in given.items() if key not in NOT_ARGUMENTS}
    return {
        key: _value(value) if types.get(key) is not str and isinstance(value, str) else value
        for key, value in plain.items()
    }


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def configured(url: str, given: Props, variables: Mapping[str, str]) -> Cloud:
    """The cloud that a provider's configuration means."""
    old_style = {key.rpartition(":")[2]: value for key, value in variables.items()}
    values = _parsed({**old_style, **given})
    region = values.get("region") or os.environ.get("AWS_REGION", "")
    if not region:
        raise EmulatedAwsError("no region: set aws:region, AWS_REGION or region= of the provider")
    roles = cast(list[Mapping[str, Any]], values.get("assumeRoles") or [])
    tags = cast(Mapping[str, Any], values.get("defaultTags") or {})
    return Cloud(
        url=url,
        region=str(region),
        role=str(roles[0].get("roleArn", "")) if roles else "",
        default_tags=dict(tags.get("tags") or {}),
    )
