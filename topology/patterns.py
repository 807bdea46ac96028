"""What a text must look like, said for each pattern of the model."""

import re

from tricenter.topology.errors import Path
from tricenter.topology.spec_databases import MACHINE_PATTERN
from tricenter.topology.spec_dns import GEO_PATTERN, LABEL_PATTERN, PATH_PATTERN
from tricenter.topology.spec_places import PLACE_PATTERN, PROJECT_PATTERN
from tricenter.topology.texts import FILE_PATTERN
from tricenter.topology.units import LONGEST_NAME, NAME_PATTERN
from tricenter.topology.wording import show

NAME_RULE = (
    "a name has lower-case letters, digits and single '-' between them, starts with a letter, "
    f"{LONGEST_NAME} at most"
)
GEO_RULE = "write a country such as CN, a state such as US-CA, continent:AS, or * for everyone else"


def explain_pattern(pattern: str, value: str, path: Path) -> tuple[str, str]:
    """The id and the message for a text that does not match a pattern of the model."""
    if pattern == NAME_PATTERN:
        return explain_name(value)
    if pattern == GEO_PATTERN:
        return "bad-geo", f"{show(value)} is not a place of clients: {GEO_RULE}{_geo_like(value)}"
    if pattern == LABEL_PATTERN:
        return (
            "bad-label",
            f"{show(value)} is not a name of the zone: write a label such as api, @ or *",
        )
    if pattern in BY_PATTERN:
        name, message = BY_PATTERN[pattern]
        return name, f"{show(value)} {message}"
    for step in reversed(path):
        if step in BY_FIELD:
            name, message = BY_FIELD[str(step)]
            return name, f"{show(value)} {message}"
    return "bad-name", f"{show(value)} does not have the form {pattern}"


BY_PATTERN = {
    PLACE_PATTERN: (
        "bad-place",
        "is not a region or a zone: write lower-case letters, digits and '-', such as eu-west-1",
    ),
    PROJECT_PATTERN: (
        "bad-project",
        "is not a Google project: its id has 6 to 30 lower-case letters, digits and '-'",
    ),
    PATH_PATTERN: (
        "bad-path",
        "is not a path that a check can ask for: write one such as /healthz, without a query",
    ),
    MACHINE_PATTERN: ("bad-machine", "is not a size of machines: write one such as db.r6g.large"),
    FILE_PATTERN: (
        "bad-path",
        "is not a folder below this repository: write a path such as records/, without '..'",
    ),
}
"""Patterns that several fields share."""
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
    "host": ("bad-host", "is not a host: write a domain in lower case, such as www.example.com"),
    "version": ("bad-version", 'is not a version: write "15" or "15.4"'),
    "account": ("bad-account", "is not an AWS account: write its 12 digits in quotes"),
    "editions": ("bad-edition", 'is not an edition: write its year in quotes, such as "2007"'),
    "loss": (
        "bad-loss",
        "is not a loss of data: write what `tricenter diff` says: delete database ledger-b",
    ),
    "signers": (
        "bad-signer",
        "is not a key that may sign records: write an OpenSSH public key, such as ssh-ed25519 AAAA",
    ),
    "failover": SCENARIO,
    "objectives": SCENARIO,
    "max_age": SCENARIO,
}
"""The other patterns, by the key whose value has them."""


def explain_name(value: str) -> tuple[str, str]:
    """The id and the message for a text that is no name, or is too long for one."""
    return "bad-name", f"{show(value)} is not a name: {NAME_RULE}{_name_like(value)}"


def _name_like(value: str) -> str:
    meant = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
    fits = re.fullmatch(NAME_PATTERN, meant) is not None and len(meant) <= LONGEST_NAME
    return f" (did you mean '{meant}'?)" if fits else ""


def _geo_like(value: str) -> str:
    kind, _, code = value.rpartition(":")
    meant = f"continent:{code.upper()}" if kind.lower() == "continent" else value.upper()
    return f" (did you mean '{meant}'?)" if re.fullmatch(GEO_PATTERN, meant) else ""
