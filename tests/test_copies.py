"""Why a copy does not follow, from lines that PostgreSQL and pg_rewind wrote."""

import pytest

from tricenter.lab.copies import Reason, reason
from tricenter.lab.patroni import MemberState
from tricenter.roles.lab.rejoin import cheapest, progress

AT = "2026-11-28 20:12:01.102 UTC [81] "
STREAM = AT + "FATAL:  could not receive data from WAL stream: ERROR:  "
GONE = STREAM + "requested WAL segment 000000020000000000000008 has already been removed"
LACKS = (
    'pg_rewind: error: could not open file "/srv/pg/ledger-a/pg_wal/000000070000000000000070": '
    "No such file or directory"
)
HISTORY = (
    STREAM + "requested starting point 0/7E000000 on timeline 9 is not in this server's history"
)
FULL = AT + 'PANIC:  could not write to file "pg_wal/xlogtemp.81": No space left on device'
BROKEN = AT + "FATAL:  incorrect checksum in control file"
CALM = (
    "2026-11-28 20:12:01 INFO: no action. I am (tianfu), a secondary, and following a leader (xihu)"
)


@pytest.mark.parametrize(
    ("line", "code", "way"),
    [
        (GONE, "log-gone", "fetch"),
        (LACKS, "rewind-lacks-log", "fetch"),
        (HISTORY, "diverged", "copy"),
        (FULL, "disk-full", "wait"),
        (BROKEN, "server-fails", "copy"),
    ],
)  # fmt: skip
def test_sayings_are_known(line: str, code: str, way: str) -> None:
    """Each saying has its code and asks for its way back."""
    found = reason([CALM, line, CALM])
    assert found is not None
    assert (found.code, found.way) == (code, way)


def test_a_segment_is_named() -> None:
    """The sentence names what is lacking."""
    found = reason([GONE])
    assert found is not None
    assert "000000020000000000000008" in found.says


def test_what_is_over_is_not_said() -> None:
    """A saying of half a minute before the log's last line is of another time."""
    later = CALM.replace("20:12:01", "20:12:31")
    assert reason([GONE, later]) is None
    assert reason([CALM]) is None
    assert reason([]) is None


def state(*, streams: bool) -> MemberState:
    """A member that runs, and streams or does not."""
    return MemberState(
        site="tianfu", state="running", leads=False, streams=streams, timeline=1, position=1,
        sync=None,
    )  # fmt: skip


def test_the_cheapest_way_is_taken() -> None:
    """A leader stays, who follows stays; the archive comes before a copy, where there is one."""
    gone = Reason(code="log-gone", says="gone", way="fetch")

    def way(found: Reason | None, **options: bool) -> str:
        usual = {"leads": False, "archived": True, "anew": False, "streams": False, **options}
        streams = usual.pop("streams")
        return cheapest(state(streams=streams), found, **usual)[0]

    assert way(gone) == "fetch"
    assert way(gone, archived=False) == "copy"
    assert way(gone, streams=True) == "none"
    assert way(None) == "wait"
    assert way(None, anew=True) == "copy"
    assert way(gone, anew=True, leads=True) == "none"


def test_progress_tells_the_time_left() -> None:
    """At the pace so far; nothing is guessed before anything is there."""
    assert progress(10 << 20, 30 << 20, 5.0) == "10 of 30 MiB, about 10 s left"
    assert progress(0, 30 << 20, 5.0) == "0 of 30 MiB"
