"""Numbers and moments of a record as short words."""

from datetime import datetime

from tricenter.policies.records.drill import PausePart, RebuildPart, Record, Span, UnitPart
from tricenter.policies.records.verdict import Verdict
from tricenter.topology.forecast import Interval
from tricenter.topology.forecast.words import interval

VERDICTS = {Verdict.PASS: "Passed", Verdict.FAIL: "Failed", Verdict.UNKNOWN: "Unknown"}


def span(value: Span) -> str:
    """A forecast interval: '20s to 32s'."""
    return interval(Interval(low=value.low, high=value.high))


def gap(seconds: float | None) -> str:
    """A measured time: '22.41 s', or that it did not end."""
    return "did not end" if seconds is None else f"{seconds:.2f} s"


def milliseconds(seconds: float | None) -> str:
    """A latency: '46 ms'."""
    return "not measured" if seconds is None else f"{seconds * 1000:.0f} ms"


def count(value: int) -> str:
    """A number with separators: '4,812'."""
    return f"{value:,}"


def loss(unit: UnitPart) -> str:
    """What was lost of a database: '0 of 2,310', with the time span if any."""
    measured = unit.measured
    if measured.lost is None:
        return "not measured"
    text = f"{count(measured.lost)} of {count(measured.acknowledged)}"
    return f"{text} ({measured.lost_seconds:g} s)" if measured.lost else text


def utc(moment: str) -> str:
    """A clock time without its date: '20:31:07.512 UTC'."""
    return f"{datetime.fromisoformat(moment):%H:%M:%S} UTC"


def answer(record: Record) -> tuple[str, str]:
    """The answer to 'is the money gone?': a word, and the sentence with the numbers."""
    lost = [unit.measured.lost for unit in record.units]
    total = sum(unit.measured.acknowledged for unit in record.units)
    if any(value is None for value in lost) or not total:
        return "Unknown.", "This drill could not read in the end what was left."
    gone = sum(value or 0 for value in lost)
    if gone:
        return "Some of it.", f"{count(gone)} of {count(total)} acknowledged transfers were lost."
    return "No.", f"All {count(total)} transfers that clients were told were done are still there."


def waiting(record: Record) -> str:
    """How long clients waited, database by database, in one sentence each."""
    told: list[str] = []
    for unit in record.units:
        rto = unit.measured.rto
        if unit.struck:
            ended = "never wrote again" if rto is None else f"waited {rto:.1f} s at most"
            moved = f", then {unit.leader_after} led it" if rto is not None else ""
            told.append(f"Clients of {unit.database} {ended}{moved}.")
        elif rto is not None:
            told.append(
                f"{unit.database}, led by {unit.leader_before}, kept writing "
                f"(longest pause {rto:.1f} s)."
            )
    return " ".join(told)


def rebuilt(record: Record) -> str:
    """How the site came back without its disks, in a sentence; nothing where it kept them."""
    part = record.rebuild
    if part is None:
        return ""
    sites = " and ".join(part.sites)
    if part.failed or part.streaming_seconds is None:
        return f"Destroyed with its disks as well, {sites} was not built anew."
    waited = f" (longest pause {part.pause.seconds:.1f} s)" if part.pause else ""
    return (
        f"Destroyed with its disks as well, {sites} was built anew in "
        f"{part.streaming_seconds:.0f} s while clients wrote{waited}."
    )


def rebuild_rows(part: RebuildPart) -> tuple[tuple[str, str, str], ...]:
    """What of a rebuild was promised or forecast, and what was measured, row by row."""
    limit = part.pause_at_loss_forecast
    lost = "not measured"
    if part.lost is not None:
        lost = f"{count(part.lost)} of {count(part.acknowledged)}"
    return (
        ("acknowledged transfers lost", "0", lost),
        (
            "longest pause when it was lost",
            "no limit" if limit is None else f"up to {limit:g}s",
            pause(part.pause_at_loss),
        ),
        (
            "longest pause while it was built",
            f"under {part.pause_promised:g}s",
            pause(part.pause),
        ),
        (
            "until every copy streamed",
            f"up to {part.streaming_promised:g}s",
            gap(part.streaming_seconds),
        ),
    )


def pause(part: PausePart | None) -> str:
    """A pause: '0.31 s', or that it was not seen."""
    return "not measured" if part is None else f"{part.seconds:.2f} s"
