"""Single points as a real lab shows them: provoked, seen by `status`, mended, and well again.

The tests of one stack follow each other; each leaves it well.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from tests.lab.deployment import Deployment, new_deployment
from tricenter.lab import patroni
from tricenter.lab.disk import disk_point
from tricenter.lab.errors import LabError
from tricenter.lab.files import read_host_file, write_host_file
from tricenter.lab.host import host_processes, power_off, power_on, run_in_host
from tricenter.lab.namespaces import MACHINE
from tricenter.lab.network.links import cut, heal, isolate, rejoin, set_link
from tricenter.lab.observed import Status
from tricenter.lab.roles import observed_roles
from tricenter.lab.service import service, start_service, stop_service
from tricenter.lab.services.nameserver import IN_FORCE, ZONE, zone_state
from tricenter.lab.stack import Stack
from tricenter.lab.status import collect
from tricenter.lab.waits import until
from tricenter.roles.lab import LabRoles
from tricenter.setup.places import bin_directory, checkout
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

pytestmark = [
    pytest.mark.lab,
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.skipif(MACHINE.why_not() is not None, reason=str(MACHINE.why_not())),
]
SPEC = checkout() / "stacks" / "ledger.yaml"
YES = ("--yes", "--skip-preview", "--parallel", "32")
WELL_S = 120.0
"""Patience until nothing is unwell; how fast it is, drills judge."""

Seen = Callable[[], Status]


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the example."""
    return compile_plan(load(SPEC))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The example, deployed once."""
    with new_deployment(tmp_path_factory.mktemp("points")) as made:
        made.engine.make()
        made.run("up", *YES)
        yield made


@pytest.fixture
def seen(deployment: Deployment, plan: Plan) -> Iterator[Seen]:
    """What `status` sees; well before a test, and again after it."""

    def look() -> Status:
        return collect(deployment.lab, plan)

    def well() -> None:
        found: list[tuple[str, ...]] = []

        def nothing() -> bool:
            found[:] = [look().problems]
            return not found[0]

        try:
            until(nothing, WELL_S, "a stack that is well", every=1.0)
        except LabError as error:
            raise AssertionError(f"{error}: {found}") from None

    well()
    yield look
    well()


def codes(status: Status) -> set[tuple[str, str]]:
    """Code and place of all that is unwell."""
    return {(entry.code, entry.where) for entry in status.unwell}


def linked(seen: Seen) -> set[str]:
    """Where a link is cut or loses packets."""
    return {where for code, where in codes(seen()) if code.startswith("link")}


def await_code(seen: Seen, code: str, where: str, seconds: float = 60.0) -> Status:
    """The first status that has this code for this place."""

    def there() -> Status | None:
        found = seen()
        return found if (code, where) in codes(found) else None

    found = until(there, seconds, f"{code} of {where}", every=0.5)
    assert found is not None
    return found


def begin(deployment: Deployment, *arguments: str) -> subprocess.Popen[str]:
    """A command of ours that goes on beside the test."""
    return subprocess.Popen(
        [str(bin_directory() / "tricenter"), *arguments, "--stack", deployment.engine.stack],
        cwd=deployment.engine.root,
        env=dict(deployment.engine.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def preview(deployment: Deployment) -> set[str]:
    """The names of what the engine would change."""
    done = deployment.tricenter("preview", "--format", "json")
    return {step["name"] for step in json.loads(done.stdout)["steps"]}


def test_a_cut_direction_is_named(deployment: Deployment, seen: Seen) -> None:
    """One way only; with it the next loss finds no majority. A lossy link is told from it."""
    cut(deployment.lab, "binjiang", "xihu", one_way=True)
    found = {e.where: e for e in seen().unwell if e.code == "link-cut"}
    heal(deployment.lab, "binjiang", "xihu")
    assert found.keys() == {"binjiang>xihu"}
    assert [b.measure for b in found["binjiang>xihu"].breaks] == ["failover"]
    set_link(deployment.lab, "tianfu", "xihu", loss=0.5, one_way=True)
    # Chance may let all but one of a look's echoes pass, or none.
    lossy = until(lambda: linked(seen) or None, 60, "a link that loses packets")
    set_link(deployment.lab, "tianfu", "xihu", loss=0.0, one_way=True)
    assert lossy == {"tianfu>xihu"}
    isolate(deployment.lab, "tianfu")
    alone = linked(seen)
    rejoin(deployment.lab, "tianfu")
    assert alone == {"tianfu"}


def test_a_zone_that_is_not_in_force_is_drift(deployment: Deployment, plan: Plan) -> None:
    """The file is as it should be, and the server serves another: seen by preview, mended by up."""
    lab, zone = deployment.lab, plan.zone.name
    right = read_host_file(lab, "xihu", ZONE) or b""
    write_host_file(lab, "xihu", ZONE, right.replace(b"10.77.1.11", b"10.77.3.11"))
    control = ["pdns_control", "--config-dir=/srv/etc/pdns", "bind-reload-now", zone]
    run_in_host(lab, "xihu", control, check=True)
    time.sleep(1.1)  # PowerDNS tells files apart by whole seconds
    write_host_file(lab, "xihu", ZONE, right)
    assert zone_state(lab, "xihu", zone) == "of another file"
    assert preview(deployment) == {"ledger-xihu-nameserver"}
    deployment.verb("up")
    assert zone_state(lab, "xihu", zone) == IN_FORCE
    assert preview(deployment) == set()


def test_a_damaged_certificate_is_named_and_made_anew(deployment: Deployment, seen: Seen) -> None:
    """Garbage in it stops what starts next; `up` writes it anew and all of the site comes back."""
    lab, path = deployment.lab, "/srv/tls/host.crt"
    right = read_host_file(lab, "tianfu", path)
    write_host_file(lab, "tianfu", path, b"garbage", owner="postgres")
    assert ("certificate-unreadable", "tianfu") in codes(seen())
    for name in ("database-ledger-a", "etcd"):
        stop_service(lab, "tianfu", name)
        start_service(lab, "tianfu", name)
    await_code(seen, "voice-silent", "tianfu")
    found = await_code(seen, "certificate-unreadable", "tianfu")
    said = next(entry for entry in found.unwell if entry.code == "certificate-unreadable")
    assert (said.next, said.mends) == ("tricenter up", "up")
    assert "ledger-tianfu-store" in preview(deployment)
    deployment.verb("up")
    assert read_host_file(lab, "tianfu", path) == right
    assert preview(deployment) == set()


def test_a_full_disk_is_named_and_ends_nothing_else(deployment: Deployment, seen: Seen) -> None:
    """What dies meanwhile is started again: supervisor, name server and front live on."""
    lab, site = deployment.lab, "tianfu"
    try:
        fill(lab, site, 0.9)
        assert ("disk-nearly-full", site) in codes(seen())
        run_in_host(lab, site, ["sh", "-c", "cat /dev/zero > /srv/more; true"])
        said = next(entry for entry in seen().unwell if entry.code == "disk-full")
        assert said.where == site
        assert "/srv/junk" in said.says
        assert {b.measure for b in said.breaks} == {"failover", "archive"}
        for name in ("pdns", "front", "schedule"):
            comes_back(lab, site, name)
        found = codes(seen())
    finally:
        run_in_host(lab, site, ["rm", "-f", "/srv/junk", "/srv/more"], check=True)
    assert ("disk-full", site) in found
    assert ("no-power", site) not in found


def fill(lab: Stack, site: str, share: float) -> None:
    """Have a site's disk filled to this share."""
    said = os.statvfs(disk_point(lab, site))
    more = int((said.f_bavail - (1 - share) * said.f_blocks) * said.f_frsize)
    run_in_host(lab, site, ["fallocate", "-l", str(more), "/srv/junk"], check=True)


