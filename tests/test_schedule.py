"""The scheduler's decisions: what is due, caught up once, and never lost, however it is killed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tricenter.lab.backup.definition import (
    BackupDefinition,
    Definition,
    VaultDisk,
    from_data,
    to_data,
)
from tricenter.lab.backup.due import LAST_RETRY, Job, Run, State, due
from tricenter.lab.backup.journal import Journal, fold, parse, read, shorten
from tricenter.lab.backup.scheduler import Scheduler
from tricenter.topology.cron import fires, latest
from tricenter.topology.retention import Keep

START = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
NIGHTLY = BackupDefinition(
    name="nightly",
    databases=("a", "b"),
    full="0 2 * * 0",
    incremental="0 2 * * 1-6",
    keep=Keep(daily=7, weekly=5, monthly=12),
    ship=900.0,
    vaults=(VaultDisk(name="cold", image="/x.img"),),
    immutable=3600.0,
    restore_test="weekly",
)
DEFINITION = Definition(site="tianfu", backups=(NIGHTLY,))
FULL = Job(id="full:a", kind="full", key="a", cron="0 2 * * 0", at_once=True)
INCREMENTAL = Job(id="incremental:a", kind="incremental", key="a", cron="0 2 * * 1-6")


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The time that was set."""
        return self.at


def later(hours: float) -> datetime:
    """A moment after the start."""
    return START + timedelta(hours=hours)


def done(fire: datetime, started: int = 1, ended: int = 2) -> Run:
    """A success for a fire."""
    return Run(fire=fire, started=started, ended=ended)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 2 * * 0", datetime(2026, 11, 22, 2, tzinfo=UTC)),
        ("0 2 * * 7", datetime(2026, 11, 22, 2, tzinfo=UTC)),
        ("0 12 * * *", START),
        ("*/15 * * * *", START),
        ("30 4 1 * *", datetime(2026, 11, 1, 4, 30, tzinfo=UTC)),
    ],
)
def test_the_latest_fire(cron: str, expected: datetime) -> None:
    """The newest moment of a schedule that is not in the future, this minute included."""
    assert latest(cron, START) == expected


@given(st.integers(0, 60 * 24 * 60), st.integers(0, 60 * 24 * 60))
def test_fires_and_latest_agree(one: int, other: int) -> None:
    """The last of the fires up to a moment is the latest at that moment."""
    after, until = sorted((START + timedelta(minutes=one), START + timedelta(minutes=other)))
    found = list(fires("17 3 */2 * *", after, until))
    newest = latest("17 3 */2 * *", until)
    assert found == sorted(set(found))
    assert (found[-1] == newest) if found else (newest is None or newest <= after)


def test_the_first_full_backup_is_due_at_once() -> None:
    """A database without a backup does not wait for Sunday."""
    found = due([FULL, INCREMENTAL], State(installed=START), START)
    assert [item.job.id for item in found] == ["full:a"]


def test_weeks_that_were_missed_are_caught_up_once() -> None:
    """After three weeks of darkness each backup runs once, and nothing is due then."""
    now = later(24 * 21)
    state = State(installed=START, done={"full:a": done(START), "incremental:a": done(START)})
    found = due([FULL, INCREMENTAL], state, now)
    assert [item.job.id for item in found] == ["full:a", "incremental:a"]
    after = State(installed=START, done={item.job.id: done(item.fire) for item in found})
    assert due([FULL, INCREMENTAL], after, now) == ()


def test_a_failed_job_is_tried_again_later() -> None:
    """A failure rests for a while, longer each time, and is due again."""
    lines = [
        {"n": 1, "event": "installed", "at": START.isoformat()},
        *({"n": 2 + i, "event": "end", "at": START.isoformat(), "job": "full:a", "ok": False}
          for i in range(20)),
    ]  # fmt: skip
    state = fold(lines)
    assert state is not None
    assert due([FULL], state, START + timedelta(seconds=60)) == ()
    assert due([FULL], state, START + LAST_RETRY)


def test_a_shipment_follows_each_backup_and_each_interval() -> None:
    """A vault is written after a backup, and again when the interval is over; not before."""
    ship = Job(id="ship", kind="ship", key="v", every=900.0, follows=("full:a",))
    backed = State(installed=START, done={"full:a": done(START, 1, 5)})
    assert due([ship], State(installed=START), later(1)) == ()
    assert due([ship], backed, START)
    shipped = State(installed=START, done={**backed.done, "ship": done(START, 6, 7)})
    assert due([ship], shipped, later(0.2)) == ()
    assert due([ship], shipped, later(0.25))


def test_a_backup_that_ends_during_a_shipment_is_shipped_again() -> None:
    """A shipment that began before the backup had ended does not count for it."""
    ship = Job(id="ship", kind="ship", key="v", follows=("full:a",))
    runs = {"full:a": done(START, 1, 5), "ship": done(START, 3, 6)}
    assert due([ship], State(installed=START, done=runs), START)


