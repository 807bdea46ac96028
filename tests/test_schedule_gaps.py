"""Gaps of schedules, against every fire of the library that fires them."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import runs
from tricenter.topology.schedule_gaps import SOLAR, longest_gap, never_fires
from tricenter.topology.schedules import explain_cron

BEGIN, END = datetime(1990, 1, 1, tzinfo=UTC), datetime(2047, 1, 1, tzinfo=UTC)
"""Two cycles of the calendar, other ones than those that are reckoned with."""


def field(low: int, high: int) -> st.SearchStrategy[str]:
    """One field of a cron text: a star, numbers, ranges, steps."""
    number = st.integers(low, high)
    span = st.tuples(number, number).map(lambda ends: f"{min(ends)}-{max(ends)}")
    step = st.tuples(st.one_of(st.just("*"), span), st.integers(1, 15)).map(
        lambda both: f"{both[0]}/{both[1]}"
    )
    one = st.one_of(number.map(str), span, step)
    return st.one_of(st.just("*"), st.lists(one, min_size=1, max_size=3).map(",".join))


# One hour a day, so that the fires of two cycles can be counted out.
rare = st.tuples(
    st.integers(0, 59), st.integers(0, 23), field(1, 31), field(1, 12), field(0, 7)
).map(lambda fields: " ".join(map(str, fields)))


def fires(cron: str) -> list[datetime]:
    """Every fire of two cycles, one after the other."""
    found: list[datetime] = []
    for fire in CronSim(cron, BEGIN):
        if fire >= END:
            break
        found.append(fire)
    return found


def counted(*crons: str) -> float:
    """The longest time between two fires of all the schedules, in seconds."""
    every = sorted({fire for cron in crons for fire in fires(cron)})
    return max((later - one).total_seconds() for one, later in pairwise(every))


@settings(max_examples=runs(4, 100), deadline=None)
@given(rare)
def test_the_gap_is_that_of_the_fires(cron: str) -> None:
    """Whatever the fields are; what is refused has no fire at all."""
    if explain_cron(cron) is not None:
        assert never_fires(cron)
        try:
            found = fires(cron)
        except Exception:  # noqa: BLE001 - the library refuses most of them itself
            found = []
        assert found == []
    else:
        assert longest_gap(cron, None) == counted(cron)


@settings(max_examples=runs(4, 40), deadline=None)
@given(rare, rare)
def test_two_schedules_fill_each_others_gaps(full: str, incremental: str) -> None:
    """The gap of both together is counted over both calendars."""
    if not never_fires(full) and not never_fires(incremental):
        assert longest_gap(full, incremental) == counted(full, incremental)


@settings(max_examples=runs(6, 100), deadline=None)
@given(field(0, 59), field(0, 23))
def test_the_gap_inside_a_day(minute: str, hour: str) -> None:
    """Minutes and hours, over the two days after any midnight."""
    cron = f"{minute} {hour} * * *"
    found = [fire for fire, _ in zip(CronSim(cron, BEGIN), range(2 * 1440 + 1), strict=False)]
    worst = max((later - one).total_seconds() for one, later in pairwise(found))
    assert longest_gap(cron, None) == worst


@pytest.mark.parametrize("cron", ["0 2 30-31 2 *", "0 2 30,31 2 *", "0 2 31 2-2 *", "0 2 31 4,6 *"])
def test_what_never_fires_is_refused(cron: str) -> None:
    """However its days and months are written."""
    assert "would never run" in (explain_cron(cron) or "")


@pytest.mark.parametrize("cron", ["0 2 31 */12 *", "0 2 31 2 1", "0 2 29 2 *"])
def test_what_fires_at_all_is_not_refused(cron: str) -> None:
    """A step of twelve months is January, a weekday beside a day is one or the other."""
    assert explain_cron(cron) is None
    assert longest_gap(cron, None) <= SOLAR * 86400
