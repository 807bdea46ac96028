"""What is known of a site's building: class, power, fire, location, guards."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tricenter.topology.part import Part, sequence
from tricenter.topology.texts import Word
from tricenter.topology.units import MOST, Duration


class Security(Part):
    """Physical security of a facility."""

    guards: Literal["24x7", "business-hours", "none"] | None = None
    zones: int | None = Field(default=None, ge=1, le=MOST, description="Nested zones of access.")
    two_person: bool | None = Field(default=None, description="Two persons for the inner zone.")


class Distances(Part):
    """Metres to what GB 50174 annex A names."""

    parking: int | None = Field(default=None, ge=0, le=MOST)
    railway_or_highway: int | None = Field(default=None, ge=0, le=MOST)
    metro: int | None = Field(default=None, ge=0, le=MOST)
    airport: int | None = Field(default=None, ge=0, le=MOST)
    hazardous_plant_or_landfill: int | None = Field(default=None, ge=0, le=MOST)
    explosives: int | None = Field(default=None, ge=0, le=MOST)
    nuclear_plant: int | None = Field(default=None, ge=0, le=MOST)
    housing: int | None = Field(default=None, ge=0, le=MOST)


class Facility(Part):
    """The building's data; what is absent is unknown, never assumed good."""

    class_: Literal["A", "B", "C"] | None = Field(
        default=None, alias="class", description="GB 50174 class that is claimed."
    )
    tier: int | None = Field(default=None, ge=1, le=4, description="Uptime tier claimed.")
    rated: int | None = Field(default=None, ge=1, le=4, description="TIA-942 rating claimed.")
    stars: int | None = Field(default=None, ge=1, le=5, description="Carrier stars claimed.")
    power: Literal["N", "N+1", "2N", "2N+1"] | None = None
    feeds: Annotated[tuple[Word, ...], BeforeValidator(sequence)] = Field(
        default=(), max_length=20, description="Power stations that feed the site, by name."
    )
    ups: Duration | None = Field(default=None, description="Time that batteries carry the load.")
    generator: Duration | None = Field(default=None, description="Fuel on site, in hours of load.")
    fuel_contract: Duration | None = Field(default=None, description="Delivery time of more fuel.")
    generator_start: Duration | None = None
    cooling: Literal["N", "N+1", "2N"] | None = None
    fire_suppression: (
        Literal["FM-200", "Novec-1230", "inert-gas", "water-mist", "sprinkler", "none"] | None
    ) = None
    fire_detectors: int | None = Field(
        default=None, ge=0, le=MOST, description="Independent groups."
    )
    flood_zone: bool | None = None
    fault_zone: bool | None = None
    access_roads: int | None = Field(default=None, ge=0, le=MOST)
    security: Security = Security()
    distances: Distances = Distances()
