"""Records of restore tests: what they hold, and the rates that a forecast takes from them."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any, cast

from tricenter.topology.forecast.measured import Measured

RESTORE_TEST = "tricenter/restore-test/v1"
MIB = 1 << 20
LONGEST = 1 << 20
"""Bytes of a file that can be a record."""


def measured(texts: Iterable[bytes], topology: str, today: date) -> Mapping[str, Measured]:
    """The newest test of each database of a topology among the texts of files.

    What is no record, of another topology, or of a day to come is passed over.
    """
    found: dict[str, Measured] = {}
    for text in texts:
        data = _data(text)
        if data is None or data.get("topology") != topology:
            continue
        database, test = data.get("database"), _measured(data)
        if not isinstance(database, str) or test is None or test.day > today:
            continue
        if database not in found or found[database].day <= test.day:
            found[database] = test
    return found


def _data(text: bytes) -> dict[str, Any] | None:
    try:
        data: object = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    found = cast(dict[str, Any], data)
    return found if found.get("schema") == RESTORE_TEST else None


def _measured(data: Mapping[str, Any]) -> Measured | None:
    try:
        rate = float(data["size"]) / MIB / float(data["copied"])
        day = datetime.fromisoformat(data["at"]).date()
    except (KeyError, TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return Measured(rate=rate, day=day) if isfinite(rate) and rate > 0 else None
