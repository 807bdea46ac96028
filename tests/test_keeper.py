"""What a keeper decides: fence, fetch, copy; and what it never does."""

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from tricenter.lab.keeper import asking
from tricenter.lab.keeper.asking import is_paused, lacks_log
from tricenter.lab.keeper.judge import COPY_S, FENCE_S, FETCH_S, STEADY_S, Act, Facts, Memory, judge
from tricenter.lab.keeper.watched import Watch, Watched

TTL = 20.0
REPLICA = Facts(
    site="xihu", answers=True, writable=False, lease="binjiang", follows=True, position=100,
    busy=False, leader_runs=True, why_not=None, fetching=False,
)  # fmt: skip
LEADER = replace(REPLICA, site="binjiang", writable=True, follows=False)
STUCK = replace(REPLICA, follows=False)


def acts(facts: Facts, seconds: float, *, every: float = 0.5) -> list[Act]:
    """Every act in so many seconds of the same facts; what an act changes is followed."""
    memory, done = Memory(), list[Act]()
    for step in range(int(seconds / every) + 1):
        act, memory = judge(facts, memory, 1000.0 + step * every, TTL)
        if act is not None:
            done.append(act)
            facts = replace(facts, fetching=act == "fetch" or (facts.fetching and act != "copy"))
    return done


def test_what_is_well_is_left_alone() -> None:
    """A leader with its lease and a copy that streams are never touched."""
    for facts in (REPLICA, LEADER, replace(LEADER, answers=False)):
        assert acts(facts, 5 * COPY_S) == []


def test_a_second_writable_server_is_ended_when_its_agent_is_silent() -> None:
    """The lease is another's, Patroni is frozen, the server takes writes: within seconds."""
    frozen = replace(LEADER, answers=False, lease="xihu")
    assert acts(frozen, FENCE_S - 0.5) == []
    assert acts(frozen, FENCE_S) == ["fence"]
    assert "fence" in acts(replace(frozen, lease=""), FENCE_S)


def test_patroni_that_answers_demotes_by_itself() -> None:
    """Right after a change of leader the old one is still writable for a moment."""
    assert "fence" not in acts(replace(LEADER, lease="xihu"), 2 * TTL)


def test_without_the_store_the_life_of_a_lease_is_waited_for() -> None:
    """Where the store says nothing, only the whole life of a lease proves that it has ended."""
    alone = replace(LEADER, answers=False, lease=None)
    assert acts(alone, TTL - 0.5) == []
    assert acts(alone, TTL) == ["fence"]


def test_a_pause_is_read_from_what_members_share() -> None:
    """In maintenance a server goes on without its agent, and is not to be ended."""
    assert is_paused('{"pause": true, "ttl": 20}')
    assert not any(map(is_paused, ("", "{}", '{"pause": false}', "no JSON", "[1]")))


def test_a_standby_is_never_fenced() -> None:
    """A standby takes no writes, whoever leads."""
    assert "fence" not in acts(replace(STUCK, answers=False, lease=None), 5 * TTL)


def test_a_stuck_copy_fetches_then_is_made_anew() -> None:
    """The archive first; a new copy only after its bound."""
    assert acts(STUCK, FETCH_S) == ["fetch"]
    assert acts(STUCK, COPY_S - 1) == ["fetch"]
    assert acts(STUCK, COPY_S) == ["fetch", "copy"]


@pytest.mark.parametrize(
    "change", [{"why_not": "no"}, {"leader_runs": False}, {"answers": False}, {"busy": True}]
)
def test_no_copy_is_thrown_away_where_that_is_not_safe(change: dict[str, object]) -> None:
    """Not the last but one, not without a leader, not while Patroni is silent or at work."""
    assert "copy" not in acts(replace(STUCK, **change), 5 * COPY_S)  # pyright: ignore[reportArgumentType]


def test_an_instant_of_streaming_is_not_believed() -> None:
    """A copy whose log is gone streams for an instant each second until it is refused."""
    memory, done = Memory(), list[Act | None]()
    for step in range(int(4 * FETCH_S)):
        facts = replace(STUCK, follows=step % 4 == 0)
        act, memory = judge(facts, memory, 1000.0 + step * 0.5, TTL)
        done.append(act)
    assert "fetch" in done


def test_progress_is_waited_for() -> None:
    """A copy that gets on, however slowly, is not thrown away."""
    memory = Memory()
    for step in range(1000):
        facts = replace(STUCK, position=step // 10, fetching=True)
        act, memory = judge(facts, memory, float(step), TTL)
        assert act != "copy"


def test_the_archive_is_left_once_it_follows() -> None:
    """A promotion must not wait for the archive, so the gate is closed again."""
    assert acts(replace(REPLICA, fetching=True), STEADY_S - 0.5) == []
    assert acts(replace(REPLICA, fetching=True), STEADY_S) == ["leave"]
    assert acts(replace(LEADER, fetching=True), 0) == ["leave"]


def test_a_copy_that_was_refused_is_not_taken_for_streaming(tmp_path: Path) -> None:
    """Its own log says so, at the end; an old line says nothing."""
    log = tmp_path / "database.log"
    assert not lacks_log(log)
    refusal = "requested WAL segment 000000010000000000000006 has already been removed"
    log.write_text("x" * 40000 + f"\n2026-11-30 08:12:01.1 UTC [81] FATAL:  {refusal}\n")
    assert lacks_log(log)
    with log.open("a") as file:
        file.write("2026-11-30 08:12:31,483 INFO: no action. I am (tianfu), a secondary\n")
    assert not lacks_log(log)


@pytest.mark.parametrize("alive", [True, False])
def test_a_leader_is_asked_itself(
    alive: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store's word for it outlives it; who then fetched would promote a minute later."""
    leader = {"role": "leader", "state": "running", "api_url": "https://10.77.1.11:8008/patroni"}
    said: dict[tuple[str, str], object] = {
        ("10.77.3.11", "/patroni"): {"role": "replica", "state": "running"},
        ("10.77.3.11", "/cluster"): {"members": [leader]},
        ("10.77.3.11", "/history"): [],
    }
    if alive:
        said["10.77.1.11", "/patroni"] = {"role": "primary", "state": "running"}
    monkeypatch.setattr(
        asking, "_answer", lambda _tls, target, path, *_, **__: said.get((target[0], path))
    )
    member = Watched(
        database="ledger-a", address="10.77.3.11", rest_port=8008, data=str(tmp_path),
        log=str(tmp_path / "log"), sockets=str(tmp_path), secrets="", archived=True,
    )  # fmt: skip
    watch = Watch(site="xihu", members=(member,), store=(), ttl=TTL)
    found = asking.facts(watch, member, ssl.create_default_context())
    assert found.leader_runs is alive
    assert acts(found, FETCH_S) == (["fetch"] if alive else [])
