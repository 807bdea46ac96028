"""Where things stand: cities, sites, witnesses, links, and the place of a site on each target."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from tricenter.topology.part import Part, sequence
from tricenter.topology.spec_facility import Facility
from tricenter.topology.texts import Word
from tricenter.topology.units import MOST, Duration, Name, Size

Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Coordinates = Annotated[tuple[Degrees, Degrees], BeforeValidator(sequence)]
Words = Annotated[tuple[Word, ...], BeforeValidator(sequence), Field(max_length=20)]
Hazard = Literal[
    "earthquake",
    "flood",
    "typhoon",
    "tornado",
    "tsunami",
    "wildfire",
    "volcano",
    "landslide",
    "war",
]


class City(Part):
    """A shared fate of sites: what strikes one may strike all of them."""

    at: Coordinates = Field(description="Latitude and longitude in degrees.")
    hazards: Annotated[tuple[Hazard, ...], BeforeValidator(sequence)] = ()


class LabPlace(Part):
    """A site or witness as a host of the lab."""

    disk: Size = Field(default=2048, description="Bounded disk of the host.")


NETWORK_PATTERN = r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/16$"
PLACE_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
"""Regions and zones of both clouds; their catalogs say which there are."""
PROJECT_PATTERN = r"^(([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]{6,20})$"
"""A project's id, with the domain of older ones, or its number (checked 2026-11-30:
https://cloud.google.com/resource-manager/docs/creating-managing-projects)."""
PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""Networks that no one routes on the internet, RFC 1918."""


def parse_network(value: object) -> str:
    """A private network of 65,536 addresses, as text; raises for anything else."""
    try:
        if isinstance(value, str) and value.isascii():
            network = IPv4Network(value)
            if network.prefixlen == 16 and any(map(network.subnet_of, PRIVATE)):
                return str(network)
    except ValueError:
        pass
    raise PydanticCustomError("bad_network", "{shown} is no network", {"shown": repr(value)})


Network = Annotated[
    str,
    BeforeValidator(parse_network),
    WithJsonSchema({"type": "string", "pattern": NETWORK_PATTERN}),
]
Place = Annotated[str, Field(pattern=PLACE_PATTERN, max_length=40)]


class AwsPlace(Part):
    """A site's place on AWS."""

    region: Place
    zone: Place | None = Field(default=None, description="Availability zone; every site needs one.")
    account: str | None = Field(default=None, pattern=r"^[0-9]{12}$")
    network: Network | None = Field(
        default=None,
        description="Address plan of the region, the same for all its sites: 10.64.0.0/16.",
    )


class GcpPlace(Part):
    """A site's place on Google Cloud."""

    region: Place
    zone: Place | None = Field(default=None, description="Zone; every site needs one.")
    project: str | None = Field(default=None, pattern=PROJECT_PATTERN)
    network: Network | None = Field(
        default=None,
        description="Address plan of the region, the same for all its sites: 10.64.0.0/16.",
    )


class Capacity(Part):
    """The load that a site can carry."""

    tps: int = Field(gt=0, le=MOST, description="Transactions per second.")
    connections: int = Field(gt=0, le=MOST)


class Site(Part):
    """One data center: a failure domain. Its key is an identity and never changes."""

    city: Name
    capacity: Capacity
    voice: bool = Field(
        default=True,
        description="Whether it votes in the store (etcd); a site without a database may not.",
    )
    carriers: Words = Field(default=(), description="Network carriers, by name.")
    lab: LabPlace = LabPlace()
    aws: AwsPlace | None = None
    gcp: GcpPlace | None = None
    facility: Facility = Facility()


class Witness(Part):
    """A further voice of the store (etcd) in a place of its own; it holds no data."""

    at: Coordinates | None = None
    city: Name | None = Field(default=None, description="Only if it stands in one of the cities.")
    lab: LabPlace = LabPlace.model_construct(disk=256)
    aws: AwsPlace | None = None
    gcp: GcpPlace | None = None


class Link(Part):
    """The network between two places, measured or assumed."""

    between: Annotated[tuple[Name, Name], BeforeValidator(sequence)]
    rtt: Duration = Field(description="Round-trip time.")
    measured: bool = False
