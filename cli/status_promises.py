"""The promises of a stack and what is unwell in it, as tables."""

from typing import TYPE_CHECKING

from tricenter.cli.output import Table
from tricenter.topology.forecast.words import seconds

if TYPE_CHECKING:
    from tricenter.lab.observed import Status

MENDS = {
    "itself": "by itself",
    "up": "tricenter up",
    "verb": "this command",
    "person": "a person",
}


def status_promises(status: "Status") -> tuple[Table, ...]:
    """Each objective at this moment; then each unwell part with what is to be done."""
    kept = tuple(
        (
            promise.scenario,
            promise.database,
            f"{promise.measure.upper()} {seconds(promise.seconds)}",
            "kept" if promise.kept else "not kept now",
        )
        for promise in status.promises
    )
    unwell = tuple(
        (entry.says, entry.next or "-", MENDS[entry.mends], entry.code) for entry in status.unwell
    )
    promised = Table(
        title="Promises of the spec, at this moment",
        columns=("OBJECTIVE", "DATABASE", "PROMISE", "NOW"),
        rows=kept,
    )
    parts = Table(
        title="Unwell",
        columns=("WHAT", "NEXT", "MENDED BY", "CODE"),
        rows=unwell,
    )
    return tuple(table for table in (promised, parts) if table.rows)
