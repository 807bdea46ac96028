"""Tests of the checkers: each passes a good drill and sees the one thing that it is there for."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from drill_history import (
    BACK,
    END,
    FAULT,
    HEAL,
    OPENING,
    WORKERS,
    address,
    event,
    make_case,
    make_events,
)  # fmt: skip

from tricenter.drills import checkers
from tricenter.drills.case import Case
from tricenter.drills.checkers import find_checkers, judge
from tricenter.drills.history import Event
from tricenter.drills.measure import (
    LASTING,
    PAUSE,
    first_lasting,
    gaps,
    longest,
    loss,
    takeover,
    throughput,
)  # fmt: skip
from tricenter.drills.verdict import Finding, worst
from tricenter.policies.records.verdict import Verdict

A, B = "ledger-a", "ledger-b"
ONE = f"client-cn/{A}/0"
NAMES = sorted(find_checkers())


def verdict(check: str, case: Case) -> Verdict | None:
    """What one checker says."""
    found = find_checkers()[check].check(case)
    return found.verdict if found else None


def dropped(events: Iterable[Event], kind: str, **wanted: object) -> list[Event]:
    """The events without those of a kind whose data has these values."""
    return [
        e for e in events
        if e.kind != kind or any(e.data.get(key) != value for key, value in wanted.items())
    ]  # fmt: skip


def changed(
    events: Iterable[Event], kind: str, change: dict[str, object], **wanted: object
) -> list[Event]:
    """The events, those of a kind with these values having their data changed."""
    return [
        replace(e, data={**e.data, **change})
        if e.kind == kind and all(e.data.get(key) == value for key, value in wanted.items())
        else e
        for e in events
    ]


def acked(
    seq: int, at: float, *, site: str, database: str = A, began: float | None = None
) -> Event:
    """An acknowledged transfer of a worker that has no other of that number."""
    start = 5000.0 + (at - 0.05 if began is None else began)
    return event(at, "write-ok", f"client-cn/{database}/0", database=database, seq=seq,
                 began=start, server=address(database, site))  # fmt: skip


def test_a_good_drill_passes_every_check() -> None:
    """A drill that goes as forecast has no other verdict than pass."""
    findings = judge(make_case())
    assert {finding.check for finding in findings} == set(NAMES)
    assert [f for f in findings if f.verdict is not Verdict.PASS] == []


@pytest.mark.parametrize("check", NAMES)
def test_a_history_without_its_data_is_not_a_pass(check: str) -> None:
    """With nothing but one write and the fault, no check passes, and none raises."""
    kept = {"write-ok", "fault-start"}
    case = make_case(lambda events: [e for e in events if e.kind in kept and e.at <= 5000 + FAULT])
    if check == "one_leader":
        case = make_case(lambda events: dropped(events, "write-ok", database=B))
    assert verdict(check, case) in {Verdict.UNKNOWN, Verdict.FAIL}


def test_no_write_at_all_is_unknown() -> None:
    """A drill in which nobody wrote proves nothing."""
    findings = judge(make_case(lambda events: dropped(events, "write-ok")))
    assert [finding.verdict for finding in findings] == [Verdict.UNKNOWN]


def test_an_error_in_a_checker_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checker that breaks neither passes nor ends the judgement of the others."""
    broken = ModuleType("broken")
    broken.TITLE, broken.check = "Broken", lambda _: 1 / 0
    monkeypatch.setattr(checkers, "find_checkers", lambda: {"broken": broken})
    (finding,) = judge(make_case())
    assert finding.verdict is Verdict.UNKNOWN
    assert "ZeroDivisionError" in finding.text


@given(st.lists(st.sampled_from(list(Verdict))))
def test_the_worst_verdict_wins(verdicts: list[Verdict]) -> None:
    """Fail beats unknown beats pass; nothing found is unknown."""
    found = worst(Finding(check="x", verdict=verdict, text="") for verdict in verdicts)
    if Verdict.FAIL in verdicts:
        assert found is Verdict.FAIL
    elif Verdict.UNKNOWN in verdicts or not verdicts:
        assert found is Verdict.UNKNOWN
    else:
        assert found is Verdict.PASS


