"""What a duration, a size, a day or an address must look like, with what was probably meant."""

import re

from tricenter.topology.errors import Path
from tricenter.topology.spec_dns import DOMAIN_PATTERN
from tricenter.topology.spec_places import parse_network
from tricenter.topology.units import DURATION, SIZE
from tricenter.topology.wording import show

UNITS = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "m": "min", "mins": "min",
    "minute": "min", "minutes": "min", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "day": "d", "days": "d", "week": "w", "weeks": "w", "yr": "y", "year": "y", "years": "y",
    "msec": "ms", "mb": "MiB", "mib": "MiB", "gb": "GiB", "g": "GiB", "gib": "GiB",
    "tb": "TiB", "t": "TiB", "tib": "TiB",
}  # fmt: skip
"""Units as people write them, and as the spec does."""
USUAL = {
    "rtt": "ms", "decide": "min", "ship": "min", "immutable": "d", "max_age": "y",
    "ups": "min", "generator": "h", "fuel_contract": "h", "generator_start": "min",
}  # fmt: skip
"""Keys whose durations are of another size than seconds: what a bare number there is meant in."""
LIKE = {"ms": "30ms", "s": "30s", "min": "10min", "h": "8h", "d": "30d", "y": "1y"}
"""A duration of each of these sizes."""
FORMS = {
    "long_duration": "a duration that dates can be reckoned with: 1000y at most",
    "large_size": "a size that a disk has: 1024TiB at most",
    "bad_duration": "a duration: a number and one of us, ms, s, min, h, d, w, y, such as {like}",
    "bad_size": "a size: a whole number and one of MiB, GiB, TiB, such as 2GiB",
    "bad_date": "a day: year-month-day, such as 2027-03-31",
    "bad_address": "an IP address, such as 203.0.113.11",
    "bad_network": "an address plan: a private network of 65,536 addresses, such as 10.64.0.0/16",
    "bad_subnet": "a subnet: its first address and its length, such as 198.18.0.0/24",
}
"""What is wanted, by the model's type of error."""
MULTIVALUE = (
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/"
    "resource-record-sets-values-multivalue.html"
)
NO_NAMES = (
    "an answer is an address, of which a step has several with a check each, and of names neither "
    f"Route 53 nor Cloud DNS does that ({MULTIVALUE}, docs/dns.md): write its addresses"
)
"""Checked 2026-12-01; of Cloud DNS, healthCheckedTargets in the discovery document of dns v1."""


def explain_quantity(kind: str, value: object, path: Path = ()) -> tuple[str, str]:
    """The id and the message for a value that one of the spec's own units refused."""
    unit = next((USUAL[str(step)] for step in reversed(path) if step in USUAL), "s")
    if kind == "bad_address" and re.fullmatch(DOMAIN_PATTERN, str(value).rstrip(".")):
        return "bad-address", f"{show(value)} is a name: {NO_NAMES}"
    form = FORMS.get(kind, "what belongs here").format(like=LIKE[unit])
    near = {"bad_size": _size, "bad_subnet": _subnet, "bad_network": _network}.get(kind)
    meant = near(value) if near is not None else None
    if kind == "bad_duration":
        meant = _duration(value, unit)
    suggestion = f" (did you mean '{meant}'?)" if meant else ""
    return kind.replace("_", "-"), f"{show(value)} is not {form}{suggestion}"


def _amount(value: object) -> tuple[str, str]:
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*", str(value))
    return (found[1], found[2]) if found and not isinstance(value, bool) else ("", "")


def _duration(value: object, usual: str) -> str | None:
    number, unit = _amount(value)
    meant = f"{number}{UNITS.get(unit.lower(), unit.lower() or usual)}"
    return meant if DURATION.fullmatch(meant) else None


def _size(value: object) -> str | None:
    number, unit = _amount(value)
    meant = f"{number}{UNITS.get(unit.lower(), 'MiB' if unit.lower() in ('', 'm') else unit)}"
    meant = meant.replace("min", "MiB")
    return meant if SIZE.fullmatch(meant) else None


def _network(value: object) -> str | None:
    """The network of 65,536 addresses that a private address lies in."""
    near = _subnet(f"{str(value).partition('/')[0]}/16")
    try:
        return parse_network(near)
    except ValueError:
        return None


def _subnet(value: object) -> str | None:
    """The network that a host's address with a length lies in, or the single address."""
    from ipaddress import ip_network

    try:
        if isinstance(value, str) and "%" not in value:
            return str(ip_network(value, strict=False))
        return None
    except ValueError:
        return None
