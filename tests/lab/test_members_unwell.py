"""Members in odd states on the real lab: what `status` says before, during and after."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.test_services import superuser
from tests.lab.wellness import await_well
from tricenter.lab import patroni
from tricenter.lab.deploy import deploy
from tricenter.lab.host import host_processes, run_in_host
from tricenter.lab.observed import Status
from tricenter.lab.patroni import Member
from tricenter.lab.service import start_service, stop_service
from tricenter.lab.services import member as member_kind
from tricenter.lab.stack import Stack
from tricenter.lab.status import collect
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.unit import Unit, plan_units
from tricenter.lab.waits import until
from tricenter.roles.lab import LabRoles
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.render.patroni import service_name
from tricenter.topology.validate import load

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(900)]

ROOT = Path(__file__).parent.parent.parent
SOON, LONG = 30.0, 240.0


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the example."""
    return compile_plan(load(ROOT / "stacks/ledger.yaml"))


@pytest.fixture(scope="module")
def lab(plan: Plan) -> Iterator[Stack]:
    """A deployed stack; nothing of it is left afterwards."""
    found = Stack(f"odd-{os.getpid()}")
    try:
        found.create(kind="drill", profile="drill")
        deploy(found, plan)
        yield found
    finally:
        sweep(found.id)
        assert leftovers(found.id) == ()


@pytest.fixture
def stack(lab: Stack, plan: Plan) -> Iterator[Stack]:
    """The stack while all is well, as it must be again after each test."""
    await_well(lab, plan, LONG)
    assert all(promise.kept for promise in collect(lab, plan).promises)
    yield lab
    await_well(lab, plan, LONG)


def seen(stack: Stack, plan: Plan, code: str, patience: float = SOON) -> Status:
    """The status once it has this code."""

    def there() -> Status | None:
        status = collect(stack, plan)
        return status if code in {entry.code for entry in status.unwell} else None

    found = until(there, patience, f"status saying {code}", every=0.5)
    assert found is not None
    return found


def broken(status: Status, measure: str, database: str, scenario: str = "lose-site") -> bool:
    """Whether a promise is said not to be kept."""
    return any(
        not p.kept
        for p in status.promises
        if (p.measure, p.database, p.scenario) == (measure, database, scenario)
    )


def led(stack: Stack, database: PlannedDatabase) -> str:
    """The leading site."""
    found = until(lambda: patroni.leader(stack, database), SOON, "a leader", every=0.2)
    assert found is not None
    return found


def unit_of(plan: Plan, site: str, database: str) -> Unit:
    """A member's unit."""
    name = member_kind.unit_name(plan.topology, site, database)
    return next(unit for unit in plan_units(plan) if unit.name == name)


def fill_log(stack: Stack, database: PlannedDatabase, segments: int) -> None:
    """Let the leader write so many segments of the log, and forget what nobody may ask for."""
    site = led(stack, database)
    superuser(stack, database, site, "create table if not exists junk (n int)")
    for _ in range(segments):
        superuser(stack, database, site, "insert into junk values (1); select pg_switch_wal()")
    superuser(stack, database, site, "checkpoint")


@pytest.mark.parametrize(
    ("change", "code", "measure"),
    [
        ({"synchronous_mode": "off", "ttl": 300}, "settings-drift", "rpo"),
        ({"pause": True}, "paused", "rto"),
    ],
)
def test_shared_settings_that_somebody_changed(
    stack: Stack, plan: Plan, change: dict[str, object], code: str, measure: str
) -> None:
    """Said with the promise, seen by the unit as `preview` does, mended by applying it."""
    database = plan.databases[0]
    member = database.members[0]
    unit = unit_of(plan, member.site, database.name)
    assert (member_kind.observe(stack, unit) or {})["drift"] == []
    place = Member(site=member.site, address=member.address, rest_port=member.rest_port)
    patroni.ask(stack, place, "/config", method="PATCH", body=change)
    assert broken(seen(stack, plan, code), measure, database.name)
    assert (member_kind.observe(stack, unit) or {})["drift"]
    assert member_kind.apply(stack, unit)["drift"] == []


