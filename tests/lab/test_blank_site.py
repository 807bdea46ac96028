"""A site that comes back without its disk is built anew by `up`, while clients write on."""

import json
import time
from collections.abc import Callable, Iterator

import pytest

from tests.lab.deployment import Deployment, new_deployment
from tests.lab.wellness import await_well
from tests.lab.writer import Writer
from tricenter.lab import patroni
from tricenter.lab.backup.due import LAST_RETRY
from tricenter.lab.clients import place_clients
from tricenter.lab.disk import host_folder, run_tool
from tricenter.lab.host import power_off
from tricenter.lab.stack import Stack
from tricenter.lab.unit import find_kinds, plan_units
from tricenter.lab.waits import until
from tricenter.setup.places import checkout
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1200)]

LONG = 180.0
RETRIED_S = LAST_RETRY.total_seconds() + LONG
"""A first backup that failed while the site was lost is tried again ever more rarely."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the example, with its backups."""
    return compile_plan(load(checkout() / "stacks" / "ledger.yaml"))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, plan: Plan) -> Iterator[Deployment]:
    """The example, deployed once, with places for clients."""
    with new_deployment(tmp_path_factory.mktemp("deployment")) as made:
        made.verb("up")
        place_clients(made.lab, plan)
        yield made


def take_away(stack: Stack, site: str) -> None:
    """The disk is gone, as after a fire."""
    (host_folder(stack, site) / "disk.img").unlink()


def zero(stack: Stack, site: str) -> None:
    """The disk is a new one as it comes out of its box."""
    image = host_folder(stack, site) / "disk.img"
    size = image.stat().st_size
    image.unlink()
    with image.open("wb") as file:
        file.truncate(size)


def blank(stack: Stack, site: str) -> None:
    """The disk is a new one with a file system on it."""
    zero(stack, site)
    run_tool(["mkfs.ext4", "-q", "-F", str(host_folder(stack, site) / "disk.img")])


@pytest.mark.parametrize(
    ("site", "destroy"),
    [("xihu", take_away), ("tianfu", blank), ("binjiang", zero)],
    ids=["leads", "repository", "zeros"],
)
def test_a_destroyed_site_is_built_anew(
    deployment: Deployment, plan: Plan, site: str, destroy: Callable[[Stack, str], None]
) -> None:
    """Everything of it comes back by one `up`; nothing that was acknowledged is lost."""
    stack, kinds, units = deployment.lab, find_kinds(), plan_units(plan)

    def seen() -> dict[str, object]:
        return {unit.name: kinds[unit.kind].observe(stack, unit) for unit in units}

    patroni.await_settled(stack, plan)
    before = seen()
    led = {d.name for d in plan.databases if patroni.leader(stack, d) == site}
    database = next((d for d in plan.databases if d.name not in led), plan.databases[0])
    with Writer(stack, database, "client-cn") as writer:
        power_off(stack, site)
        destroy(stack, site)
        now = seen()
        here = [unit for unit in units if unit.host == site and unit.kind != "network"]
        changed = {unit.name for unit in here if now[unit.name] != before[unit.name]}
        assert changed == {unit.name for unit in here}
        until(
            lambda: all(patroni.leader(stack, d) for d in plan.databases),
            LONG,
            "leaders without the site",
            every=0.5,
        )
        told = json.loads(deployment.tricenter("preview", "--format", "json").stdout)
        assert changed <= {step["name"] for step in told["steps"]}
        begun = time.monotonic()
        deployment.verb("up")
        patroni.await_settled(stack, plan)
        took = time.monotonic() - begun
        await_well(stack, plan, RETRIED_S)
    pause = writer.longest_pause(begun)
    print(f"{site} streams again after {took:.1f} s; longest pause meanwhile {pause:.2f} s")
    assert writer.lost() == []
    until(lambda: seen() == before, LONG, "everything as it was before", every=0.5)
    assert deployment.verb("up")["steps"] == []
