"""The emulated PostgreSQL: timelines, who can follow whom, what a crash leaves."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tricenter.offline.machines.postgres import Data, Server
from tricenter.offline.machines.replication import followers

pytestmark = pytest.mark.cloud


@dataclass
class Reach:
    """A wire between servers, which some are off."""

    servers: dict[str, Server] = field(default_factory=dict[str, Server])

    def server(self, name: str) -> Server | None:
        """A server that has power."""
        found = self.servers.get(name)
        return found if found is not None and found.power else None

    def others(self, name: str) -> tuple[Server, ...]:
        """All the others that have."""
        return tuple(s for s in self.servers.values() if s.name != name and s.power)


@pytest.fixture
def wire(tmp_path: Path) -> Reach:
    """A leader `a`, and `b` and `c` which stream from it."""
    reach = Reach()
    for name in "abc":
        reach.servers[name] = Server(
            name=name, address=f"10.0.0.{name}", disk=tmp_path / name, wire=reach
        )
    leader = reach.servers["a"]
    leader.initialize()
    assert leader.start()
    for name in "bc":
        follow(reach, name, "a", copy=True)
    return reach


def follow(wire: Reach, name: str, other: str, *, copy: bool = False) -> bool:
    """Start a server as a standby; whether it streams."""
    server = wire.servers[name]
    if copy:
        assert server.copy_of(wire.servers[other])
    assert server.data is not None
    server.stop()
    server.data.standby, server.data.follows = True, other
    assert server.start()
    return server.receive()


def test_followers_have_what_the_leader_wrote(wire: Reach) -> None:
    """The view names who streams, and counts as synchronous whom the setting names."""
    leader = wire.servers["a"]
    leader.synchronous = "ANY 1 (b)"
    leader.write()
    rows = {row["application_name"]: row for row in followers(leader)}
    assert leader.data is not None
    assert {row["flush_lsn"] for row in rows.values()} == {leader.data.log}
    assert {name: row["sync_state"] for name, row in rows.items()} == {"b": "quorum", "c": "async"}
    wire.servers["c"].lose_power()
    assert [row["application_name"] for row in followers(leader)] == ["b"]


def test_a_clean_handover_needs_no_rewind(wire: Reach) -> None:
    """The shutdown checkpoint reaches the standby, so that the old leader follows as it is."""
    old, new = wire.servers["a"], wire.servers["b"]
    place, _ = old.write_shutdown()
    old.stop()
    assert new.data is not None
    assert new.data.log > place
    assert new.promote()
    assert (new.data.timeline, new.leads) == (2, True)
    assert follow(wire, "a", "b")
    assert follow(wire, "c", "b")


def test_what_nobody_else_has_must_be_given_up(wire: Reach) -> None:
    """A leader that wrote alone cannot follow the next one, until it is rewound."""
    old, new = wire.servers["a"], wire.servers["b"]
    for name in "bc":
        wire.servers[name].stop()
    old.write()
    old.lose_power()
    assert new.start()
    assert new.promote()
    back = Server(name="a", address="10.0.0.a", disk=old.disk, wire=wire)
    wire.servers["a"] = back
    assert back.data is not None
    assert back.data.state == "in production"
    assert not follow(wire, "a", "b")
    back.stop()
    assert not back.rewind(new), "it was not shut down in order"
    back.data.state = "shut down"
    assert back.rewind(new)
    assert follow(wire, "a", "b")


def test_without_power_nothing_comes_to_the_disk(wire: Reach) -> None:
    """Threads that still work for a dead machine change nothing."""
    server = wire.servers["b"]
    before = server.disk.read_text(encoding="utf-8")
    server.lose_power()
    assert not server.start()
    assert not server.promote()
    server.save()
    assert server.disk.read_text(encoding="utf-8") == before


LINES = st.lists(st.integers(1, 50), min_size=1, max_size=5)


@given(LINES, LINES, st.integers(0, 5))
def test_one_copy_contains_another_only_by_its_history(
    mine: list[int], others: list[int], shared: int
) -> None:
    """Of two copies with a common past, the one that wrote beyond the fork is not contained."""

    def copy(steps: list[int]) -> Data:
        data = Data(system="1", log=0)
        for number, step in enumerate(steps, start=1):
            data.log += step
            if number < len(steps):
                data.history.append([data.timeline, data.log, "why", "when"])
                data.timeline += 1
        return data

    both = [7] * shared
    one, two = copy([*both, *mine]), copy([*both, *others])
    # The log as bytes with the timeline that wrote each: the slow way to say the same.
    written = [
        [timeline for timeline, step in enumerate([*both, *steps], start=1) for _ in range(step)]
        for steps in (mine, others)
    ]
    expected = written[0][: len(written[1])] == written[1]
    assert one.contains(two) == expected