def test_a_role_that_does_not_wait_for_commits(stack: Stack, plan: Plan) -> None:
    """A setting of the application's own role takes the promise away, and is found and reset."""
    database = plan.databases[0]
    site = led(stack, database)
    superuser(stack, database, site, "alter role app set synchronous_commit = off")
    superuser(stack, database, site, "alter system set synchronous_commit = local")
    superuser(stack, database, site, "select pg_reload_conf()")
    assert broken(seen(stack, plan, "settings-drift"), "rpo", database.name)
    assert member_kind.apply(stack, unit_of(plan, site, database.name))["drift"] == []
    assert superuser(stack, database, site, "show synchronous_commit") == ["on"]


def test_a_copy_whose_log_is_gone_restores_from_the_archive(stack: Stack, plan: Plan) -> None:
    """The leader has dropped the log that a stopped copy needs; the archive has it."""
    database = plan.databases[0]
    site = next(m.site for m in database.members if m.site != led(stack, database))
    stop_service(stack, site, service_name(database.name))
    fill_log(stack, database, 40)
    start_service(stack, site, service_name(database.name))
    seen(stack, plan, "copy-log-gone")

    def kept() -> list[str]:
        log = run_in_host(stack, site, ["cat", "/srv/log/keeper.log"]).stdout.splitlines()
        return [line for line in log if line.startswith(f"{database.name} in {site}:")]

    until(lambda: kept() and kept()[-1].endswith("leave"), LONG, "the copy following", every=0.5)
    assert [line.rpartition(" ")[2] for line in kept()] == ["fetch", "leave"]


def test_a_copy_that_diverged_is_made_anew_by_the_verb(stack: Stack, plan: Plan) -> None:
    """Its data directory is damaged: status says why and which command, and that mends it."""
    database = plan.databases[1]
    site = next(m.site for m in database.members if m.site != led(stack, database))
    stop_service(stack, site, service_name(database.name))
    run_in_host(stack, site, ["rm", "-rf", f"/srv/pg/{database.name}/global"], check=True)
    start_service(stack, site, service_name(database.name))

    def named() -> str | None:
        entries = collect(stack, plan).unwell
        return next((e.next for e in entries if e.where == f"{database.name}/{site}"), None)

    command = until(named, SOON, "a command for the copy", every=0.5)
    assert command == f"tricenter rejoin {site} --database {database.name}"
    roles, said = LabRoles(stack), list[str]()
    for copy in roles.returns(plan, site, anew=True):
        if copy.database == database.name:
            roles.rejoin(plan, copy, said.append)
    assert any("copied anew" in line for line in said)
    assert patroni.is_settled(patroni.member_states(stack, database)[site])


def test_a_leader_that_commits_alone_is_said(stack: Stack, plan: Plan) -> None:
    """With both copies stopped the next loss loses writes, and the promise says so."""
    database = plan.databases[0]
    others = [m.site for m in database.members if m.site != led(stack, database)]
    for site in others:
        stop_service(stack, site, service_name(database.name))
    assert broken(seen(stack, plan, "commits-alone", LONG), "rpo", database.name)
    for site in others:
        start_service(stack, site, service_name(database.name))


def test_a_frozen_agent_does_not_leave_a_second_writable_server(stack: Stack, plan: Plan) -> None:
    """Patroni is stopped (SIGSTOP): another site leads, and the old server is ended by itself."""
    database = plan.databases[0]
    site = led(stack, database)
    frozen = [
        process.pid
        for process in host_processes(stack, site)
        if f"patroni/{database.name}" in " ".join(process.argv) and "patroni" in process.argv
    ]
    assert frozen
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        until(
            lambda: patroni.leader(stack, database) not in {None, site},
            LONG,
            "another leader",
            every=0.2,
        )
        probe = ["psql", "-XAt", "-h", f"/run/{service_name(database.name)}", "-d", "postgres"]

        def gone() -> bool:
            done = run_in_host(stack, site, [*probe, "-c", "select 1"], user="postgres", timeout=5)
            return done.returncode != 0

        until(gone, 10.0, "the end of the old leader's server", every=0.5)
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
