"""Which backups stay: days, weeks and months, and all that they are built on."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tricenter.topology.retention import Keep, Snapshot, expired, kept, logged_fulls, wanted

START = datetime(2026, 1, 1, 2, tzinfo=UTC)


@st.composite
def histories(draw: st.DrawFn) -> list[Snapshot]:
    """Chains of backups as pgBackRest makes them: each incremental needs the one before it."""
    found: list[Snapshot] = []
    at = START
    for number in range(draw(st.integers(0, 40))):
        at += timedelta(hours=draw(st.integers(1, 24 * 12)))
        full = not found or draw(st.booleans())
        before = found[-1] if found else None
        needs = () if full or before is None else (before.label, *before.needs)
        found.append(Snapshot(label=f"b{number:03}", full=full, taken=at, needs=needs))
    return found


keeps = st.builds(
    Keep, daily=st.integers(0, 9), weekly=st.integers(0, 6), monthly=st.integers(0, 6)
)


@given(histories(), keeps)
def test_nothing_loses_what_it_is_built_on(history: list[Snapshot], keep: Keep) -> None:
    """Whatever stays can be restored: all that it needs stays too."""
    staying = kept(history, keep)
    for snapshot in history:
        if snapshot.label in staying:
            assert staying.issuperset(snapshot.needs)


@given(histories(), keeps)
def test_no_more_is_kept_than_asked(history: list[Snapshot], keep: Keep) -> None:
    """Beyond days, weeks, months and the newest, only what these need stays."""
    own = wanted(history, keep)
    assert len(own) <= keep.daily + keep.weekly + keep.monthly + 2
    needed = {label for snapshot in history if snapshot.label in own for label in snapshot.needs}
    assert kept(history, keep) == own | needed


@given(histories(), keeps)
def test_dependents_go_first(history: list[Snapshot], keep: Keep) -> None:
    """Expiring in the given order never removes a backup that another still needs."""
    left = {snapshot.label: snapshot for snapshot in history}
    for label in expired(history, keep):
        del left[label]
        assert all(label not in snapshot.needs for snapshot in left.values())


@given(histories(), keeps)
def test_expiring_twice_removes_nothing_more(history: list[Snapshot], keep: Keep) -> None:
    """What stays today stays tomorrow when no new backup comes."""
    gone = set(expired(history, keep))
    left = [snapshot for snapshot in history if snapshot.label not in gone]
    assert expired(left, keep) == ()


@given(histories(), keeps)
def test_the_newest_is_never_removed(history: list[Snapshot], keep: Keep) -> None:
    """The newest backup stays even when nothing is asked for."""
    if history:
        assert history[-1].label in kept(history, keep)


@given(histories(), keeps)
def test_every_day_asked_for_is_there(history: list[Snapshot], keep: Keep) -> None:
    """As many of the newest days as asked for are represented, by the last backup of each."""
    days = sorted({snapshot.taken.date() for snapshot in history})[-keep.daily :]
    staying = kept(history, keep)
    last = {snapshot.taken.date(): snapshot.label for snapshot in history}
    assert all(last[day] in staying for day in (days if keep.daily else []))


@given(histories(), keeps)
def test_the_log_reaches_back_to_the_oldest_daily(history: list[Snapshot], keep: Keep) -> None:
    """The fulls whose log is kept begin with one that is not younger than the oldest daily."""
    gone = set(expired(history, keep))
    left = [snapshot for snapshot in history if snapshot.label not in gone]
    fulls = sorted((s for s in left if s.full), key=lambda s: s.taken)
    count = logged_fulls(left, keep)
    assert 0 <= count <= len(fulls)
    last = {snapshot.taken.date(): snapshot for snapshot in left}
    dailies = [last[day] for day in sorted(last)[-keep.daily :]] if keep.daily else []
    if dailies:
        assert fulls[-count].taken <= dailies[0].taken


def test_two_years_of_the_example() -> None:
    """Weekly fulls and daily incrementals with 7, 5, 12 keep a year of months, a week of days."""
    history: list[Snapshot] = []
    chain: tuple[str, ...] = ()
    for day in range(730):
        at = START + timedelta(days=day)
        full = at.isoweekday() == 7 or not chain
        label = f"{at:%Y%m%d}{'F' if full else 'I'}"
        history.append(Snapshot(label=label, full=full, taken=at, needs=() if full else chain))
        chain = (label,) if full else (label, *chain)
    staying = kept(history, Keep(daily=7, weekly=5, monthly=12))
    fulls = [label for label in staying if label.endswith("F")]
    months = Counter(label[:6] for label in fulls)
    assert len(months) == 12
    assert len(staying) < 7 + 5 + 12 + 7
