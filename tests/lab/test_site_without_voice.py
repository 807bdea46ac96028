"""A site that only answers names: no copy, no voice; what it is missed for is its own alone."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.lab.test_backups import small_spec
from tricenter.lab.deploy import deploy
from tricenter.lab.host import power_off, power_on
from tricenter.lab.patroni import leader
from tricenter.lab.services import store
from tricenter.lab.stack import Stack
from tricenter.lab.status import collect
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.unit import plan_units
from tricenter.lab.waits import until
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(600)]

ONLY = "suzhou-1"
READY = 240.0


def spec_of(folder: Path) -> Path:
    """The small lab with a fourth site, which a public name has addresses in."""
    path = small_spec(folder)
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    spec["cities"]["suzhou"] = {"at": [31.3, 120.58], "hazards": []}
    spec["sites"][ONLY] = {
        "city": "suzhou",
        "capacity": {"tps": 500, "connections": 100},
        "voice": False,
    }
    spec["links"] += [
        {"between": [ONLY, other], "rtt": "8ms"} for other in spec["sites"] if other != ONLY
    ]
    for record in spec["dns"]["records"].values():
        record["answers"][ONLY] = ["203.0.113.41"]
        record["rules"][-1]["order"].append(ONLY)
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Plan]]:
    """A deployed lab; swept at the end."""
    stack = Stack(f"only-{uuid.uuid4().hex[:6]}")
    plan = compile_plan(load(spec_of(tmp_path_factory.mktemp("spec"))))
    stack.create(kind="drill")
    try:
        deploy(stack, plan)
        yield stack, plan
    finally:
        sweep(stack.id)
        assert leftovers(stack.id) == ()


def test_it_votes_for_nothing_and_is_missed_by_nobody(lab: tuple[Stack, Plan]) -> None:
    """All is well with it; while it is off, that alone is said, and the leader goes on."""
    stack, plan = lab
    voices = {unit.host for unit in plan_units(plan) if unit.kind == store.KIND}
    assert voices == {"binjiang", "tianfu", "xihu"}
    until(lambda: not collect(stack, plan).unwell, READY, "a well stack", every=1.0)
    found = {host.name: host for host in collect(stack, plan).hosts}
    assert found[ONLY].on and found[ONLY].voice is None
    before = leader(stack, plan.databases[0])
    power_off(stack, ONLY)
    said = collect(stack, plan).unwell
    assert said and all(ONLY in one.says for one in said), said
    assert leader(stack, plan.databases[0]) == before
    power_on(stack, ONLY)
    until(lambda: not collect(stack, plan).unwell, READY, "a well stack again", every=1.0)
