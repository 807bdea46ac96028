"""The site that was destroyed with its disks: what its rebuild is judged by."""

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from drill_history import BUILDS, BUILT, DESTROYED, START, event, make_case, make_events

from tricenter.drills.built import PAUSE_S, STREAMS_S, _pause, built
from tricenter.drills.case import Case
from tricenter.drills.checkers import find_checkers
from tricenter.drills.history import Event
from tricenter.drills.rebuild_evidence import rebuild_part
from tricenter.policies.records.verdict import Verdict

A, B = "ledger-a", "ledger-b"
ANEW, WROTE = "built_anew", "wrote_while_built"
Change = Callable[[list[Event]], list[Event]]
OTHERS = {"xihu": ["b1"], "tianfu": ["c1"]}


def verdict(check: str, case: Case) -> Verdict | None:
    """What one checker says."""
    found = find_checkers()[check].check(case)
    return found.verdict if found else None


def said(kind: str, **change: object) -> Change:
    """The events, those of a kind with these values in their data."""
    return lambda events: [
        replace(e, data={**e.data, **change}) if e.kind == kind else e for e in events
    ]


def without(*kinds: str, after: float = 0.0) -> Change:
    """The events without these kinds, or only without those after a moment."""
    return lambda events: [e for e in events if e.kind not in kinds or e.at <= START + after]


def silence(start: float, end: float, database: str = B) -> Change:
    """The events without any write of a database between two moments."""
    gone = {"write-start", "write-ok"}
    return lambda events: [
        e for e in events
        if not (e.kind in gone and e.data["database"] == database and start < e.at - START < end)
    ]  # fmt: skip


def test_what_is_measured_is_in_the_record() -> None:
    """Times count from the deployment's start; a copy, a voice and a pause each have their part."""
    part = rebuild_part(make_case())
    assert part is not None
    assert (part.destroyed, part.began) == (DESTROYED, BUILDS)
    assert (part.deployed_seconds, part.streaming_seconds) == (18.0, 12.6)
    assert [(c.database, c.how, c.same_cluster) for c in part.copies] == [
        (A, "full copy by basebackup", True), (B, "full copy by basebackup", True),
    ]  # fmt: skip
    assert [(v.before, v.after) for v in part.voices] == [(("a1",), ("a2",))]
    assert part.pause is not None and part.pause.seconds < 0.4
    assert (part.lost, part.unwell, part.failed) == (0, (), None)
    assert part.acknowledged > 100


@pytest.mark.parametrize("check", [ANEW, WROTE])
def test_a_drill_without_it_is_not_judged_by_it(check: str) -> None:
    """Neither where nobody wanted it, nor where it would have been another failover."""
    gone = without("destroy-start", "rebuild-start", "rebuilt", "rebuild-end", "voice-rebuilt")
    assert verdict(check, make_case(gone, rebuilds=False)) is None
    skipped = event(DESTROYED, "rebuild-skipped", "drill", reason="binjiang leads ledger-a")
    assert verdict(check, make_case(lambda events: [*gone(events), skipped])) is None
    assert rebuild_part(make_case(gone)) is None
    assert verdict(check, make_case(gone)) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "change",
    [
        said("rebuilt", system_after="8"),
        said("rebuilt", full_copy_logged=False),
        said("rebuilt", files_old=1),
        said("rebuilt", files=0),
        said("rebuilt", seconds=STREAMS_S + 1),
        said("voice-rebuilt", after={"binjiang": ["a1"], **OTHERS}),
        said("voice-rebuilt", after=OTHERS),
        said("voice-rebuilt", after={"binjiang": ["a2"], "": ["d"], **OTHERS}),
        said("voice-rebuilt", after={"binjiang": ["a1", "a2"], **OTHERS}),
    ],
    ids=["cluster", "no-copy", "old-file", "empty", "slow", "old-voice", "no-voice", "half", "two"],
)
def test_what_is_not_new_or_late_fails(change: Change) -> None:
    """Another cluster, old files, an old or a missing voice, or too long a time."""
    assert verdict(ANEW, make_case(change)) is Verdict.FAIL


