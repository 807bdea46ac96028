"""Where the APIs that a failover calls live: their hosts, and the home of their control planes.

Checked 2026-11-24. AWS: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/
(appendices A and B name the homes). Google: its discovery documents name the hosts; it states no
home for services that are called at a global host, which its front ends serve in every region.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tricenter.topology.aws_names import partition_of, suffix_of

Plane = Literal["control", "data"]
CHECKED = "2026-11-24"
REGIONAL = "regional"
"""The API lives in the region that is asked, and nowhere else."""
EVERYWHERE = "everywhere"
"""The API is served from many places; no one disaster takes it."""
SITE = "site"
"""The API is a program on a site's own machine."""
BOUNDARIES = "https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An API: `home` is a region, or one of the words above; `source` is who says so."""

    service: str
    plane: Plane
    home: str
    source: str
    note: str = ""


def _aws(service: str, home: str = REGIONAL, plane: Plane = "control", note: str = "") -> Endpoint:
    page = "aws-service-types.html" if home == REGIONAL else "global-services.html"
    return Endpoint(service=service, plane=plane, home=home, source=BOUNDARIES + page, note=note)


def _google(service: str, note: str = "") -> Endpoint:
    source = f"https://{service}.googleapis.com/$discovery/rest"
    return Endpoint(service=service, plane="control", home=EVERYWHERE, source=source, note=note)


OWN = {
    name: Endpoint(service=name, plane="control", home=SITE, source="docs/map.md")
    for name in ("patroni", "etcd", "machine")
}
ENDPOINTS: Mapping[str, Mapping[str, Endpoint]] = {
    "aws": {
        found.service: found
        for found in (
            _aws("rds", note="a global database is changed at the region that takes over"),
            _aws("ec2"),
            _aws("kms"),
            _aws("lambda"),
            _aws("states"),
            _aws("events"),
            _aws("ssm"),
            _aws("backup"),
            _aws("sns"),
            _aws("monitoring"),
            _aws("dynamodb", plane="data"),
            _aws("secretsmanager"),
            _aws("arc-region-switch", plane="data", note="its plan runs in the region taking over"),
            _aws("sts", note="at its regional host; the global one is in us-east-1"),
            _aws("s3", plane="data", note="making or changing a bucket also needs us-east-1"),
            _aws("route53-data", EVERYWHERE, "data", "answers and health checks"),
            _aws("route53", "us-east-1", note="editing records; answers go on without it"),
            _aws("iam", "us-east-1", note="roles that exist go on working without it"),
            _aws("organizations", "us-east-1"),
            _aws("account", "us-east-1"),
            _aws("cloudfront", "us-east-1"),
            _aws("globalaccelerator", "us-west-2"),
            _aws("route53-recovery-control-config", "us-west-2"),
            _aws("networkmanager", "us-west-2"),
        )
    },
    "gcp": {
        found.service: found
        for found in (
            _google("sqladmin", "global host; regional hosts exist and are tried next"),
            _google("alloydb", "global host; regional hosts exist and are tried next"),
            _google("compute", "a zone's machines are changed in their region"),
            _google("dns", "answers go on without it"),
            _google("secretmanager", "secrets with replicas in several regions"),
            _google("storage"),
            _google("workflows", "a workflow runs in its own region"),
            _google("workflowexecutions", "a workflow runs in its own region"),
            _google("monitoring"),
            _google("iam", "changes take minutes; tokens of accounts that exist go on"),
        )
    },
    "site": OWN,
    "lab": OWN,
}
"""What is known of each API, by cloud and service; `site` and `lab` are programs of our own."""

ROUTE53 = {
    "aws": ("us-east-1", "route53.amazonaws.com"),
    "aws-cn": ("cn-northwest-1", "route53.amazonaws.com.cn"),
    "aws-us-gov": ("us-gov-west-1", "route53.us-gov.amazonaws.com"),
}
"""Where a partition's records are edited, and the host that takes the edits (checked 2026-11-30).

https://docs.aws.amazon.com/general/latest/gr/r53.html
"""

OWN_HOSTS: Mapping[str, frozenset[str]] = {
    "sqladmin": frozenset(
        """
        africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3
        asia-south1 asia-south2 asia-southeast1 asia-southeast2 asia-southeast3
        australia-southeast1 australia-southeast2 europe-central2 europe-north1
        europe-north2 europe-southwest1 europe-west1 europe-west10 europe-west12
        europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9
        me-central1 me-central2 me-west1 northamerica-northeast1 northamerica-northeast2
        northamerica-south1 southamerica-east1 southamerica-west1 us-central1 us-central2
        us-east1 us-east4 us-east5 us-east7 us-south1 us-west1 us-west2 us-west3 us-west4
        us-west8
        """.split()  # noqa: SIM905 - a list would have a line a region
    ),
    "alloydb": frozenset(
        """
        africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3
        asia-south1 asia-south2 asia-southeast1 asia-southeast2 australia-southeast1
        australia-southeast2 europe-central2 europe-north1 europe-north2 europe-southwest1
        europe-west1 europe-west10 europe-west12 europe-west2 europe-west3 europe-west4
        europe-west6 europe-west8 europe-west9 me-central1 me-central2 me-west1
        northamerica-northeast1 northamerica-northeast2 northamerica-south1
        southamerica-east1 southamerica-west1 us-central1 us-central2 us-east1 us-east4
        us-east5 us-east7 us-south1 us-west1 us-west2 us-west3 us-west4
        """.split()  # noqa: SIM905 - a list would have a line a region
    ),
}
"""Regions in which a Google API has a host of its own (discovery documents, checked 2026-11-24)."""


def endpoint_of(cloud: str, service: str) -> Endpoint:
    """What is known of an API; raises KeyError for one that nobody has looked up."""
    return ENDPOINTS[cloud][service]


def home_region(cloud: str, service: str, asked: str) -> str | None:
    """The region without which an API cannot be called; None where there is no such one."""
    found = endpoint_of(cloud, service).home
    if found == EVERYWHERE:
        return None
    if (cloud, service) == ("aws", "route53"):
        return ROUTE53[partition_of(asked)][0]
    return asked if found in {REGIONAL, SITE} else found


def host_of(cloud: str, service: str, region: str) -> str:
    """The host of an API: on AWS the region's own, but for Route 53; on Google the global one."""
    if cloud == "gcp":
        return f"{service}.googleapis.com"
    if service == "route53":
        return ROUTE53[partition_of(region)][1]
    return f"{service}.{region}.{suffix_of(region)}"


def regional_host(service: str, region: str) -> str | None:
    """A Google API's host in one region, None where it has none there."""
    if region not in OWN_HOSTS.get(service, frozenset()):
        return None
    return f"{service}.{region}.rep.googleapis.com"
