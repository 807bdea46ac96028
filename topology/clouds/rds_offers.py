"""What Amazon RDS offers, from a dated table that setup/rds_tables.py writes: versions, classes."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "rds_tables.json"
ENGINES = {"aurora": "aurora-postgresql", "rds": "postgres"}
"""RDS' word for an engine, by the spec's word for the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Minor versions that are `offered`, those that are `retired` (what runs one goes on, and
    nothing new is made of it), and classes by region."""

    dated: str
    source: str
    offered: tuple[str, ...]
    retired: tuple[str, ...]
    classes: dict[str, frozenset[str]]


@cache
def offer_of(engine: str) -> Offer:
    """What RDS offers of an engine, in its own word."""
    table: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return Offer(
        dated=table["dated"],
        source=table["source"],
        offered=tuple(table["offered"][engine]),
        retired=tuple(table["retired"][engine]),
        classes={
            region: frozenset(f"db.{one}" for one in told.split())
            for region, told in table["classes"][engine].items()
        },
    )