def test_a_deployment_that_failed_fails_with_its_reason() -> None:
    """The reason of the engine is the text; how clients fared is judged by itself."""
    failed = event(BUILDS + 20, "rebuild-failed", "drill", reason="pulumi up failed: no disk")
    gone = without("rebuilt", "rebuild-deployed", "rebuild-end", "voice-rebuilt", "status-after")
    case = make_case(lambda events: [*gone(events), failed])
    found = find_checkers()[ANEW].check(case)
    assert found.verdict is Verdict.FAIL and "no disk" in found.text
    assert verdict(WROTE, case) is Verdict.UNKNOWN
    part = rebuild_part(case)
    assert part is not None and part.streaming_seconds is None and part.unwell is None


@pytest.mark.parametrize("kind", ["rebuilt", "voice-rebuilt"])
def test_what_was_not_seen_again_is_unknown(kind: str) -> None:
    """A copy or a voice that nobody saw come back is no success."""
    assert verdict(ANEW, make_case(without(kind))) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (BUILDS + 5, BUILDS + 5 + PAUSE_S + 0.3, Verdict.FAIL),
        (BUILDS - 0.6, BUILDS + 0.9, Verdict.FAIL),
        (BUILT - 0.6, BUILT + 0.9, Verdict.FAIL),
        (BUILDS + 5, BUILDS + 5 + PAUSE_S - 0.5, Verdict.PASS),
        (DESTROYED, DESTROYED + 1.5, Verdict.PASS),
        (DESTROYED, DESTROYED + 2.5, Verdict.FAIL),
        (BUILT + 1, BUILT + 4, Verdict.PASS),
        (DESTROYED - 4, DESTROYED - 1, Verdict.PASS),
    ],
    ids=["inside", "begins-before", "ends-after", "short", "at-loss", "long-at-loss", "after",
         "before"],
)  # fmt: skip
def test_a_pause_counts_where_it_touches(start: float, end: float, expected: Verdict) -> None:
    """While it is built less than a second, at the loss what the forecast says, else nothing."""
    assert verdict(WROTE, make_case(silence(start, end))) is expected


def test_one_lost_transfer_fails() -> None:
    """A transfer that was acknowledged meanwhile and is missing in the end."""
    late = event(
        BUILDS + 3, "write-ok", f"client-cn/{B}/0", database=B, seq=9999,
        began=START + BUILDS + 2.9, server=make_case().plan.databases[1].members[0].address,
    )  # fmt: skip
    case = make_case(lambda events: [*events, late])
    assert verdict(WROTE, case) is Verdict.FAIL
    found = built(case)
    assert found is not None and found.lost == 1
    unread = make_case(without("final-read"))
    assert verdict(WROTE, unread) is Verdict.UNKNOWN


def test_a_worker_that_falls_silent_waits_to_the_end() -> None:
    """Nobody is left out because no later success of it is known."""
    one = f"client-cn/{A}/0"
    case = make_case(lambda events: [
        e for e in events
        if not (e.source == one and e.kind == "write-ok" and e.at > START + BUILDS + 2)
    ])  # fmt: skip
    found = built(case)
    assert found is not None and found.pause is not None
    assert found.pause.seconds == pytest.approx(BUILT - BUILDS - 2, abs=0.5)


@given(
    st.lists(st.floats(min_value=0, max_value=30), max_size=30).map(sorted),
    st.floats(min_value=0, max_value=15),
    st.floats(min_value=0.1, max_value=15),
)
def test_no_gap_that_touches_is_left_out(times: list[float], start: float, length: float) -> None:
    """The pause is the longest gap that touches; a side where nobody wrote closes with it."""
    end = start + length
    closed = [start] * (not times or times[0] > start) + times
    closed += [end] * (not times or times[-1] < end)
    touching = [b - a for a, b in pairwise(sorted(closed)) if b > start and a < end]
    assert _pause(times, start, end) == max(touching)


def test_a_good_history_has_a_rebuild() -> None:
    """The made-up drill goes through all of it, so that these tests are about something."""
    kinds = {e.kind for e in make_events()}
    assert {"destroy-start", "rebuild-start", "rebuilt", "rebuild-end"} <= kinds
