"""The role verbs against emulated machines: through the proxy, with the operator's secret."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from tests.offline.machines.hall import STACK, Hall
from tricenter.offline import machines
from tricenter.offline.machines.server import Proxy
from tricenter.offline.machines.timer import Timer
from tricenter.roles import operators
from tricenter.roles.interface import RoleError
from tricenter.roles.self_managed import SelfManaged
from tricenter.roles.services import CloudRoles
from tricenter.topology.plan import Plan
from tricenter.topology.render.cloud_init import site_object

pytestmark = pytest.mark.cloud

FIRST, VOTER, REMOTE = "jurong", "changi", "jakarta-1"
LEADERS = {"ledger-a": FIRST, "ledger-b": VOTER}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hall, str]]:
    """Machines that are switched on, and the address of the proxy that reaches them."""
    made = Hall(tmp_path_factory.mktemp("hall"))
    made.fleet.begin()
    proxy = Proxy(0, made.fleet)
    Thread(target=proxy.serve_forever, daemon=True).start()
    yield made, f"http://127.0.0.1:{proxy.server_port}"
    proxy.shutdown()
    proxy.server_close()
    made.fleet.end()


@pytest.fixture
def here(hall: tuple[Hall, str], monkeypatch: pytest.MonkeyPatch) -> Hall:
    """The machines, and an environment that reaches them."""
    made, url = hall
    monkeypatch.setenv("TRICENTER_OFFLINE", "1")
    monkeypatch.delenv(operators.FOLDER, raising=False)
    for name, value in machines.environment(url).items():
        monkeypatch.setenv(name, value)
    return made


def open_roles(hall: Hall, stack: str = STACK) -> CloudRoles:
    """Roles whose operator is the hall's."""

    def fetch(plan: Plan) -> str:
        del plan
        return hall.operator

    return CloudRoles("mixed", {"self-managed": SelfManaged(stack, fetch)})


def leaders(roles: CloudRoles, plan: Plan) -> dict[str, str | None]:
    """Who leads what."""
    return {name: found.leader for name, found in roles.observe(plan).items()}


def test_both_sides_call_the_proxy_alike() -> None:
    """The variable that the emulation sets is the one that the verbs read."""
    assert set(machines.environment("http://127.0.0.1:1")) == {operators.PROXY}


def test_the_verbs_move_roles(here: Hall) -> None:
    """Prepare waits for the sites; then planned and forced changes are made, and undone."""
    roles, plan = open_roles(here), here.compiled
    roles.prepare(plan)
    assert leaders(roles, plan) == LEADERS
    assert roles.prepare(plan) == ()
    assert roles.expected_loss(plan, "ledger-a", REMOTE).seconds == 0
    roles.switchover(plan, "ledger-a", REMOTE)
    assert leaders(roles, plan) == LEADERS | {"ledger-a": REMOTE}
    roles.switchover(plan, "ledger-a", REMOTE)
    roles.failover(plan, "ledger-b", FIRST)
    assert leaders(roles, plan) == {"ledger-a": REMOTE, "ledger-b": FIRST}
    for name, site in LEADERS.items():
        roles.switchover(plan, name, site)
    assert leaders(roles, plan) == LEADERS
    with pytest.raises(RoleError, match="has no copy in 'nowhere'"):
        roles.switchover(plan, "ledger-a", "nowhere")


