"""Where things stand: cities, sites, witnesses, links, and the place of a site on each target."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tricenter.topology.part import Part, sequence
from tricenter.topology.spec_facility import Facility
from tricenter.topology.units import Duration, Name, Size

Degrees = float
Coordinates = Annotated[tuple[Degrees, Degrees], BeforeValidator(sequence)]
Words = Annotated[tuple[str, ...], BeforeValidator(sequence)]
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


NETWORK_PATTERN = r"^\d+\.\d+\.\d+\.\d+/16$"


class AwsPlace(Part):
    """A site's place on AWS."""

    region: str
    zone: str | None = Field(default=None, description="Availability zone; every site needs one.")
    account: str | None = Field(default=None, pattern=r"^\d{12}$")
    network: str | None = Field(
        default=None,
        pattern=NETWORK_PATTERN,
        description="Address plan of the region, the same for all its sites: 10.64.0.0/16.",
    )


class GcpPlace(Part):
    """A site's place on Google Cloud."""

    region: str
    zone: str | None = Field(default=None, description="Zone; every site needs one.")
    project: str | None = None
    network: str | None = Field(
        default=None,
        pattern=NETWORK_PATTERN,
        description="Address plan of the region, the same for all its sites: 10.64.0.0/16.",
    )


class Capacity(Part):
    """The load that a site can carry."""

    tps: int = Field(gt=0, description="Transactions per second.")
    connections: int = Field(gt=0)


class Site(Part):
    """One data center: a failure domain. Its key is an identity and never changes."""

    city: Name
    capacity: Capacity
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
