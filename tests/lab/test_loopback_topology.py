"""A whole topology on loopback addresses: the real programs, without a namespace or a disk."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tricenter.lab.backup.asking import inventory
from tricenter.lab.deploy import deploy
from tricenter.lab.host import host_processes, power_off
from tricenter.lab.network import links
from tricenter.lab.processes import namespace
from tricenter.lab.stack import Stack
from tricenter.lab.status import collect
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.unit import find_kinds, plan_units
from tricenter.lab.waits import until
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(300)]

SPEC = Path(__file__).parent.parent.parent / "stacks/ledger.yaml"
BACKUPS_S = 90.0
SETTLING_S = 30.0


@pytest.fixture
def plan() -> Plan:
    """The plan of the example."""
    return compile_plan(load(SPEC))


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A loopback stack in a home that services of other users can pass, and short for sockets."""
    before = shared_files()
    with tempfile.TemporaryDirectory(prefix="tc-") as name:
        Path(name).chmod(0o711)
        monkeypatch.setenv("TRICENTER_LAB_HOME", f"{name}/lab")
        found = Stack(f"flat-{os.getpid()}")
        found.create(kind="drill", network="loopback")
        try:
            yield found
        finally:
            sweep(found.id)
            assert leftovers(found.id) == ()
            assert not Path(name, "lab").exists()
            assert shared_files() <= before


def shared_files() -> set[Path]:
    """Shared memory of PostgreSQL that any process of this machine has made."""
    return set(Path("/dev/shm").glob("PostgreSQL.*"))


def observed(stack: Stack, plan: Plan) -> dict[str, Mapping[str, Any] | None]:
    """What is really there of each unit, by which `pulumi up` tells whether to change it."""
    kinds = find_kinds()
    return {unit.name: kinds[unit.kind].observe(stack, unit) for unit in plan_units(plan)}


def kept(stack: Stack) -> set[tuple[str, str]]:
    """Where a full backup of which database is."""
    entries = inventory(stack)
    return {
        (entry["database"], entry["place"])
        for entry in entries
        for backup in entry.get("backups", ())
        if backup["kind"] == "full"
    }


def test_a_whole_topology(stack: Stack, plan: Plan) -> None:
    """Six members stream, names are answered, backups are taken, a site ends, nothing is left."""
    deploy(stack, plan)
    until(lambda: not collect(stack, plan).problems, SETTLING_S, "health")
    status = collect(stack, plan)
    states = [m.state for d in status.databases for m in d.members if m.role == "replica"]
    assert states == ["streaming"] * 4
    assert {d.name: d.leader for d in status.databases} == {
        d.name: d.prefer for d in plan.databases
    }
    public = {a for r in plan.zone.records for _, found in r.addresses for a in found}
    for server in status.servers:
        answers = dict(server.answers)
        assert {answers[r.name] for r in plan.zone.records} == {tuple(sorted(public))}

    first = observed(stack, plan)
    assert None not in first.values()
    assert observed(stack, plan) == first
    wanted = {(d.name, p) for d in plan.databases for p in ("tianfu", "cold-vault")}
    until(lambda: kept(stack) == wanted, BACKUPS_S, "a full backup of each database", every=0.5)

    processes = host_processes(stack, "binjiang")
    assert {namespace(process.pid, "net") for process in processes} == {namespace("self", "net")}
    assert {link.delay_us for link in links(stack)} == {0}
    names = {process.name for process in processes}
    assert {"postgres", "etcd", "pdns_server", "pgbackrest"} <= names
    power_off(stack, "binjiang")
    assert host_processes(stack, "binjiang") == ()
    assert {len(host_processes(stack, name)) > 10 for name in ("xihu", "tianfu")} == {True}