def test_who_has_no_way_in_sees_nothing(here: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another stack's networks, no secret, no proxy: nobody is asked, and it is said."""
    plan = here.compiled
    assert open_roles(here, "other").observe(plan) == {}
    nobody = CloudRoles("mixed", {"self-managed": SelfManaged(STACK, lambda _: None)})
    assert nobody.observe(plan) == {}
    with pytest.raises(RoleError, match="no operator to ask as"):
        nobody.switchover(plan, "ledger-a", REMOTE)
    with pytest.raises(RoleError, match="no member answers at 10"):
        open_roles(here, "other").switchover(plan, "ledger-a", REMOTE)
    monkeypatch.setenv(operators.PROXY, "https://127.0.0.1")
    with pytest.raises(RoleError, match="not of the form"):
        open_roles(here).observe(plan)


def test_a_folder_wins_over_the_store(
    here: Hall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An operator with files of their own needs no store; a folder that lacks one is refused."""
    monkeypatch.setenv(operators.FOLDER, str(here.folder))
    roles = CloudRoles("mixed", {"self-managed": SelfManaged(STACK)})
    assert set(leaders(roles, here.compiled).values()) <= {FIRST, VOTER, REMOTE}
    monkeypatch.setenv(operators.FOLDER, str(tmp_path))
    with pytest.raises(RoleError, match="No such file"):
        CloudRoles("mixed", {"self-managed": SelfManaged(STACK)}).observe(here.compiled)


@pytest.mark.parametrize("text", ["no json", "[]", '{"ca.crt": ""}'])
def test_a_secret_that_is_none_is_refused(here: Hall, text: str) -> None:
    """What is in the store under the operator's name has to be an operator's document."""
    roles = CloudRoles("mixed", {"self-managed": SelfManaged(STACK, lambda _: text)})
    with pytest.raises(RoleError, match="operator's secret"):
        roles.observe(here.compiled)


def codes(roles: CloudRoles, plan: Plan) -> dict[str, set[str]]:
    """What is unwell by database."""
    found = roles.unwell(plan)
    return {name: {entry.code for entry in entries} for name, entries in found.items()}


def test_drift_is_said_and_mended(here: Hall) -> None:
    """What `patronictl edit-config` and `pause` leave behind is named, and gone after `up`."""
    roles, plan = open_roles(here), here.compiled
    roles.prepare(plan)
    here.until(lambda: codes(roles, plan) == {"ledger-a": set(), "ledger-b": set()})
    edit = {"synchronous_mode": "off", "ttl": 300, "pause": True}
    answer = here.ask("ledger-a", VOTER, "/config", edit, method="PATCH")
    assert answer is not None and answer[0] == 200
    here.until(lambda: "commits-alone" in codes(roles, plan)["ledger-a"])
    found = codes(roles, plan)
    assert found == {"ledger-a": {"paused", "settings-drift", "commits-alone"}, "ledger-b": set()}
    (sentence,) = roles.prepare(plan)
    assert "ttl is 300, the plan says 20" in sentence and "pause is on" in sentence
    here.until(lambda: codes(roles, plan) == {"ledger-a": set(), "ledger-b": set()})
    assert roles.prepare(plan) == ()
    assert codes(open_roles(here, "other"), plan)["ledger-a"] == {"not-asked"}


def test_a_changed_spec_reaches_a_running_cluster(here: Hall) -> None:
    """By the site's bucket and the machine's own program, on the leader's machine alone."""
    plan = here.compiled
    open_roles(here).prepare(plan)
    stack = here.fleet.stacks[STACK]
    database = replace(here.plan.databases[0], mode="sync")
    edited = replace(here.plan, databases=(database, *here.plan.databases[1:]))

    def mode() -> object:
        answer = here.ask("ledger-a", VOTER, "/config")
        return answer and answer[1]["synchronous_mode"]

    leader = here.leader("ledger-a")
    for machine in sorted(stack.running(), key=lambda m: m.booted.site == leader):
        site = machine.booted.site
        here.deploy(site, edited)
        assert mode() == "quorum"
        Timer(stack, machine, here.cloud).run()
    # A member tells what it saw in its last cycle.
    here.until(lambda: mode() == "on")
    # Whoever writes into the bucket alone is not obeyed.
    strange = replace(here.plan, databases=(replace(database, mode="async"), *edited.databases[1:]))
    for machine in stack.running():
        site = machine.booted.site
        text = site_object(strange, strange.host(site), STACK)
        here.cloud.objects["files", f"config/{site}.json"] = text
        Timer(stack, machine, here.cloud).run()
    assert mode() == "on"
    here.cloud.objects.clear()
    here.until(lambda: open_roles(here).prepare(plan) == ())
    here.until(lambda: mode() == "quorum")


def test_a_copy_is_made_anew(here: Hall) -> None:
    """The verb says how a copy comes back, and ends once it follows; Patroni takes the order."""
    roles, plan = open_roles(here), here.compiled
    roles.prepare(plan)
    assert {copy.way for copy in roles.returns(plan, REMOTE)} == {"none"}
    leader = next(copy for copy in roles.returns(plan, FIRST, anew=True) if copy.why == "it leads")
    assert leader.way == "none"
    said: list[str] = []
    (copy, _) = roles.returns(plan, REMOTE, anew=True)
    assert copy.way == "copy"
    roles.rejoin(plan, copy, said.append)
    assert "is copied anew from" in said[0]
    assert {copy.way for copy in roles.returns(plan, REMOTE)} == {"none"}


def test_a_minority_is_told_what_to_do(here: Hall) -> None:
    """With the city gone the forced failover is refused at once, with the way that is left."""
    roles, plan = open_roles(here), here.compiled
    roles.prepare(plan)
    for site in (FIRST, VOTER):
        here.change(site, runs=False)
    with pytest.raises(RoleError, match="majority of its voices.*runbook") as refused:
        roles.failover(plan, "ledger-a", REMOTE)
    assert "failed to write failover key into DCS" in str(refused.value)
    with pytest.raises(RoleError, match="has no leader to take over from"):
        roles.switchover(plan, "ledger-a", REMOTE)
    assert roles.expected_loss(plan, "ledger-a", REMOTE).seconds is None
    for site in (FIRST, VOTER):
        here.change(site, runs=True)
    roles.prepare(plan)
    assert None not in leaders(roles, plan).values()
