"""Gathering facts: a spec that was read, its forecast, and the records of drills in a folder."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tricenter.policies.facts import DrillFact, Facts
from tricenter.topology.bounded import UnreadableError, read_bytes, read_json
from tricenter.topology.forecast import forecast
from tricenter.topology.forecast.measured import Measured
from tricenter.topology.forecast.model import Forecast
from tricenter.topology.restore_record import measured
from tricenter.topology.spec import Topology

RECORD_SCHEMA = "tricenter/drill-record/v1"
LARGEST_RECORD = 8 * 1024 * 1024
"""Bytes of the largest record that is read; that of a long drill has some hundred thousand."""


def gather(
    topology: Topology,
    target: str,
    today: date,
    *,
    root: Path = Path(),
    profile: str | None = None,
    expected: Forecast | None = None,
) -> Facts:
    """The facts of a topology; the spec's folder of drill records counts from `root`.

    `today` is the day that ages and waivers are judged by (UTC); `expected` saves computing the
    forecast again where there is one. Files that are no records are passed over: `tricenter drill
    list` says what is wrong with them.
    """
    return Facts(
        topology=topology,
        forecast=expected or expect(topology, target, today, root),
        target=target,
        today=today,
        profile=profile,
        drills=tuple(sorted(_drills(topology, root), key=lambda fact: (fact.day, fact.file))),
    )


def expect(topology: Topology, target: str, today: date, root: Path = Path()) -> Forecast:
    """The forecast of a topology, with what restore tests have measured until a day (UTC)."""
    return forecast(topology, target=target, restores=restores_of(topology, today, root))


def restores_of(topology: Topology, today: date, root: Path = Path()) -> Mapping[str, Measured]:
    """The newest restore test of each database, from the folder of drill records."""
    files = sorted((root / topology.drills.records).glob("*.json"))
    return measured((text for file in files if (text := _read(file))), topology.name, today)


def _read(file: Path) -> bytes:
    """The bytes of a regular file; empty where it cannot be read."""
    try:
        return read_bytes(file, LARGEST_RECORD)
    except (OSError, UnreadableError):
        return b""


def _drills(topology: Topology, root: Path) -> Iterator[DrillFact]:
    for file in sorted((root / topology.drills.records).glob("*.json")):
        try:
            data = read_json(file, LARGEST_RECORD)
        except (OSError, ValueError):
            continue
        if isinstance(data, dict) and data.get("schema") == RECORD_SCHEMA:  # pyright: ignore[reportUnknownMemberType]
            fact = _drill(data, file.name)  # pyright: ignore[reportUnknownArgumentType]
            if fact is not None and data.get("topology") == topology.name:  # pyright: ignore[reportUnknownMemberType]
                yield fact


def _drill(data: dict[str, Any], file: str) -> DrillFact | None:
    try:
        return DrillFact(
            scenario=str(data["scenario"]),
            day=datetime.fromisoformat(data["ended"]).date(),
            verdict=str(data["verdict"]),
            digest=str(data["digest"]),
            file=file,
        )
    except (KeyError, TypeError, ValueError):
        return None
