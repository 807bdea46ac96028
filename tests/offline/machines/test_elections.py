"""Two failovers in quick succession, by Patroni's own election: who may lead, and what is lost.

Patroni's cycles are turned by hand, so that the race of real machines has one outcome here.
"""

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.offline.machines.hall import STACK, Hall
from tricenter.offline.machines import scope as scopes
from tricenter.offline.machines.fleet import Fleet
from tricenter.offline.machines.member import Member, Surroundings
from tricenter.offline.machines.stack import Machine, Stack, Wire

pytestmark = pytest.mark.cloud

NAME = "ledger-a"
FIRST, VOTER, REMOTE = "jurong", "changi", "jakarta-1"
LEADER = f"/service/{NAME}/leader"


class Still(Member):
    """A member whose cycles somebody else turns."""

    def boot(self) -> None:
        """Nothing by itself."""


def make(stack: Stack, machine: Machine, name: str, folder: Path) -> Member:
    """A member that stands still."""
    around = Surroundings(
        scope=f"{stack.name}/{name}",
        disk=stack.disk(machine.instance, name),
        wire=Wire(stack, name),
        store=stack.ask_store,
        port=stack.port,
    )
    return Still(folder, around)


class Play:
    """The members of one database of the hall."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        hall.fleet = Fleet(hall.folder / "still", {"held": hall.cloud}, make)
        hall.fleet.look()
        self.stack = hall.fleet.stacks[STACK]
        for site in self.members():
            self.start(site)

    def members(self) -> dict[str, Member]:
        """The members whose machines have power, by site."""
        own = f"{STACK}/{NAME}"
        machines = self.stack.running()
        return {m.name: m for machine in machines for m in machine.members if m.scope == own}

    def start(self, site: str) -> None:
        """Start Patroni."""
        member = self.members()[site]
        scopes.within(member.scope, member.start)()

    def turn(self, site: str) -> str:
        """One cycle of a member, and what Patroni says of it."""
        member = self.members()[site]

        def cycle() -> str:
            said = member.ha.run_cycle()
            cluster = member.dcs.cluster
            found = cluster and cluster.config
            if found and found.data:
                # The store's client keeps its first settings: with a cycle of one second a busy
                # machine never comes to the end of what Patroni wants to do in one.
                member.config.set_dynamic_configuration(found)
            return said

        return scopes.within(member.scope, cycle)()

    def until(self, condition: Callable[[], Any]) -> None:
        """Turn everybody, while clients write, until it is so."""
        ends = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < ends, "it did not come true"
            for site, member in self.members().items():
                self.turn(site)
                member.server.write()
            time.sleep(0.02)

    def leader(self) -> str | None:
        """Whose PostgreSQL takes writes."""
        found = [site for site, member in self.members().items() if member.server.leads]
        return found[0] if found else None

    def sync(self) -> Any:
        """Patroni's /sync."""
        cluster = self.members()[REMOTE].dcs.get_cluster()
        return cluster.sync

    def lose(self, site: str) -> None:
        """The machine loses power, and its lease its time."""
        key = self.hall.cloud.machines[site].key
        self.stack.power_off(key)
        self.stack.store.delete(LEADER)

    def share(self, **settings: Any) -> None:
        """Change what the members share, as `patronictl edit-config` does."""
        dcs = self.members()[REMOTE].dcs
        found = dcs.get_cluster().config
        assert found is not None
        import json

        assert dcs.set_config_value(json.dumps({**found.data, **settings}), found.version)


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """Three members, led by the first and followed by two that confirm its commits."""
    made = Play(Hall(tmp_path))
    made.until(lambda: set(made.sync().members) == {VOTER, REMOTE})
    yield made
    made.hall.fleet.end()


def twice_lost(play: Play) -> Any:
    """The first is lost, the voter leads and writes; the first returns, and the voter is lost.

    Returns what the third had acknowledged then, of which nothing may be lost.
    """
    play.lose(FIRST)
    play.until(lambda: play.leader() == VOTER and set(play.sync().members) == {REMOTE})
    play.members()[VOTER].server.write()
    play.members()[REMOTE].server.receive()
    acknowledged = deepcopy(play.members()[REMOTE].server.data)
    play.hall.fleet.look()
    play.start(FIRST)
    play.turn(FIRST)
    ends = time.monotonic() + 10
    first = play.members()[FIRST].server
    while first.data is None or first.data.state != "shut down":
        assert time.monotonic() < ends, "it did not recover"
        time.sleep(0.01)
    play.lose(VOTER)
    assert acknowledged is not None and first.data.log > acknowledged.log
    assert first.data.timeline < acknowledged.timeline
    return acknowledged


def race(play: Play) -> str | None:
    """The election, in which the first is always the first to look."""
    ends = time.monotonic() + 10
    while play.leader() is None and time.monotonic() < ends:
        for site in (FIRST, REMOTE):
            play.turn(site)
        time.sleep(0.02)
    return play.leader()


def test_a_member_on_an_earlier_timeline_does_not_lead(play: Play) -> None:
    """With the settings of every target the third leads, with every acknowledged write."""
    acknowledged = twice_lost(play)
    assert race(play) == REMOTE
    data = play.members()[REMOTE].server.data
    assert data is not None and data.contains(acknowledged)


def test_without_that_setting_acknowledged_writes_are_lost(play: Play) -> None:
    """What the setting is for: by its position alone the former leader wins the same race."""
    play.share(check_timeline=False)
    acknowledged = twice_lost(play)
    assert race(play) == FIRST
    data = play.members()[FIRST].server.data
    assert data is not None and not data.contains(acknowledged)
