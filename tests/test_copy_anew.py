"""When a copy that does not follow is made anew by itself: only if nothing can be lost by it."""

from typing import Any

import pytest

from tricenter.topology.copy_anew import follows, place, read_branch, why_not_anew

SITE = "c"
FORK = 0x12001000
HISTORY: list[list[Any]] = [[1, FORK, "no recovery target specified", "2026-11-30"]]


def member(timeline: int | None, log: int | None, **more: Any) -> dict[str, Any]:
    """A standby's answer that does not stream."""
    xlog = {} if log is None else {"received_location": log, "replayed_location": log}
    return {"state": "running", "role": "replica", "timeline": timeline, "xlog": xlog, **more}


def leader(timeline: int = 2, log: int = FORK + 500) -> dict[str, Any]:
    """The leader's answer."""
    return {"state": "running", "role": "primary", "timeline": timeline, "xlog": {"location": log}}


def cluster(role: str = "quorum_standby", state: str = "streaming", **more: Any) -> dict[str, Any]:
    """What the store has of three members."""
    found = [("a", "leader", "running"), ("b", role, state), (SITE, "replica", "running")]
    members = [{"name": n, "role": r, "state": s} for n, r, s in found]
    return {"members": members, **more}


def why(own: dict[str, Any], branch: Any = (), **more: Any) -> str | None:
    """The judgement with everything else as it should be."""
    known: dict[str, Any] = {"leader": leader(), "cluster": cluster(), "history": HISTORY} | more
    return why_not_anew(SITE, own, known["leader"], known["cluster"], known["history"], branch)


def test_a_copy_that_fell_behind_is_safe() -> None:
    """On an earlier timeline before the fork, or behind on the leader's own."""
    assert why(member(1, FORK - 100)) is None
    assert why(member(1, FORK)) is None
    assert why(member(2, FORK + 500), [(1, FORK)]) is None


@pytest.mark.parametrize(
    ("own", "branch", "said"),
    [
        (member(1, FORK + 1), (), "log that the leader has not"),
        (member(2, FORK + 501), [(1, FORK)], "log that the leader has not"),
        (member(3, FORK), [(1, FORK), (2, FORK + 5)], "another timeline"),
        (member(3, FORK), [(1, FORK)], "log that the leader has not"),
        # As after two failovers in quick succession: the same number, another fork.
        (member(2, FORK + 100), [(1, FORK - 64)], "another timeline"),
        (member(2, FORK + 100), None, "not known"),
        (member(2, None), [(1, FORK)], "not known"),
        (member(None, FORK), (), "not known"),
        (member(5, FORK), (), "log that the leader has not"),
    ],
)
def test_what_nobody_else_has_is_kept(own: dict[str, Any], branch: Any, said: str) -> None:
    """Log beyond the leader's, another branch of the same number, or nothing known: a person."""
    assert said in str(why(own, branch))


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"leader": None}, "no leader"),
        ({"cluster": {"members": []}}, "no leader"),
        ({"cluster": cluster(pause=True)}, "pause"),
        ({"cluster": cluster("replica")}, "no other copy confirms"),
        ({"cluster": cluster(state="running")}, "no other copy confirms"),
        ({"history": []}, "log that the leader has not"),
    ],
)
def test_nothing_is_thrown_away_while_commits_are_alone(known: dict[str, Any], said: str) -> None:
    """Without a leader, in pause, or with nobody else who confirms, the copy stays as it is."""
    assert said in str(why(member(1, FORK - 100), **known))


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (leader(), True),
        (member(1, 5, replication_state="streaming"), True),
        (member(1, 5, replication_state="in archive recovery"), False),
        (member(1, 5), False),
        ({"state": "creating replica", "role": "replica"}, True),
        ({"state": "start failed", "role": "replica"}, False),
        ({"state": "stopped", "role": "primary"}, False),
    ],
)
def test_who_follows(own: dict[str, Any], expected: bool) -> None:
    """One that is being copied is left in peace; one that reads the archive moves, or does not."""
    assert follows(own) is expected


def test_where_a_copy_is() -> None:
    """The last byte that it has: once restarted it has replayed more than it has received."""
    own = member(2, 5) | {"xlog": {"received_location": 5, "replayed_location": 9}}
    assert place(own) == (2, 9)
    assert place(leader(3, 7)) == (3, 7)
    text = "1\t0/12001000\tno recovery target specified\n\n2\t1/0\tbefore 2026\n"
    assert read_branch(text) == [(1, FORK), (2, 1 << 32)]
