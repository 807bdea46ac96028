"""The store unwell in each way, on a real lab: what status says, and what `up` makes of it."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.lab.wellness import await_well
from tests.lab.writer import Writer
from tricenter.lab import patroni
from tricenter.lab.clients import place_clients
from tricenter.lab.deploy import deploy_units
from tricenter.lab.errors import LabError
from tricenter.lab.host import power_off, run_in_host
from tricenter.lab.observed import Status
from tricenter.lab.service import service
from tricenter.lab.stack import Stack
from tricenter.lab.status import collect
from tricenter.lab.store import ask
from tricenter.lab.store_once import runaways
from tricenter.lab.store_space import space
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.unit import Unit, find_kinds, plan_units
from tricenter.lab.unwell import Unwell
from tricenter.lab.voices import planned_voices, seats, standing
from tricenter.lab.waits import until
from tricenter.roles.lab import LabRoles
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.render import etcd
from tricenter.topology.validate import load

pytestmark = [pytest.mark.lab, pytest.mark.timeout(600)]

ROOT = Path(__file__).parent.parent.parent
LONG = 90.0
APART_S = 0.3
CITY = ("binjiang", "xihu")
DAMAGES = {
    "log": (
        "cd /srv/etcd/member/wal; f=$(ls *.wal | tail -n 1); "
        "o=$(grep -abo -m 1 /service/ledger-a/ $f | head -n 1 | cut -d : -f 1); "
        "printf X | dd of=$f bs=1 seek=$((o + 9)) conv=notrunc"
    ),
    "log's frame": (
        "cd /srv/etcd/member/wal; f=$(ls *.wal | tail -n 1); "
        "printf XXXXXX | dd of=$f bs=1 seek=5000 conv=notrunc"
    ),
    "database file": (
        "dd if=/dev/urandom of=/srv/etcd/member/snap/db bs=4096 count=3 conv=notrunc"
    ),
}
FAILOVER = """
import sys
from tricenter.lab.stack import Stack
from tricenter.roles.lab import LabRoles
from tricenter.topology.compile import compile_plan
from tricenter.topology.validate import load
LabRoles(Stack(sys.argv[1])).failover(compile_plan(load(sys.argv[2])), "ledger-a", "tianfu")
"""


@pytest.fixture(scope="module")
def plan() -> Iterator[Plan]:
    """The plan of the example without its backups; with a small quota, as filling it takes long."""
    before = etcd.LARGEST_MIB
    etcd.LARGEST_MIB = etcd.SMALLEST_MIB
    yield replace(compile_plan(load(ROOT / "stacks/ledger.yaml")), backups=(), vaults=())
    etcd.LARGEST_MIB = before


@pytest.fixture(scope="module")
def units(plan: Plan) -> tuple[Unit, ...]:
    """The units of the plan."""
    return plan_units(plan)


@pytest.fixture(scope="module")
def deployed(plan: Plan, units: tuple[Unit, ...]) -> Iterator[Stack]:
    """A deployed stack with places for clients; nothing of it is left afterwards."""
    found = Stack(f"voices-{os.getpid()}")
    try:
        deploy_units(found, units)
        place_clients(found, plan)
        yield found
    finally:
        sweep(found.id)
        assert leftovers(found.id) == ()


@pytest.fixture
def stack(deployed: Stack, plan: Plan) -> Stack:
    """The stack, without anything unwell when a test begins."""
    until(lambda: not collect(deployed, plan).unwell, LONG, "a stack that is well", every=0.5)
    return deployed


def codes(seen: Status) -> set[str]:
    """The codes of all that is unwell."""
    return {entry.code for entry in seen.unwell}


def await_entry(stack: Stack, plan: Plan, code: str, command: str | None = None) -> Unwell:
    """What is unwell with this code, as soon as it is said with this next command, if one is given.

    While the voices that are left elect, they have no majority, and another command is the next.
    """

    def said() -> Unwell | None:
        entries = [e for e in collect(stack, plan).unwell if e.code == code]
        return next((e for e in entries if command in {None, e.next}), None)

    found = until(said, 30, f"{code} in the status", every=0.5)
    assert found is not None
    return found


def drift(stack: Stack, units: tuple[Unit, ...]) -> dict[str, Any]:
    """What is seen of each voice."""
    observe = find_kinds()["store"].observe
    return {str(unit.host): observe(stack, unit) for unit in units if unit.kind == "store"}


def up(stack: Stack, plan: Plan, units: tuple[Unit, ...]) -> None:
    """What `up` does, until nothing is unwell."""
    deploy_units(stack, units)
    await_well(stack, plan, LONG)
    everyone = planned_voices(stack, plan)
    known = seats(stack, everyone.addresses)
    assert {standing(known, host, url) for host, url in everyone.urls.items()} == {"member"}
    assert len(known) == len(everyone.urls)


def end_etcd(stack: Stack, host: str) -> None:
    """Kill the voice of a host; its supervisor starts it again."""
    found = service(stack, host, "etcd")
    assert found is not None
    run_in_host(stack, host, ["kill", "-KILL", str(found.pid)], check=True)


def put(stack: Stack, plan: Plan, host: str, key: str, size: int) -> None:
    """Write a key of somebody else into the store."""
    body = {
        "key": base64.b64encode(key.encode()).decode(),
        "value": base64.b64encode(b"x" * size).decode(),
    }
    ask(stack, host, plan.host(host).address, "/v3/kv/put", body)


def fill(stack: Stack, plan: Plan, key: str) -> None:
    """Write until the store is full; `{}` in the key makes each another one."""
    for number in range(100):
        try:
            put(stack, plan, "tianfu", key.format(number), 1_000_000)
        except LabError as error:
            assert "database space exceeded" in str(error)  # noqa: PT017 - one of many is to fail
            return
    pytest.fail("the store is never full")


@pytest.mark.parametrize(
    "dies", [True, pytest.param(False, marks=pytest.mark.long)], ids=["dead", "running"]
)
def test_a_voice_that_lost_its_data_comes_back(
    stack: Stack, plan: Plan, units: tuple[Unit, ...], dies: bool
) -> None:
    """It is said, shown as a difference, and made anew by `up`; clients write on meanwhile."""
    before = drift(stack, units)
    with Writer(stack, plan.databases[0], "client-cn") as writer:
        run_in_host(stack, "xihu", ["rm", "-rf", "/srv/etcd/member"], check=True)
        if dies:
            end_etcd(stack, "xihu")
            until(lambda: "service-down" in codes(collect(stack, plan)), 20, "its own guard")
        lost = await_entry(stack, plan, "voice-lost-data", "tricenter up")
        assert (lost.where, lost.mends) == ("xihu", "up")
        assert drift(stack, units)["xihu"]["data"] == "gone"
        up(stack, plan, units)
    assert writer.lost() == []
    assert drift(stack, units) == before


@pytest.mark.long
@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_voice_comes_back(
    stack: Stack, plan: Plan, units: tuple[Unit, ...], what: str
) -> None:
    """Its log becomes one sentence, and `up` makes it anew."""
    run_in_host(stack, "tianfu", ["pkill", "-STOP", "-x", "etcd"], check=True)
    run_in_host(stack, "tianfu", ["sh", "-ec", DAMAGES[what]], check=True)
    end_etcd(stack, "tianfu")

    text = await_entry(stack, plan, "voice-lost-data").says
    assert "damaged" in text
    assert "{" not in text
    up(stack, plan, units)


def test_an_alarm_for_space_is_said_and_lifted(
    stack: Stack, plan: Plan, units: tuple[Unit, ...]
) -> None:
    """A full store is a majority that takes no writes; `up` relieves it."""
    at = plan.host("xihu").address
    member = ask(stack, "xihu", at, "/v3/maintenance/status", {})["header"]["member_id"]
    body = {"action": "ACTIVATE", "memberID": member, "alarm": "NOSPACE"}
    ask(stack, "xihu", at, "/v3/maintenance/alarm", body)
    await_entry(stack, plan, "store-full")
    seen = collect(stack, plan)
    assert codes(seen) == {"store-full"}
    assert all(host.voice for host in seen.hosts)
    assert not all(promise.kept for promise in seen.promises)
    assert all(found["full"] for found in drift(stack, units).values())
    with pytest.raises(LabError, match="space exceeded"):
        put(stack, plan, "xihu", "refused", 1)
    up(stack, plan, units)
    assert not any("full" in found for found in drift(stack, units).values())


@pytest.mark.long
def test_a_changed_configuration_restarts_one_voice_after_the_other(
    stack: Stack, plan: Plan, units: tuple[Unit, ...]
) -> None:
    """Each serves again before the next one ends, so that the store never lacks a majority."""
    changed: list[Unit] = []
    for unit in units:
        if unit.kind == "store":
            files = {path: f"{text}# changed\n" for path, text in unit.data["files"].items()}
            changed.append(replace(unit, data={**unit.data, "files": files}))
    deploy_units(stack, changed)
    found = [service(stack, str(unit.host), "etcd") for unit in changed]
    since = sorted(state.since for state in found if state is not None)
    assert len(since) == len(changed)
    assert all(after - before > APART_S for before, after in pairwise(since))
    up(stack, plan, units)


@pytest.mark.long
def test_a_full_store_is_relieved_before_a_failover(
    stack: Stack, plan: Plan, units: tuple[Unit, ...]
) -> None:
    """Full of history, nothing fails over; the verb relieves it, and says who leads."""
    fill(stack, plan, "junk/one")
    with Writer(stack, plan.databases[0], "client-cn") as writer:
        power_off(stack, "binjiang")
        time.sleep(plan.timing.ttl + 5)
        assert patroni.leader(stack, plan.databases[0]) is None
        assert "store-full" in codes(collect(stack, plan))
        LabRoles(stack).failover(plan, "ledger-a", "xihu")
        assert patroni.leader(stack, plan.databases[0]) == "xihu"
        found = space(stack, planned_voices(stack, plan).but("binjiang"))
        assert found is not None
        assert not found.full
        up(stack, plan, units)
    assert writer.lost() == []


@pytest.mark.long
def test_keys_of_somebody_else_are_named(stack: Stack, plan: Plan, units: tuple[Unit, ...]) -> None:
    """What is in force and not ours cannot be compacted away: a person is told whose it is."""
    fill(stack, plan, "junk/{}")
    assert "junk/" in next(e for e in collect(stack, plan).unwell if e.code == "store-full").says
    deploy_units(stack, units)
    [nearly] = collect(stack, plan).unwell
    assert (nearly.code, nearly.mends) == ("store-nearly-full", "person")
    assert "junk/" in nearly.says
    at, start = plan.host("xihu").address, base64.b64encode(b"junk/").decode()
    end = base64.b64encode(b"junk0").decode()
    ask(stack, "xihu", at, "/v3/kv/deleterange", {"key": start, "range_end": end})
    up(stack, plan, units)


@pytest.mark.long
def test_a_voice_for_once_dies_with_its_verb(
    stack: Stack, plan: Plan, units: tuple[Unit, ...]
) -> None:
    """A failover that is killed while it makes a store of its own leaves nothing, and goes on."""
    for site in CITY:
        power_off(stack, site)
    for patience in (0.0, 0.7):
        argv = [sys.executable, "-c", FAILOVER, stack.id, str(ROOT / "stacks/ledger.yaml")]
        with subprocess.Popen(argv) as verb:
            until(lambda: runaways(stack, "tianfu"), LONG, "the voice for once", every=0.02)
            time.sleep(patience)
            verb.kill()
        until(lambda: not runaways(stack, "tianfu"), 15, "the end of the voice for once")
        assert "voice-runaway" not in codes(collect(stack, plan))
    roles = LabRoles(stack)
    for database in plan.databases:
        roles.failover(plan, database.name, "tianfu")
        assert patroni.leader(stack, database) == "tianfu"
    assert roles.readmit(plan) == CITY
    up(stack, plan, units)


@pytest.mark.long
def test_a_runaway_of_a_former_version_is_said_and_ended(
    stack: Stack, plan: Plan, units: tuple[Unit, ...]
) -> None:
    """One that somebody started by hand, and left, is ended by `up`."""
    script = (
        "sed s/etcd.yml/once.yml/ /srv/etc/etcd/etcd.yml > /srv/etc/etcd/once.yml; "
        "setsid setpriv --reuid=postgres --regid=postgres --init-groups "
        "etcd --config-file /srv/etc/etcd/once.yml > /dev/null 2>&1 &"
    )
    found = service(stack, "tianfu", "etcd")
    assert found is not None
    run_in_host(stack, "tianfu", ["sh", "-c", f"kill -KILL {found.pid}; {script}"], check=True)
    until(lambda: "voice-runaway" in codes(collect(stack, plan)), 30, "the runaway in the status")
    assert drift(stack, units)["tianfu"]["runaway"] is True
    up(stack, plan, units)
    assert runaways(stack, "tianfu") == ()
