"""What a text must look like, said for each pattern of the model."""

import re

from tricenter.topology.errors import Path
from tricenter.topology.spec_dns import GEO_PATTERN, LABEL_PATTERN
from tricenter.topology.units import NAME_PATTERN
from tricenter.topology.wording import show

NAME_RULE = "a name has lower-case letters, digits and '-', starts with a letter, 30 at most"
GEO_RULE = "write a country such as CN, continent:AS, or * for everyone else"


def explain_pattern(pattern: str, value: str, path: Path) -> tuple[str, str]:
    """The id and the message for a text that does not match a pattern of the model."""
    if pattern == NAME_PATTERN:
        return "bad-name", f"{show(value)} is not a name: {NAME_RULE}{_name_like(value)}"
    if pattern == GEO_PATTERN:
        return "bad-geo", f"{show(value)} is not a place of clients: {GEO_RULE}{_geo_like(value)}"
    if pattern == LABEL_PATTERN:
        return (
            "bad-label",
            f"{show(value)} is not a name of the zone: write a label such as api, @ or *",
        )
    for step in reversed(path):
        if step in BY_FIELD:
            name, message = BY_FIELD[str(step)]
            return name, f"{show(value)} {message}"
    return "bad-name", f"{show(value)} does not have the form {pattern}"


SCENARIO = (
    "bad-scenario",
    "is not a scenario: write class or class:target, such as lose-site:binjiang",
)
BY_FIELD = {
    "schedule": (
        "bad-schedule",
        'is not a schedule: write five cron fields in UTC, such as "0 2 * * *"',
    ),
    "zone": (
        "bad-zone",
        "is not a DNS zone: write a domain in lower case, such as pay.example.com",
    ),
    "version": ("bad-version", 'is not a version: write "15" or "15.4"'),
    "network": (
        "bad-network",
        "is not an address plan: write a private network of 65,536 addresses, such as 10.64.0.0/16",
    ),
    "account": ("bad-account", "is not an AWS account: write its 12 digits in quotes"),
    "failover": SCENARIO,
    "objectives": SCENARIO,
}
"""The other patterns, by the key whose value has them."""


def _name_like(value: str) -> str:
    meant = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
    fits = re.fullmatch(NAME_PATTERN, meant) is not None and len(value) <= 30
    return f" (did you mean '{meant}'?)" if fits else ""


def _geo_like(value: str) -> str:
    kind, _, code = value.rpartition(":")
    meant = f"continent:{code.upper()}" if kind.lower() == "continent" else value.upper()
    return f" (did you mean '{meant}'?)" if re.fullmatch(GEO_PATTERN, meant) else ""
