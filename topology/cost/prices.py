"""Price tables: dated YAML files with their source, one a cloud, easily replaced."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tricenter.topology import document
from tricenter.topology.errors import TricenterError

TABLES = Path(__file__).parent / "tables"
HOURS = 730.0
"""Hours of a month, as both clouds count them."""
SIZES = {"medium": 0.5, "large": 1.0, "xlarge": 2.0}
CPUS = re.compile(r"^(?P<kind>.+)-(?P<cpus>\d+)$")
AWS_SIZE = re.compile(r"^(?P<family>.+)\.(?P<times>\d*)(?P<size>medium|large|xlarge)$")


class PriceError(TricenterError):
    """A price is not in a table, or a table cannot be read; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """A cloud's prices: an hour of an instance, a GiB-month of storage, a month of the rest."""

    cloud: str
    currency: str
    region: str
    dated: str
    source: str
    confidence: str
    instance_hour: Mapping[str, float]
    storage: Mapping[str, float]
    storage_copies: Mapping[str, str]
    backup: float
    cold: float
    zone: float
    health_check: float
    key: float
    secret: float

    def month_of(self, machine: str) -> float:
        """A month of one instance; PriceError for a kind that the table does not have."""
        return HOURS * self.hour_of(machine)

    def hour_of(self, machine: str) -> float:
        """An hour of one instance, by its name or by the size of its family's that is named."""
        if machine in self.instance_hour:
            return self.instance_hour[machine]
        size = _size(machine)
        if size is not None:
            family, units = size
            for name, price in self.instance_hour.items():
                known = _size(name)
                if known is not None and known[0] == family:
                    return price * units / known[1]
        raise PriceError(
            f"there is no price for {machine} in the table of {self.cloud} (dated "
            f"{self.dated}): add it under `instance_hour`, and give the file with --prices"
        )


def load_prices(cloud: str) -> Prices:
    """The table of a cloud that comes with tricenter."""
    return read_prices(TABLES / f"{cloud}.yaml")


def read_prices(path: Path) -> Prices:
    """A table from a file; PriceError when something is missing or no number."""
    data = cast(dict[str, Any], document.load(path).data)
    try:
        texts = {name: str(data[name]) for name in _TEXTS}
        copies = {str(k): str(v) for k, v in data["storage_copies"].items()}
        numbers = {name: float(data[name]) for name in _NUMBERS}
        hours, storage = _numbers(data["instance_hour"]), _numbers(data["storage"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PriceError(f"{path}: not a table of prices: {error}") from None
    return Prices(
        cloud=texts["cloud"],
        currency=texts["currency"],
        region=texts["region"],
        dated=texts["dated"],
        source=texts["source"],
        confidence=texts["confidence"],
        instance_hour=hours,
        storage=storage,
        storage_copies=copies,
        backup=numbers["backup"],
        cold=numbers["cold"],
        zone=numbers["zone"],
        health_check=numbers["health_check"],
        key=numbers["key"],
        secret=numbers["secret"],
    )


_TEXTS = ("cloud", "currency", "region", "dated", "source", "confidence")
_NUMBERS = ("backup", "cold", "zone", "health_check", "key", "secret")


def _numbers(data: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): float(value) for name, value in data.items()}


def _size(machine: str) -> tuple[str, float] | None:
    """The family of an instance and its size in units of that family."""
    found = AWS_SIZE.match(machine)
    if found is not None:
        return found["family"], SIZES[found["size"]] * int(found["times"] or 1)
    found = CPUS.match(machine)
    return (found["kind"], float(found["cpus"])) if found is not None else None