@settings(max_examples=10, deadline=None)
@given(lost=st.sets(st.integers(min_value=1, max_value=60), min_size=1, max_size=20))
def test_every_lost_write_is_counted(lost: set[int]) -> None:
    """Whatever acknowledged transfers are missing in the end, exactly those are lost."""
    events = make_events()
    read = next(e for e in events if e.kind == "final-read" and e.data["database"] == A)
    present = [n for low, high in read.data["transfers"][ONE] for n in range(low, high + 1)]
    spans = [[n, n] for n in present if n not in lost]
    holes = {**read.data["transfers"], ONE: spans}
    case = make_case(lambda all_of: changed(all_of, "final-read", {"transfers": holes}, database=A))
    found = loss(case, A)
    assert found is not None
    assert found.transactions == len(lost)
    first = min(ack.at for ack in case.acks(A) if ack.id.worker == ONE and ack.id.seq in lost)
    assert found.seconds == pytest.approx(max(5000 + FAULT - first, 0.001), abs=0.001)


def test_one_lost_write_fails_where_none_was_forecast() -> None:
    """The loss of a single acknowledged transfer fails the drill, and its number is told."""
    late = acked(9999, FAULT - 0.1, site="binjiang")
    case = make_case(lambda events: [*events, late])
    assert verdict("no_lost_writes", case) is Verdict.FAIL
    assert verdict("inside_forecast", case) is Verdict.FAIL
    assert f"{ONE} #9999" in find_checkers()["no_lost_writes"].check(case).text


def test_a_warning_at_commit_is_no_acknowledgement() -> None:
    """A write whose COMMIT came with a warning may be missing without being lost."""
    lone = event(19.0, "write-unknown", ONE, database=A, seq=9999, began=5018.9, reason="canceled")
    begun = event(18.9, "write-start", ONE, database=A, seq=9999)
    case = make_case(lambda events: [*events, begun, lone])
    assert verdict("no_lost_writes", case) is Verdict.PASS


@pytest.mark.parametrize("hole", [0.5, 5.0, 23.0, 31.0])
def test_the_gap_is_what_the_slowest_worker_waited(hole: float) -> None:
    """The recovery time is measured from the last success before to the first lasting one after."""
    case = make_case(back=FAULT + hole)
    gap = longest(gaps(case, A))
    assert gap is not None
    assert gap.seconds == pytest.approx(hole, abs=0.7)
    inside = case.expected(A).rto.covers(gap.seconds or 0)
    assert (verdict("inside_forecast", case) is Verdict.PASS) == inside


def test_a_recovery_faster_than_forecast_fails_too() -> None:
    """The forecast is an interval: being better than it says is a wrong forecast as well."""
    assert verdict("inside_forecast", make_case(back=FAULT + 3)) is Verdict.FAIL


def test_a_success_that_does_not_last_ends_no_gap() -> None:
    """One write that gets through, and silence after it, is not recovery."""
    lone = acked(9999, FAULT + 6, site="xihu")
    gap = longest(gaps(make_case(lambda events: [*events, lone]), A))
    assert gap is not None
    assert gap.seconds == pytest.approx(BACK - FAULT, abs=0.7)


def test_a_later_pause_counts_when_it_is_longer() -> None:
    """A client that waits longer once more before healing has waited that long."""

    def silence(events: list[Event]) -> list[Event]:
        gone = {"write-ok", "write-start"}
        return [e for e in events if not (e.kind in gone and e.data["database"] == B
                                          and 5030 < e.at < 5042)]  # fmt: skip

    gap = longest(gaps(make_case(silence), B))
    assert gap is not None
    assert gap.seconds == pytest.approx(12, abs=0.7)
    assert verdict("other_units_kept_writing", make_case(silence)) is Verdict.FAIL


def test_a_worker_that_never_writes_again_waits_without_end() -> None:
    """Silence until the end has no length, and fails."""
    case = make_case(lambda events: [e for e in events if not (
        e.source == ONE and e.kind == "write-ok" and e.at > 5000 + FAULT)])  # fmt: skip
    gap = longest(gaps(case, A))
    assert gap is not None
    assert gap.seconds is None
    assert verdict("inside_forecast", case) is Verdict.FAIL


@given(st.lists(st.floats(min_value=0.01, max_value=3.0), max_size=30))
def test_a_lasting_success_is_followed_by_others(steps: list[float]) -> None:
    """No pause is longer than allowed for the time after it, and nothing earlier would do."""
    moments = [sum(steps[: n + 1]) for n in range(len(steps))]
    found = first_lasting(moments)

    def lasts(start: float) -> bool:
        reach = start
        for moment in moments:
            if start < moment and moment - reach <= PAUSE:
                reach = moment
        return reach - start >= LASTING

    assert found == next((moment for moment in moments if lasts(moment)), None)


def test_two_leaders_are_seen() -> None:
    """A write that the old leader began to acknowledge after the new one's first is a split."""
    late = acked(9999, BACK + 3, site="binjiang")
    case = make_case(lambda events: [*events, late])
    assert verdict("one_leader", case) is Verdict.FAIL


