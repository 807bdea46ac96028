"""How the real AWS provider is made to work against an emulated cloud: its configuration."""

from collections.abc import Mapping, Sequence
from typing import Any

from tricenter.topology.cloud_types import endpoints_of

BESIDE = ("arcregionswitch", "resourcegroupstaggingapi", "ssm", "sts")
"""Asked beside what the components make: for tags, images, who we are, and a plan of another's."""
SERVICES = tuple(sorted(endpoints_of("aws") | set(BESIDE)))
"""The services that the components use, by the provider's own names of their endpoints.

https://www.pulumi.com/registry/packages/aws/api-docs/provider/#providerendpoint, 2026-11-24.
"""


def provider_arguments(url: str, services: Sequence[str] = SERVICES) -> dict[str, Any]:
    """Arguments for `aws.Provider` by which the real plugin speaks to an emulated cloud alone."""
    return {
        "skip_credentials_validation": True,
        "skip_requesting_account_id": True,
        "skip_metadata_api_check": True,
        "skip_region_validation": True,
        "s3_use_path_style": True,
        "endpoints": [{_argument(service): url for service in services}],
    }


def provider_config(url: str, services: Sequence[str] = SERVICES) -> Mapping[str, Any]:
    """The same as `aws:` configuration of a stack, for programs without a provider of their own."""
    return {
        "aws:skipCredentialsValidation": True,
        "aws:skipRequestingAccountId": True,
        "aws:skipMetadataApiCheck": True,
        "aws:skipRegionValidation": True,
        "aws:s3UsePathStyle": True,
        "aws:endpoints": [dict.fromkeys(services, url)],
    }


def _argument(service: str) -> str:
    """Python's name of an endpoint: `lambda` is a word of the language."""
    return f"{service}_" if service == "lambda" else service