def comes_back(lab: Stack, site: str, name: str) -> None:
    """A service that is killed has a new process, and is ready, in a bounded time."""
    was = service(lab, site, name)
    assert was is not None
    run_in_host(lab, site, ["kill", "-9", str(was.pid)], check=True)

    def again() -> bool:
        now = service(lab, site, name)
        return now is not None and now.state == "ready" and now.pid != was.pid

    until(again, 60, f"{name} on a full disk")


def test_a_frozen_agent_leaves_a_second_server(
    deployment: Deployment, plan: Plan, seen: Seen
) -> None:
    """Its server goes on taking writes that wait, where no keeper ends it; one leader is shown."""
    lab = deployment.lab
    old = observed_roles(lab, plan)["ledger-a"]
    agent = service(lab, old, "database-ledger-a")
    assert agent is not None
    outside = next(
        p.pid for p in host_processes(lab, old)
        if "patroni" in p.argv and p.argv[-1].endswith("/ledger-a")
    )  # fmt: skip
    stop_service(lab, old, "keeper")
    os.kill(outside, signal.SIGSTOP)
    try:
        found = await_code(seen, "second-server", f"ledger-a/{old}", 90)
    finally:
        os.kill(outside, signal.SIGCONT)
        start_service(lab, old, "keeper")
    said = next(entry for entry in found.unwell if entry.code == "second-server")
    assert said.next == f"tricenter service {old} restart database-ledger-a"
    database = next(entry for entry in found.databases if entry.name == "ledger-a")
    assert database.leader not in {None, old}
    assert [m.site for m in database.members if m.role == "leader"] == [database.leader]


