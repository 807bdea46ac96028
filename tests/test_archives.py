"""What is judged of archives and backups, from facts made by hand."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tricenter.lab.backup.archiver import Archiver, read
from tricenter.lab.backup.broken import was_backed_up
from tricenter.lab.backup.due import WANTED_AGAIN, Job, Run, State, due
from tricenter.lab.backup.journal import failing, shipped
from tricenter.lab.backup.moments import last_commit
from tricenter.lab.backup.segments import Gap, gaps, segments
from tricenter.lab.backup.stanza import Stanza, from_data, judge_files, to_data
from tricenter.lab.backup.usable import gap_before, way_out, why_not
from tricenter.lab.backup.vault import Generation, build_view
from tricenter.lab.backup.watch import TORN_S, wanted
from tricenter.lab.unwell.kinds.archives import Kept, dropped, judge, judge_jobs

NOW = 1_800_000_000.0
START = datetime(2026, 11, 23, 12, tzinfo=UTC)
FULL = Job(id="full:a", kind="full", key="a", cron="0 2 * * 0", at_once=True)
INCREMENTAL = Job(id="incremental:a", kind="incremental", key="a", cron="0 2 * * 1-6")
HOLE = Gap(after="000000010000000000000004", before="000000010000000000000009", missing=4)
WELL = Stanza(
    database="a",
    looked=NOW,
    state="there",
    backups=2,
    needs="000000010000000000000002",
    newest="000000010000000000000009",
)
TORN = replace(WELL, gaps=(HOLE,), reach="2026-11-23T11:59:00+00:00", torn=NOW - TORN_S)
ARCHIVER = Archiver(
    now=NOW,
    archived="000000010000000000000009",
    archived_at=NOW - 100,
    failed_at=None,
    waiting=0,
    oldest=None,
    errors={},
)
FAILING = replace(ARCHIVER, failed_at=NOW - 1, waiting=3, oldest=NOW - 60)
KEPT = Kept(
    database="a", site="tianfu", power=True, leader="binjiang", archiver=ARCHIVER, stanza=WELL
)


def names(*numbers: str) -> list[str]:
    """Files of an archive, by timeline and number."""
    return [f"{n[:8]}00000000{n[8:]:0>8}-{'a' * 40}.lz4" for n in numbers]


def codes(kept: Kept) -> list[str]:
    """What is unwell with a database, by code."""
    return [entry.code for entry in judge(kept)]


def broken(kept: Kept) -> set[str]:
    """The measures that do not hold."""
    return {b.measure for entry in judge(kept) for b in entry.breaks}


def end(job: str, number: int, *, ok: bool) -> dict[str, Any]:
    """A line of the journal."""
    at = (START + timedelta(minutes=number)).isoformat()
    kind = job.partition(":")[0]
    return {"n": number, "event": "end", "at": at, "job": job, "kind": kind, "ok": ok, "reason": ""}


def test_a_gap_within_a_timeline_is_found() -> None:
    """Missing segments are counted over the border of a file of 4 GiB; others are passed over."""
    found = gaps([
        f"{n}-{'a' * 40}.lz4" for n in
        ("0000000100000000000000FE", "000000010000000100000000", "000000010000000100000004")
    ] + ["000000010000000100000004.00000028.backup", "00000002.history"])  # fmt: skip
    assert [(gap.after[-8:], gap.missing) for gap in found] == [("000000FE", 1), ("00000000", 3)]


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        (("000000014", "000000025"), []),
        (("000000014", "000000024"), []),
        (("000000014", "000000029"), [4]),
        # The second was given up early; the third goes on from the end of the first.
        (("000000014", "000000022", "000000035"), []),
        (("000000014", "000000022", "000000037"), [2]),
    ],
)
def test_a_gap_between_timelines_is_found(files: tuple[str, ...], missing: list[int]) -> None:
    """What a lost leader had not handed over is missing, unless another timeline has it."""
    assert [gap.missing for gap in gaps(names(*files))] == missing


def test_segments_before_the_newest_backup_do_not_count() -> None:
    """A gap that a later backup has closed is none."""
    files = names("000000011", "000000019")
    since = "000000010000000000000009"
    assert gaps(files) != ()
    assert gaps(files, since) == ()
    assert segments(files, since) == (since,)


@pytest.mark.parametrize(
    ("stanza", "expected"),
    [
        (WELL, {}),
        (TORN, {"incremental:a": "a gap in the log"}),
        (replace(TORN, torn=NOW - TORN_S + 1), {}),
        (replace(WELL, backups=0), {"full:a": "no backup in the repository"}),
        (replace(WELL, state="repository-missing"), {"full:a": "no backup in the repository"}),
        (replace(WELL, state="stanza-missing"), {"full:a": "no backup in the repository"}),
        (replace(WELL, state="unreadable"), {}),
        (replace(WELL, strange=True), {"full:a": "segments were set aside"}),
    ],
)
def test_a_repository_asks_for_what_would_mend_it(stanza: Stanza, expected: dict[str, str]) -> None:
    """A gap that is no mere overtaking is closed by the cheapest backup, a lost one by a full."""
    assert wanted([stanza], [FULL, INCREMENTAL], NOW) == expected


def test_without_incrementals_a_full_closes_the_gap() -> None:
    """A schedule may have none."""
    assert wanted([TORN], [FULL], NOW) == {"full:a": "a gap in the log"}


def test_what_is_asked_for_is_done_once_and_then_rests() -> None:
    """It begins at once, and again only after a pause, however often it is asked for."""
    asked = {"incremental:a": "a gap in the log"}
    done = Run(fire=START, started=1, ended=2)
    state = State(installed=START, done={"full:a": done})
    found = due([FULL, INCREMENTAL], state, START, asked)
    assert [(item.job.id, item.why) for item in found] == [("incremental:a", "a gap in the log")]
    after = State(installed=START, done={"full:a": done, "incremental:a": done})
    assert due([FULL, INCREMENTAL], after, START + WANTED_AGAIN / 2, asked) == ()
    assert due([FULL, INCREMENTAL], after, START + WANTED_AGAIN, asked)


def test_all_is_well() -> None:
    """Nothing is said of an archive that works."""
    assert codes(KEPT) == []


@pytest.mark.parametrize(
    ("archiver", "expected"),
    [
        (FAILING, ["archiving-fails"]),
        (replace(FAILING, archived_at=NOW), []),  # it has worked since
        (replace(FAILING, oldest=NOW - 3), []),  # only slow
        (replace(FAILING, waiting=0, oldest=None), []),
        (replace(FAILING, failed_at=None, oldest=NOW - 300), ["archiving-fails"]),
        (replace(FAILING, errors={"x": (45, "it is there")}), ["archiving-stuck-on-duplicate"]),
    ],
)
def test_failing_archiving_is_said(archiver: Archiver, expected: list[str]) -> None:
    """As soon as it is more than slow, also where the statistics were lost in a crash."""
    kept = replace(KEPT, archiver=archiver)
    assert codes(kept) == expected
    assert broken(kept) == ({"archive"} if expected else set())


def test_the_reason_is_pgbackrests_own() -> None:
    """What concerns all segments comes before what concerns one."""
    errors = {"x": (25, "this one"), "global": (103, "unable to find a valid repository")}
    found = list(judge(replace(KEPT, archiver=replace(FAILING, errors=errors))))
    assert "3 segments wait: unable to find a valid repository" in found[0].says
    assert "2027-01-15T07:59:00+00:00" in found[0].says
    assert found[0].next is not None
    assert found[0].next.startswith("tricenter exec --user postgres binjiang -- pgbackrest")


def test_without_power_only_what_waits_is_said() -> None:
    """The host is said by another kind; `up` gives it power."""
    off = replace(KEPT, power=False, stanza=None)
    assert codes(off) == []
    found = list(judge(replace(off, archiver=FAILING)))
    assert [(entry.code, entry.next) for entry in found] == [("archiving-fails", "tricenter up")]


@pytest.mark.parametrize(
    ("state", "backups", "code", "mends"),
    [
        ("repository-missing", 0, "repository-missing", "itself"),
        ("stanza-missing", 0, "stanza-missing", "itself"),
        ("unreadable", 0, "repository-unreadable", "up"),
        ("there", 0, "backup-missing", "itself"),
    ],
)
def test_a_lost_repository_is_said_once(state: Any, backups: int, code: str, mends: str) -> None:
    """What follows from it, failing archiving, is not said again; a vault keeps restores alive."""
    lost = replace(WELL, state=state, backups=backups)
    kept = replace(KEPT, stanza=lost, archiver=FAILING)
    assert [(entry.code, entry.mends) for entry in judge(kept)] == [(code, mends)]
    assert broken(kept) == {"archive", "restore"}
    assert broken(replace(kept, vaulted=START)) == {"archive"}


def test_a_gap_is_said_with_the_newest_moment() -> None:
    """Restores end before it, until a backup that begins by itself."""
    found = list(judge(replace(KEPT, stanza=TORN)))
    assert [entry.code for entry in found] == ["log-has-gap"]
    assert "4 segments" in found[0].says
    assert TORN.reach is not None
    assert TORN.reach in found[0].says


def test_a_log_that_is_being_dropped_is_said() -> None:
    """PostgreSQL is told that it is archived; the repository, looked at later, does not have it."""
    claimed = replace(ARCHIVER, archived="00000001000000000000000C", archived_at=NOW - 5)
    assert dropped(claimed, WELL) == 3
    assert codes(replace(KEPT, archiver=claimed)) == ["log-has-gap"]
    assert dropped(replace(claimed, archived_at=NOW + 1), WELL) == 0, "not looked at since"
    assert dropped(replace(claimed, archived="00000002.history"), WELL) == 0
    assert dropped(replace(claimed, archived=WELL.newest), WELL) == 0
    assert dropped(claimed, replace(WELL, needs="000000010000000000000010")) == 0


def test_jobs_that_fail_are_said_until_they_are_made_good() -> None:
    """A later success counts, of a backup also that of the other sort."""
    lines = [end("incremental:a", 1, ok=False), end("ship:n:v", 2, ok=False)]
    assert [entry.code for entry in judge_jobs("tianfu", lines)] == [
        "backup-fails",
        "shipment-fails",
    ]
    assert set(failing([*lines, end("full:a", 3, ok=True)])) == {"ship:n:v"}
    assert set(failing([*lines, end("full:b", 3, ok=True)])) == {"incremental:a", "ship:n:v"}


def test_a_vault_counts_once_a_backup_was_shipped() -> None:
    """A shipment before the first backup has nothing of the database."""
    lines = [end("ship:n:v", 1, ok=True), end("full:a", 2, ok=True)]
    assert shipped(lines, "a") is None
    assert was_backed_up(lines, "a")
    assert not was_backed_up(lines, "b")
    later = [*lines, end("ship:n:v", 3, ok=False), end("ship:n:v", 4, ok=True)]
    assert shipped(later, "a") == START + timedelta(minutes=4)


def test_the_archivers_answer_is_read() -> None:
    """The status files of pgBackRest have a code, a message, and hints that nobody needs."""
    route = "raised from remote-0 tls protocol on 'tianfu': "
    answer = {
        "now": NOW, "archived": None, "archived_at": None, "failed_at": NOW, "waiting": 1,
        "oldest": NOW, "errors": {"global.error": f"103\n{route}no repository:\nrepo1\nHINT: no",
                                  "x.error": "45\nit is there", "gone.error": None},
    }  # fmt: skip
    found = read(json.dumps(answer))
    assert found.errors == {"global": (103, "no repository: repo1"), "x": (45, "it is there")}
    assert found.duplicates == ("x",)
    assert read(json.dumps({**answer, "errors": None})).errors == {}


def test_the_last_commit_of_a_segment() -> None:
    """As pg_waldump tells it in UTC; other records are passed over."""
    line = "rmgr: Transaction len (rec/tot): 34/34, tx: 7, lsn: 0/1, prev 0/0, desc: "
    lines = [f"{line}COMMIT 2026-11-30 08:00:0{n}.5 UTC; inval msgs" for n in (1, 2)]
    found = last_commit([*lines, f"{line}ABORT 2026-11-30 08:00:09 UTC"])
    assert found == datetime(2026, 11, 30, 8, 0, 2, 500000, tzinfo=UTC)
    assert last_commit([]) is None


@pytest.fixture
def described(tmp_path: Path) -> Callable[..., tuple[str, str]]:
    """How a repository with these files is judged."""

    def judged(*files: str) -> tuple[str, str]:
        for file in files:
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return judge_files(tmp_path, "a")

    return judged


def test_a_repository_is_judged_by_its_files(described: Callable[..., tuple[str, str]]) -> None:
    """Removed, without this database, with data that nothing describes, and whole."""
    assert described()[0] == "repository-missing"
    assert described("archive/b/archive.info", "backup/b/backup.info")[0] == "stanza-missing"
    state, why = described("archive/a/archive.info.copy", "backup/a/20261130F/x")
    assert (state, why) == ("unreadable", "backup.info of a and its copy are gone")
    assert described("backup/a/backup.info") == ("there", "")


def test_a_stanza_survives_json() -> None:
    """What the scheduler writes is read unchanged."""
    stanza = replace(TORN, earlier=(HOLE,))
    assert from_data(json.loads(json.dumps(to_data(stanza)))) == stanza


def test_a_restore_says_before_which_gap_it_stopped() -> None:
    """The latest state is older than what is archived; a moment that was reached is not."""
    found = {"recovered": "2026-11-23T11:58:00+00:00", "reached": True}
    assert gap_before(WELL, None, found) is None
    torn = gap_before(TORN, None, found)
    assert torn is not None
    assert (torn["missing"], torn["newest"]) == (4, found["recovered"])
    assert gap_before(TORN, START, found) is None
    assert gap_before(TORN, START, {**found, "reached": False}) == torn
    closed = replace(WELL, earlier=(HOLE,))
    assert gap_before(closed, None, found) is None
    assert gap_before(closed, START, {**found, "reached": False}) == torn


def test_a_repository_of_no_use_has_a_way_out() -> None:
    """A vault that has a backup, else `up`."""
    assert why_not(WELL) is None
    assert why_not(replace(WELL, backups=0)) == "it has no backup of a"
    assert why_not(replace(WELL, state="unreadable", why="damaged")) == "damaged"
    assert "--from cold" in way_out("a", ["cold"])
    assert "tricenter up" in way_out("a", [])


def test_a_vault_shows_one_content_of_each_segment(tmp_path: Path) -> None:
    """What was set aside in the repository stays in the vault, and is not shown."""
    pool, generation = tmp_path / "pool", tmp_path / "generations" / "1"
    log = pool / "archive" / "a" / "15-1"
    stranger, own, other = (
        log / "0000000100000000" / f"0000000100000000000000{number}-{letter * 40}.lz4"
        for number, letter in (("01", "f"), ("01", "0"), ("02", "a"))
    )
    for age, path in enumerate((other, own, stranger)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (NOW - age, NOW - age))
    (log / "00000002.history").touch()
    for kind in ("archive", "backup"):
        (generation / kind / "a").mkdir(parents=True)
        (pool / kind / "a").mkdir(parents=True, exist_ok=True)
    made = Generation(number=1, path=generation, backups={})
    build_view(tmp_path, made, "a", tmp_path / "view")
    seen = tmp_path / "view" / "archive" / "a" / "15-1"
    assert {path.name for path in seen.glob("*/*")} == {own.name, other.name}
    assert (seen / "00000002.history").exists()
    stranger.unlink()
    build_view(tmp_path, made, "a", tmp_path / "plain")
    assert (tmp_path / "plain" / "archive" / "a" / "15-1").is_symlink()