def test_an_answer_under_way_is_no_second_leader() -> None:
    """A write begun before the takeover may return after it."""
    late = acked(9999, BACK + 3, site="binjiang", began=FAULT - 1)
    case = make_case(lambda events: [*events, late])
    assert verdict("one_leader", case) is Verdict.PASS


def test_money_moved_twice_is_seen() -> None:
    """A balance that does not follow from the transfers is found."""
    read = next(e for e in make_events() if e.kind == "final-read" and e.data["database"] == B)
    balances = {**read.data["balances"], "3": read.data["balances"]["3"] + 7}
    case = make_case(lambda e: changed(e, "final-read", {"balances": balances}, database=B))
    assert verdict("no_duplicate", case) is Verdict.FAIL


def test_an_invented_transfer_is_seen() -> None:
    """A transfer in the final read that nobody began, or that was refused, is found."""
    extra = {WORKERS[0]: [[1, 5000]]}
    case = make_case(lambda e: changed(e, "final-read", {"transfers": extra}, database=A))
    assert verdict("nothing_invented", case) is Verdict.FAIL
    refused = event(10, "write-fail", ONE, database=A, seq=3, began=5009.0, reason="x")
    case = make_case(lambda events: [*events, refused])
    assert verdict("nothing_invented", case) is Verdict.FAIL


@pytest.mark.parametrize(("kind", "key"), [("sum", "server"), ("member-read", "site")])
def test_one_wrong_sum_is_seen(kind: str, key: str) -> None:
    """A single read with another sum fails, by a client or on a member."""

    def spoil(events: list[Event]) -> list[Event]:
        first = next(e for e in events if e.kind == kind and key in e.data)
        return [replace(e, data={**e.data, "total": OPENING}) if e is first else e for e in events]

    assert verdict("balances_constant", make_case(spoil)) is Verdict.FAIL


def test_members_that_differ_are_seen() -> None:
    """One member with another digest fails; one that was not read is unknown."""
    one = make_case(lambda e: changed(e, "member-read", {"digest": "x"}, database=B, site="tianfu"))
    assert verdict("members_alike", one) is Verdict.FAIL
    none = make_case(lambda e: dropped(e, "member-read", database=B, site="tianfu"))
    assert verdict("members_alike", none) is Verdict.UNKNOWN


def test_a_name_that_stays_behind_is_seen() -> None:
    """A client whose last answer before healing is the lost site is led astray."""
    stale = event(HEAL - 0.01, "answer", "client-de", name="ledger-a-rw.pay.example.com",
                  addresses=[address(A, "binjiang")], server="10.77.3.10")  # fmt: skip
    case = make_case(lambda events: [*events, stale])
    assert verdict("dns_follows", case) is Verdict.FAIL
    public = event(HEAL - 0.01, "answer", "client-de", name="api.pay.example.com",
                   addresses=["203.0.113.11"], server="10.77.3.10")  # fmt: skip
    case = make_case(lambda events: [*events, public])
    assert verdict("dns_follows", case) is Verdict.FAIL


@pytest.mark.parametrize(
    "change",
    [{"files_kept": 10}, {"full_copy_logged": True}, {"system_after": "8"}, {"files": 0}],
    ids=lambda change: next(iter(change)),
)
def test_a_full_copy_is_seen(change: dict[str, object]) -> None:
    """Files younger than the fault, a logged copy, or another cluster: each one fails."""
    case = make_case(lambda e: changed(e, "rejoined", change, database=A))
    assert verdict("rejoined_without_copy", case) is Verdict.FAIL


def test_a_site_that_did_not_come_back_is_unknown() -> None:
    """Without seeing it stream there is no verdict on how it came back."""
    case = make_case(lambda events: dropped(events, "rejoined", database=B))
    assert verdict("rejoined_without_copy", case) is Verdict.UNKNOWN


def test_the_takeover_is_the_new_leaders_first_write() -> None:
    """The first write of another site after the fault; a spared unit has none."""
    found = takeover(make_case(), A)
    assert found is not None
    assert (found.site, found.at >= 5000 + BACK) == ("xihu", True)
    assert takeover(make_case(), B) is None


@given(st.lists(st.floats(min_value=0, max_value=END), max_size=50))
def test_throughput_counts_every_write_once(moments: list[float]) -> None:
    """The steps of a chart add up to the writes."""
    assert sum(throughput(moments, 0.0, END, 1.0)) == len(moments)
