"""The services of a deployed stack, with the real programs: store, databases, names, front."""

import http.client
import os
import signal
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.lab.wellness import await_well
from tricenter.lab import patroni
from tricenter.lab.clients import place_clients
from tricenter.lab.deploy import deploy_units
from tricenter.lab.host import enter_network, host_processes, run_in_host
from tricenter.lab.processes import environment
from tricenter.lab.resolve import ask
from tricenter.lab.roles import observed_roles
from tricenter.lab.secrets import ca, password, secrets_folder
from tricenter.lab.service import service, services, start_service, stop_service
from tricenter.lab.services import member as member_kind
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.unit import Unit, find_kinds, plan_units
from tricenter.lab.waits import until
from tricenter.topology import steering
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.render.patroni import service_name, socket_folder
from tricenter.topology.validate import load

pytestmark = [pytest.mark.lab, pytest.mark.timeout(600)]

ROOT = Path(__file__).parent.parent.parent
KINDS = {"stack", "host", "network", "store", "member", "nameserver", "front"}
PLACE = "client-cn"
LONG = 90.0


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the example, without its backups, which have tests of their own."""
    return replace(compile_plan(load(ROOT / "stacks/ledger.yaml")), backups=(), vaults=())


@pytest.fixture(scope="module")
def units(plan: Plan) -> tuple[Unit, ...]:
    """The units that these tests are about."""
    return tuple(unit for unit in plan_units(plan) if unit.kind in KINDS)


@pytest.fixture(scope="module")
def stack(plan: Plan, units: tuple[Unit, ...]) -> Iterator[Stack]:
    """A deployed stack with places for clients; nothing of it is left afterwards."""
    found = Stack(f"svc-test-{os.getpid()}")
    try:
        deploy_units(found, units)
        place_clients(found, plan)
        yield found
    finally:
        sweep(found.id)
        assert leftovers(found.id) == ()


def connect(
    stack: Stack, database: PlannedDatabase, site: str, **changes: object
) -> psycopg.Connection:
    """A connection of the application from a place outside the sites."""
    address = next(m.address for m in database.members if m.site == site)
    settings = {
        "host": address,
        "dbname": "app",
        "user": "app",
        "password": password(stack, f"{database.name}-app"),
        "sslmode": "verify-full",
        "sslrootcert": str(ca(stack)),
        "connect_timeout": 10,
        **changes,
    }
    with enter_network(stack, PLACE):
        return psycopg.connect(**settings)


def superuser(stack: Stack, database: PlannedDatabase, site: str, query: str) -> list[str]:
    """The rows that the database's own user gets in a site, columns separated by `|`."""
    argv = ["psql", "-XAt", "-h", socket_folder(database.name), "-d", "postgres", "-c", query]
    done = run_in_host(stack, site, argv, user="postgres", check=True)
    return done.stdout.splitlines()


def test_every_member_streams_and_the_voters_acknowledge(stack: Stack, plan: Plan) -> None:
    """Each database is led where the spec prefers it; both replicas are in the quorum."""
    patroni.await_settled(stack, plan)
    assert observed_roles(stack, plan) == {d.name: d.prefer for d in plan.databases}
    query = "select state, sync_state from pg_stat_replication"
    for database in plan.databases:

        def in_quorum(database: PlannedDatabase = database) -> bool:
            rows = superuser(stack, database, database.prefer, query)
            return rows == ["streaming|quorum"] * 2

        until(in_quorum, LONG, f"two quorum replicas of {database.name}")
        names = superuser(stack, database, database.prefer, "show synchronous_standby_names")[0]
        assert names.startswith("ANY 1 (")


def test_replication_and_clients_use_tls(stack: Stack, plan: Plan) -> None:
    """Each stream between sites is encrypted, and a client without TLS is refused."""
    query = "select version from pg_stat_replication join pg_stat_ssl using (pid) where ssl"
    for database in plan.databases:
        assert superuser(stack, database, database.prefer, query) == ["TLSv1.3"] * 2
        with pytest.raises(psycopg.OperationalError, match="no encryption"):
            connect(stack, database, database.prefer, sslmode="disable")