def test_a_switchover_goes_on_without_a_member_that_was_away(
    deployment: Deployment, plan: Plan, seen: Seen
) -> None:
    """It ends well in a bounded time with a note; right after it nobody is said to lag."""
    lab = deployment.lab
    now = observed_roles(lab, plan)["ledger-a"]
    away, to = [site for site in ("tianfu", "xihu", "binjiang") if site != now]
    stop_service(lab, away, "database-ledger-a")
    told = deployment.verb("switchover", "--database", "ledger-a", "--to", to)
    assert told["moves"][0]["result"] == "leads"
    assert any(note.startswith(f"{away} did not follow ledger-a") for note in told["notes"])
    start_service(lab, away, "database-ledger-a")
    assert observed_roles(lab, plan)["ledger-a"] == to
    del seen


def test_two_verbs_take_turns(deployment: Deployment, plan: Plan, seen: Seen) -> None:
    """The second says for whom it waits, then does what it was asked for in the state of then."""
    lab = deployment.lab
    now = observed_roles(lab, plan)["ledger-a"]
    first, second = [site for site in ("tianfu", "xihu", "binjiang") if site != now]
    one = begin(deployment, "switchover", "--database", "ledger-a", "--to", first, "--yes")
    until(lab.roles_lock.exists, 30, "the first verb")
    two = deployment.tricenter("switchover", "--database", "ledger-a", "--to", second, "--yes")
    out, err = one.communicate(timeout=120)
    assert one.returncode == 0, out + err
    assert f"switchover, process {one.pid}, is at work; waiting up to 20 s" in two.stderr
    leads = observed_roles(lab, plan)["ledger-a"]
    if two.returncode == 0:
        assert leads == second
    else:  # the first took longer than the second waits
        assert f"is busy: switchover, process {one.pid}" in two.stderr
        assert leads == first
    assert not lab.roles_lock.exists()
    del seen


def test_the_former_leader_says_what_it_can_prove(
    deployment: Deployment, plan: Plan, seen: Seen
) -> None:
    """With the others lost it led last by its own copy of the store; the loss has a bound."""
    lab, now = deployment.lab, "tianfu"  # whose server ends at once, as its archive is beside it
    patroni.switchover(lab, plan, "ledger-a", now)
    others = [site for site in ("binjiang", "tianfu", "xihu") if site != now]
    for site in others:
        power_off(lab, site)
    until(lambda: "ledger-a" not in observed_roles(lab, plan), 60, "no leader", every=0.5)
    roles = LabRoles(lab)
    until(
        lambda: "own copy" in roles.expected_loss(plan, "ledger-a", now).source,
        60,
        "what the former leader says",
        every=1.0,
    )
    forced = ("failover", "--database", "ledger-a", "--to", now, "--yes")
    refused = deployment.tricenter(*forced)
    assert refused.returncode == 1
    assert "nothing is lost, unless" in refused.stderr
    assert "may lose up to" in refused.stderr
    told = deployment.tricenter(*forced, "--accept-loss", "1h", "--format", "json")
    assert json.loads(told.stdout)["moves"][0]["result"] == "leads", told.stdout + told.stderr
    fenced = {where for code, where in codes(seen()) if code == "fenced"}
    for site in others:
        power_on(lab, site)
    fenced |= {where for code, where in codes(seen()) if code == "fenced"}
    assert fenced == set(others)
    deployment.verb("failback")
