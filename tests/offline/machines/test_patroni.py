"""Patroni on emulated machines: its answers, its refusals, and what it does about a loss.

What is asserted are the answers of Patroni 4.1.5 (docs/rest_api.rst there); the code that gives
them is Patroni's own, so that what is tried here is what the emulation puts below it.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.offline.machines.hall import STACK, Hall

pytestmark = pytest.mark.cloud

NAME = "ledger-a"
FIRST, VOTER, REMOTE = "jurong", "changi", "jakarta-1"
SITES = (FIRST, VOTER, REMOTE)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """The three machines of the reference, switched on once for all tests."""
    made = Hall(tmp_path_factory.mktemp("hall"))
    made.fleet.begin()
    yield made
    made.fleet.end()


@pytest.fixture
def whole(hall: Hall) -> Hall:
    """Everything runs, and the preferred sites lead, whatever came before."""
    make_whole(hall)
    return hall


def make_whole(hall: Hall) -> None:
    """Switch every machine on, and let the preferred sites lead."""
    for site in SITES:
        hall.change(site, runs=True)
    hall.until(lambda: all(streams(hall, database) for database in ("ledger-a", "ledger-b")))
    for database in hall.plan.databases:
        if (now := hall.leader(database.name)) != database.prefer:
            body = {"leader": now, "candidate": database.prefer}
            hall.until(lambda d=database.name, s=now, b=body: switched(hall, d, s, b))
        hall.until(lambda d=database: hall.leader(d.name) == d.prefer and streams(hall, d.name))


def switched(hall: Hall, database: str, site: str | None, body: dict[str, Any]) -> bool:
    """Whether a switchover is taken."""
    answer = hall.ask(database, str(site), "/switchover", body)
    return answer is not None and answer[0] == 200


def streams(hall: Hall, database: str) -> bool:
    """Whether one leads, and both others stream from it as synchronous ones."""
    answer = hall.ask(database, REMOTE, "/cluster")
    if answer is None or answer[0] != 200:
        return False
    members = answer[1]["members"]
    roles = sorted(member["role"] for member in members)
    return roles == ["leader", "quorum_standby", "quorum_standby"] and all(
        member["state"] == ("running" if member["role"] == "leader" else "streaming")
        for member in members
    )


def status(hall: Hall, site: str, path: str, **named: Any) -> int | None:
    """The number that a member answers with."""
    answer = hall.ask(NAME, site, path, **named)
    return answer[0] if answer else None


def test_the_preferred_sites_create_their_databases(whole: Hall) -> None:
    """Whichever machine is ready first, the one that the spec prefers leads a new database."""
    settings = whole.ask(NAME, FIRST, "/config")
    assert settings is not None
    assert settings[1]["ttl"] == whole.plan.timing.ttl
    assert settings[1]["synchronous_mode"] == "quorum"
    assert {d.name: whole.leader(d.name) for d in whole.plan.databases} == {
        d.name: d.prefer for d in whole.plan.databases
    }


@pytest.mark.parametrize(
    ("path", "leader", "replica"),
    [
        ("/", 200, 503),
        ("/primary", 200, 503),
        ("/leader", 200, 503),
        ("/read-write", 200, 503),
        ("/replica", 503, 200),
        ("/replica?lag=1MB", 503, 200),
        ("/quorum", 503, 200),
        ("/sync", 503, 503),
        ("/async", 503, 503),
        ("/read-only", 200, 200),
        ("/health", 200, 200),
        ("/readiness", 200, 200),
        ("/liveness", 200, 200),
        ("/standby-leader", 503, 503),
    ],
)
def test_health_checks(whole: Hall, path: str, leader: int, replica: int) -> None:
    """Each check tells the leader from the others; no certificate is asked for."""
    assert status(whole, FIRST, path, login="") == leader
    assert status(whole, VOTER, path, login="") == replica


def test_what_a_member_says_of_itself(whole: Hall) -> None:
    """The leader names who streams from it, a replica what it has received, all one system."""
    said = {site: whole.ask(NAME, site, "/patroni") for site in SITES}
    told: dict[str, Any] = {site: answer[1] for site, answer in said.items() if answer}
    assert {told[site]["role"] for site in (VOTER, REMOTE)} == {"replica"}
    assert told[FIRST]["role"] == "primary"
    log = told[FIRST]["xlog"]["location"]
    for site in (VOTER, REMOTE):
        assert told[site]["xlog"]["received_location"] == log
        assert told[site]["replication_state"] == "streaming"
        assert told[site]["quorum_standby"]
    rows = {row["application_name"]: row for row in told[FIRST]["replication"]}
    assert set(rows) == {VOTER, REMOTE}
    assert {row["sync_state"] for row in rows.values()} == {"quorum"}
    assert len({one["database_system_identifier"] for one in told.values()}) == 1
    assert {one["patroni"]["version"] for one in told.values()} == {"4.1.5"}


def test_a_change_needs_certificate_and_password(whole: Hall) -> None:
    """Without the one 403, with a wrong other 401, and nothing moves."""
    body = {"leader": FIRST, "candidate": VOTER}
    assert status(whole, FIRST, "/switchover", body=body, login="") == 403
    assert status(whole, FIRST, "/switchover", body=body, login="stranger") == 401
    assert whole.leader(NAME) == FIRST


@pytest.mark.parametrize(
    ("path", "body", "number", "said"),
    [
        ("/switchover", {"candidate": VOTER}, 400, "only from a specific leader"),
        ("/switchover", {"leader": FIRST, "candidate": FIRST}, 400, "source are the same"),
        ("/switchover", {"leader": VOTER, "candidate": REMOTE}, 412, "leader name does not match"),
        ("/switchover", {"leader": FIRST, "candidate": "no"}, 412, "candidate does not exists"),
        ("/failover", {"nobody": 1}, 400, "only to a specific candidate"),
        ("/failover", {"candidate": "no"}, 412, "candidate does not exists"),
    ],
)
def test_what_cannot_be_is_refused(
    whole: Hall, path: str, body: dict[str, Any], number: int, said: str
) -> None:
    """A command that makes no sense, or names a candidate that is none, changes nothing."""
    answer = whole.ask(NAME, FIRST, path, body)
    assert answer is not None
    assert (answer[0], said in answer[1]) == (number, True)
    assert whole.leader(NAME) == FIRST


def test_a_candidate_that_is_gone_is_refused(whole: Hall) -> None:
    """A stopped machine does not answer, and nothing is handed to it: 412 or 503."""
    whole.change(VOTER, runs=False)
    assert status(whole, VOTER, "/patroni") is None
    answer = whole.ask(NAME, FIRST, "/switchover", {"leader": FIRST, "candidate": VOTER})
    assert answer is not None
    assert answer[0] in {412, 503}
    assert "good candidates" in answer[1] or "failed" in answer[1] or "exist" in answer[1]
    assert whole.leader(NAME) == FIRST


def test_a_switchover_and_back(whole: Hall) -> None:
    """The remote site leads on a new timeline, the old leader follows without a rewind."""
    answer = whole.ask(NAME, FIRST, "/switchover", {"leader": FIRST, "candidate": REMOTE})
    assert answer == (200, f'Successfully switched over to "{REMOTE}"')
    whole.until(lambda: whole.leader(NAME) == REMOTE and streams(whole, NAME))
    assert whole.leader("ledger-b") == VOTER
    before = timeline(whole, REMOTE)
    make_whole(whole)
    assert timeline(whole, FIRST) == before + 1


def timeline(hall: Hall, site: str) -> int:
    """The timeline of a member."""
    answer = hall.ask(NAME, site, "/patroni")
    assert answer is not None
    return int(answer[1]["timeline"])


def test_the_leaders_machine_is_lost(whole: Hall) -> None:
    """A voter leads when the lease is over, not before; the old leader comes back as a follower."""
    before, began = timeline(whole, VOTER), time.monotonic()
    whole.change(FIRST, runs=False)
    assert whole.leader(NAME) is None
    whole.until(lambda: whole.leader(NAME))
    # The lease was renewed at most a second (loop_wait) and a refresh before the loss.
    assert time.monotonic() - began > whole.plan.timing.ttl - 3
    assert whole.leader(NAME) == VOTER, "the voter of the same city has priority"
    assert timeline(whole, VOTER) == before + 1
    assert whole.leader("ledger-b") == VOTER
    whole.change(FIRST, runs=True)
    whole.until(lambda: streams(whole, NAME))
    assert whole.leader(NAME) == VOTER


def test_a_minority_leads_nothing(whole: Hall) -> None:
    """With two of three voices gone nobody leads, and a forced failover is refused with 503."""
    whole.change(FIRST, runs=False)
    whole.change(VOTER, runs=False)
    answer = whole.ask(NAME, REMOTE, "/failover", {"candidate": REMOTE})
    assert answer == (503, "failed to write failover key into DCS")
    assert status(whole, REMOTE, "/leader") == 503
    # Its runbook makes the voice a store of its own, and takes the lost leader's lease away.
    stack = whole.fleet.stack(STACK)
    assert stack is not None
    stack.store.alone(REMOTE)
    for database in (NAME, "ledger-b"):
        stack.store.delete(f"/service/{database}/leader")
        whole.until(lambda d=database: forced(whole, d))
    whole.until(lambda: whole.leader(NAME) == REMOTE)


def forced(hall: Hall, database: str) -> bool:
    """Whether a forced failover to the remote site is taken."""
    answer = hall.ask(database, REMOTE, "/failover", {"candidate": REMOTE})
    return answer is not None and answer[0] == 200


def test_a_leader_without_a_store_steps_down(whole: Hall) -> None:
    """Alone it takes no writes any more, although its machine and its PostgreSQL run."""
    whole.change(VOTER, runs=False)
    whole.change(REMOTE, runs=False)
    whole.until(lambda: status(whole, FIRST, "/leader") == 503)
    answer = whole.ask(NAME, FIRST, "/patroni")
    assert answer is not None
    assert answer[1]["role"] == "replica"


def test_a_new_process_finds_the_old_disks(whole: Hall) -> None:
    """After all machines were off at once, the databases are those of before."""
    answer = whole.ask(NAME, FIRST, "/patroni")
    assert answer is not None
    for site in SITES:
        whole.change(site, runs=False)
    assert whole.fleet.stacks[STACK].running() == ()
    make_whole(whole)
    again = whole.ask(NAME, FIRST, "/patroni")
    assert again is not None
    key = "database_system_identifier"
    assert again[1][key] == answer[1][key]
    assert again[1]["timeline"] >= answer[1]["timeline"]


def test_nothing_is_kept_of_a_stack_that_is_gone(tmp_path: Path) -> None:
    """When its last machine is deleted, the stack's disks and store go."""
    hall = Hall(tmp_path)
    hall.fleet.look()
    folder = hall.folder / "machines"
    assert list((folder / "stacks").iterdir())
    hall.cloud.machines.clear()
    hall.cloud.number += 1
    hall.fleet.look()
    left = [path for path in folder.rglob("*") if path.is_file()]
    assert left == []
    assert hall.fleet.told() == {"machines": [], "faults": {}}