def test_wrong_password_is_refused(stack: Stack, plan: Plan) -> None:
    """The application gets in with its password, and with no other; the superuser never does."""
    database = plan.databases[0]
    with connect(stack, database, database.prefer) as connection:
        assert connection.execute("select current_user").fetchone() == ("app",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(stack, database, database.prefer, password="guess")
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        connect(stack, database, database.prefer, user="postgres", dbname="postgres")


def test_commands_need_certificate_and_password(stack: Stack, plan: Plan) -> None:
    """Health may be read by anyone, but nothing is changed without the operator's credentials."""
    member = plan.databases[0].members[0]
    script = (
        "import http.client, ssl, sys; c = ssl.create_default_context(cafile='/srv/tls/ca.crt')\n"
        f"h = http.client.HTTPSConnection('{member.address}', {member.rest_port}, context=c)\n"
        "h.request(sys.argv[1], sys.argv[2], '{\"ttl\": 99}'); print(h.getresponse().status)"
    )
    for method, path, wanted in (("GET", "/health", "200"), ("PATCH", "/config", "403")):
        argv = ["python", "-c", script, method, path]
        done = run_in_host(stack, member.site, argv, user="postgres", check=True)
        assert done.stdout.strip() == wanted
    found = patroni.config(stack, member)
    assert found is not None
    assert found["ttl"] == plan.timing.ttl


def test_secrets_stay_where_they_belong(stack: Stack, plan: Plan, units: tuple[Unit, ...]) -> None:
    """No password is in a unit, a log, a readable file, an argument or an environment."""
    names = [f"{d.name}-{r}" for d in plan.databases for r in ("app", "replication", "rewind")]
    found = {password(stack, name) for name in [*names, "rest"]}
    assert len(found) == len(names) + 1
    assert secrets_folder(stack).stat().st_mode & 0o077 == 0
    said = [repr(unit) for unit in units]
    readable = ["(", "-perm", "/o=r", "-o", "-path", "*/log/*", ")"]
    folders = ["/srv/etc", "/srv/log", "/run/tricenter"]
    argv = ["find", *folders, "-xdev", "-type", "f", *readable, "-exec", "cat", "{}", "+"]
    for site in plan.sites:
        for process in host_processes(stack, site.name):
            said += [*process.argv, repr(environment(process.pid))]
        said.append(run_in_host(stack, site.name, argv).stdout)
    # What must be among it, so that an empty search proves nothing by accident.
    assert all(any(word in text for text in said) for word in ("pg_hba:", "patroni", "Lock owner"))
    assert not [secret for secret in found if any(secret in text for text in said)]


def test_answers_follow_place_and_health(stack: Stack, plan: Plan) -> None:
    """Every server gives every client's subnet what the plan says, while sites come and go."""
    zone, record = plan.zone, plan.zone.records[0]
    addresses = dict(record.addresses)
    everything = {a for found in addresses.values() for a in found}
    clients = [subnet.split("/")[0] for _, subnets in zone.clients for subnet in subnets]

    def agree(healthy: Collection[str]) -> bool:
        return all(
            ask(stack, PLACE, server.address, record.name, subnet=f"{client}/24")
            in steering.answers(zone, record, client, healthy)
            for server in zone.servers
            for client in [*clients, "192.0.2.0"]
        )

    until(lambda: agree(everything), LONG, "all addresses answered")
    left = set(everything)
    try:
        for site in ("binjiang", "xihu"):
            stop_service(stack, site, "front")
            left -= set(addresses[site])
            until(partial(agree, frozenset(left)), LONG, f"answers without {site}")
        # Without a subnet in the question, where the question comes from counts.
        assert ask(stack, PLACE, zone.servers[0].address, record.name) == set(addresses["tianfu"])
    finally:
        for site in ("binjiang", "xihu"):
            start_service(stack, site, "front")
    until(lambda: agree(everything), LONG, "all addresses answered again")


def test_front_says_who_leads(stack: Stack, plan: Plan) -> None:
    """A client that reaches a public address hears the site's name and its view of the leaders."""
    site, found = plan.zone.records[0].addresses[0]

    def view() -> bool:
        with enter_network(stack, PLACE):
            connection = http.client.HTTPConnection(found[0], plan.zone.records[0].check_port, 5)
            connection.connect()
        connection.request("GET", "/")
        said = connection.getresponse().read().decode()
        connection.close()
        return f'"site": "{site}"' in said and all(d.prefer in said for d in plan.databases)

    until(view, LONG, "the front's view of the leaders", every=0.5)


def test_names_follow_a_switchover_and_units_do_not(
    stack: Stack, plan: Plan, units: tuple[Unit, ...]
) -> None:
    """The writer's name goes with the leader; no unit changes, no acknowledged row is missing."""
    database = plan.databases[0]
    kinds = find_kinds()
    before = {unit.name: kinds[unit.kind].observe(stack, unit) for unit in units}
    to = next(m for m in database.members if m.site != database.prefer and m.failover_priority > 1)
    with connect(stack, database, database.prefer) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept select generate_series(1, 100)")

    def named(address: str) -> Callable[[], bool]:
        wanted = frozenset({address})
        servers = plan.zone.servers
        return lambda: all(ask(stack, PLACE, s.address, database.writer) == wanted for s in servers)

    patroni.switchover(stack, plan, database.name, to.site)
    until(named(to.address), LONG, "the writer's name at the new leader")
    assert observed_roles(stack, plan)[database.name] == to.site
    with connect(stack, database, to.site) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (100,)
    assert {unit.name: kinds[unit.kind].observe(stack, unit) for unit in units} == before
    moved = compile_plan(load(ROOT / "stacks/ledger.yaml"), roles=observed_roles(stack, plan))
    moved = replace(moved, backups=(), vaults=())
    assert [u for u in plan_units(moved) if u.kind in KINDS] == list(units)
    patroni.switchover(stack, plan, database.name, database.prefer)
    home = next(m for m in database.members if m.site == database.prefer)
    until(named(home.address), LONG, "the writer's name at home again")


def test_a_second_deployment_restarts_nothing(
    stack: Stack, plan: Plan, units: tuple[Unit, ...]
) -> None:
    """Applying the same units again leaves every process as it is."""

    def running() -> dict[tuple[str, str], int]:
        return {(s.name, one.name): one.pid for s in plan.sites for one in services(stack, s.name)}

    before = running()
    assert all(before.values())
    deploy_units(stack, units)
    assert running() == before


def test_commit_mode_changes_in_place(stack: Stack, plan: Plan) -> None:
    """A changed commit mode reaches the running database without a restart."""
    database = plan.databases[1]
    started = superuser(stack, database, database.prefer, "select pg_postmaster_start_time()")
    changed = replace(plan, databases=(replace(database, mode="async"),))

    def voters() -> str:
        return superuser(stack, database, database.prefer, "show synchronous_standby_names")[0]

    try:
        for unit in member_kind.units(changed):
            member_kind.apply(stack, unit)
        until(lambda: voters() == "", LONG, "asynchronous commits")
    finally:
        for unit in member_kind.units(replace(plan, databases=(database,))):
            member_kind.apply(stack, unit)
    until(lambda: voters().startswith("ANY 1"), LONG, "quorum commits again")
    after = superuser(stack, database, database.prefer, "select pg_postmaster_start_time()")
    assert after == started


@pytest.mark.parametrize("name", ["etcd", "pdns", "front", "database"])
def test_killed_services_come_back(stack: Stack, plan: Plan, name: str) -> None:
    """Whatever is killed in a site is started again, and the stack is well again."""
    site = "tianfu"
    wanted = service_name(plan.databases[0].name) if name == "database" else name
    before = service(stack, site, wanted)
    assert before is not None
    run_in_host(stack, site, ["kill", "-KILL", str(before.pid)], check=True)

    def back() -> bool:
        found = service(stack, site, wanted)
        return found is not None and found.state == "ready" and found.pid != before.pid

    until(back, LONG, f"{wanted} started again")
    await_well(stack, plan, LONG)


def test_killed_postgres_comes_back(stack: Stack, plan: Plan) -> None:
    """A replica whose server is killed is started by Patroni and follows again."""
    database, site = plan.databases[1], "tianfu"
    folder = f"/srv/pg/{database.name}"
    victim = next(
        process.pid
        for process in host_processes(stack, site)
        if process.name == "postgres" and folder in process.argv
    )
    os.kill(victim, signal.SIGKILL)

    def follows() -> bool:
        state = patroni.member_states(stack, database)[site]
        alive = {process.pid for process in host_processes(stack, site)}
        return patroni.is_settled(state) and victim not in alive

    until(follows, LONG, "the replica following again", every=0.5)