def test_a_definition_survives_json() -> None:
    """The scheduler reads what the plan said."""
    assert from_data(to_data(DEFINITION)) == DEFINITION
    kinds = [job.kind for job in DEFINITION.jobs()]
    assert kinds.count("full") == 2
    assert kinds.count("ship") == 1


def scheduler(path: Path, clock: HandClock, crash: list[bool], log: list[str]) -> Scheduler:
    """A scheduler whose work is only noted; `crash` says which starts are cut short."""

    def work(job: Job, fire: datetime, now: datetime) -> dict[str, str]:
        del now
        log.append(f"{job.id} {fire.isoformat()}")
        return {}

    def start(act: object) -> None:
        assert callable(act)
        if crash and crash.pop(0):
            raise InterruptedError
        act()

    return Scheduler(DEFINITION.jobs(), clock, Journal(path), work, start)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(1, 24 * 9), st.booleans()), min_size=1, max_size=12))
def test_no_job_is_lost_across_a_restart(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, bool]]
) -> None:
    """Killed between start and end or between jobs, every newest fire is answered exactly once."""
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    clock, log = HandClock(START), list[str]()
    for hours, killed in steps:
        clock.at += timedelta(hours=hours)
        try:
            scheduler(path, clock, [killed, False, killed], log).tick()
        except InterruptedError:
            with path.open("a", encoding="utf-8") as file:
                file.write('{"n": 9999, "event": "en')
    last = scheduler(path, clock, [], log)
    while last.tick()[1]:
        pass
    state = last.journal.state()
    assert state is not None
    for job in last.jobs:
        fire = latest(job.cron, clock.at) if job.cron else None
        if fire is not None and fire > state.installed:
            assert state.done[job.id].fire >= fire
    cron_runs = [line for line in log if not line.startswith(("ship", "retain"))]
    assert len(cron_runs) == len(set(cron_runs)), "a fire was answered twice"


def test_a_job_that_was_interrupted_runs_again(tmp_path: Path) -> None:
    """A start without an end in the journal is not a backup."""
    journal = Journal(tmp_path / "j.jsonl")
    journal.append("installed", START)
    journal.append("start", START, job="full:a", fire=START.isoformat())
    state = Journal(tmp_path / "j.jsonl").state()
    assert state is not None
    assert [item.job.id for item in due([FULL], state, START)] == ["full:a"]


def test_a_torn_line_swallows_nothing(tmp_path: Path) -> None:
    """What is written after a crash in the middle of a line can be read."""
    path = tmp_path / "j.jsonl"
    path.write_text('{"n": 1, "event": "inst', encoding="utf-8")
    Journal(path).append("installed", START)
    assert [entry["event"] for entry in read(path)] == ["installed"]


def test_one_job_at_a_time_for_each_database(tmp_path: Path) -> None:
    """While a full backup runs, the incremental of its database waits; others run."""
    started: list[object] = []
    jobs = DEFINITION.jobs()
    clock, journal = HandClock(later(24 * 8)), Journal(tmp_path / "j")
    made = Scheduler(jobs, clock, journal, _never, started.append)
    made.journal.append("installed", START)
    made.tick()
    made.tick()
    assert len(started) == 2
    assert made.busy == {"a", "b"}


def _never(job: Job, fire: datetime, now: datetime) -> dict[str, str]:
    raise AssertionError((job, fire, now))


def test_a_clock_taken_back_does_not_stop_the_schedule(tmp_path: Path) -> None:
    """After weeks were tried in advance and the real time is back, tonight's backup runs."""
    log: list[str] = []
    clock = HandClock(START)
    path = tmp_path / "j.jsonl"
    first = scheduler(path, clock, [], log)
    for hours in (0, 24 * 60):
        clock.at = later(hours)
        while first.tick()[1]:
            pass
    clock.at = later(24)
    log.clear()
    second = scheduler(path, clock, [], log)
    while second.tick()[1]:
        pass
    clock.at = later(48)
    while second.tick()[1]:
        pass
    assert any(line.startswith("incremental:a") for line in log)


def test_a_journal_is_shortened_without_forgetting(tmp_path: Path) -> None:
    """Old lines go; the state that they told stays."""
    journal = Journal(tmp_path / "j.jsonl")
    journal.append("installed", START)
    number = journal.append("start", START, job="full:a", fire=START.isoformat())
    facts = {"job": "full:a", "fire": START.isoformat(), "ok": True, "start": number}
    journal.append("end", START, **facts)
    lines = read(journal.path)
    many = [*lines, *({**lines[1], "n": 10 + i, "job": "x"} for i in range(3000))]
    assert fold(shorten(many)) == fold(many)
    assert len(shorten(many)) < 2100
    assert parse('{"torn": \n[]\n"text"\n') == []
