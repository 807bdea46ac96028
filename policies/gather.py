"""Gathering facts: a spec that was read, its forecast, and the records of drills in a folder."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tricenter.policies.facts import DrillFact, Facts, RefusedRecord
from tricenter.topology.bounded import LARGEST_RECORD, UnreadableError, read_bytes
from tricenter.topology.forecast import forecast
from tricenter.topology.forecast.measured import Measured
from tricenter.topology.forecast.model import Forecast
from tricenter.topology.restore_record import measured
from tricenter.topology.spec import Topology


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
    forecast again where there is one.
    """
    drills, refused = _records(topology, root, today)
    return Facts(
        topology=topology,
        forecast=expected or expect(topology, target, today, root),
        target=target,
        today=today,
        profile=profile,
        drills=drills,
        refused=refused,
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


def _records(
    topology: Topology, root: Path, today: date
) -> tuple[tuple[DrillFact, ...], tuple[RefusedRecord, ...]]:
    """The records that count, by day, and the files that should be records and do not count."""
    folder = root / topology.drills.records
    if next(folder.glob("*.json"), None) is None:
        return (), ()
    # Imported where there is one: the model of a record is large.
    from tricenter.policies.records.kept import read_kept

    found = tuple(read_kept(topology, folder, today))
    drills = [one for one in found if isinstance(one, DrillFact)]
    return (
        tuple(sorted(drills, key=lambda fact: (fact.day, fact.file))),
        tuple(one for one in found if isinstance(one, RefusedRecord)),
    )
