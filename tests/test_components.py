"""The components under mocks: names, parents, order and protection of what a plan becomes."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.recording import Asked, Echo, deploy
from tricenter.components import lab
from tricenter.components.settings import find_targets
from tricenter.lab.provider.tokens import resource_type
from tricenter.lab.unit import find_kinds, plan_units
from tricenter.topology.compile import compile_plan
from tricenter.topology.names import LONGEST_STACK_ID, stack_id
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "stacks" / "ledger.yaml"
ROLE = re.compile(r"(^|-)(leader|primary|replica|standby|master|slave|secondary)(-|$)")


def register(
    spec: Path = EXAMPLE, profile: str = "drill", roles: dict[str, str] | None = None
) -> list[Asked]:
    """Run the program under mocks; what it registered, by type and name."""

    return list(deploy(lab, spec, Echo(), profile=profile, roles=roles or {}))


@pytest.fixture(scope="module")
def example() -> list[Asked]:
    """The resources of the example."""
    return register()


def test_types_names_and_parents_are_the_golden_ones(example, golden) -> None:
    """A change of a type, name or parent would make users' resources anew."""
    lines = [f"{one.type}  {one.name}  {one.parent}" for one in example]
    golden(ROOT / "tests" / "golden_plan" / "ledger.txt", "\n".join(lines) + "\n")


def test_every_unit_is_one_resource(example) -> None:
    """The engine knows all that the lab would make, and nothing twice."""
    made = [one.name for one in example if one.type.startswith("tricenter-lab:")]
    assert sorted(made) == sorted(unit.name for unit in plan_units(compile_plan(load(EXAMPLE))))
    assert len(made) == len(set(made)) > 0


def test_everything_has_a_parent(example) -> None:
    """Only the root component stands directly in the stack."""
    tops = [one.type for one in example if one.parent in {"", "tricenter-dev"}]
    assert tops == ["tricenter:index:Topology"]
    names = {one.name for one in example}
    assert all(one.parent in names for one in example if one.type != "tricenter:index:Topology")


def test_names_say_no_role(example) -> None:
    """A name outlives every change of roles."""
    assert [one.name for one in example if ROLE.search(one.name)] == []


def test_other_roles_rename_nothing_and_touch_no_data(example) -> None:
    """After a failover nothing is renamed, and what holds data gets the same inputs."""
    moved = register(roles={"ledger-a": "xihu", "ledger-b": "tianfu"})
    assert [one.identity for one in moved] == [one.identity for one in example]
    holding = {
        resource_type(name)
        for name, kind in find_kinds().items()
        if getattr(kind, "HOLDS_DATA", False)
    }
    changed = {
        new.type for old, new in zip(example, moved, strict=True) if old.inputs != new.inputs
    }
    assert not changed & holding


def test_another_preference_renames_nothing(example, tmp_path) -> None:
    """`prefer` is a wish: exchanging it between two sites moves no resource."""
    spec = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    database = spec["databases"]["ledger-a"]
    database["replicas"]["binjiang"] = database["replicas"].pop("xihu")
    database["prefer"] = "xihu"
    (tmp_path / "ledger.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    found = register(tmp_path / "ledger.yaml")
    assert [one.identity for one in found] == [one.identity for one in example]


def test_the_stack_is_first_and_takes_all_with_it(example) -> None:
    """Whatever is made comes after the stack and is gone when the stack is."""
    units = [one for one in example if one.type.startswith("tricenter-lab:")]
    (first,) = (one for one in units if one.type == "tricenter-lab:index:Stack")
    others = [one for one in units if one is not first]
    assert all(first.name in one.after and one.deleted_with == first.name for one in others)
    assert first.deleted_with == ""


def test_production_protects_what_holds_data(example) -> None:
    """Profile production refuses to destroy data; profile drill protects nothing."""
    assert [one.name for one in example if one.protect] == []
    protected = {one.type for one in register(profile="production") if one.protect}
    assert protected == {
        resource_type(name)
        for name, kind in find_kinds().items()
        if getattr(kind, "HOLDS_DATA", False)
    }
    assert {"tricenter-lab:index:Stack", "tricenter-lab:index:Host"} <= protected


def test_the_root_carries_the_spec_as_it_was_written(example) -> None:
    """The policy pack finds the checked spec and its text in the root component's inputs."""
    (root,) = (one for one in example if one.type == "tricenter:index:Topology")
    assert root.inputs["spec"]["databases"]["ledger-a"]["prefer"] == "binjiang"
    assert root.inputs["source"] == EXAMPLE.read_text()
    assert root.inputs["file"].endswith("ledger.yaml")


def test_inputs_are_known_and_small(example) -> None:
    """Nothing waits for an output of another resource, so that a preview is whole."""
    for one in example:
        assert len(json.dumps(one.inputs)) < 256 * 1024, one.name


def test_targets_are_found_by_their_folder() -> None:
    """A target is a folder; no list has to be kept."""
    assert "lab" in find_targets()


@pytest.mark.parametrize(
    ("topology", "stack", "wanted"),
    [
        ("ledger", "dev", "ledger-dev"),
        ("ledger", "organization/tricenter/dev", "ledger-dev"),
        ("ledger", "drill-7f3a", "ledger-drill-7f3a"),
    ],
)
def test_stack_ids_read_well(topology: str, stack: str, wanted: str) -> None:
    """The id of a stack with a usable name is the topology and that name."""
    assert stack_id(topology, stack) == wanted


def test_stack_ids_that_would_look_alike_differ() -> None:
    """A digest tells apart names that an id cannot hold as they are."""
    ids = {stack_id("ledger", name) for name in ("dev", "Dev", "d.ev", "d_ev", "d-ev", "x" * 90)}
    assert len(ids) == 6
    assert all(re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", found) for found in ids)
    assert max(map(len, ids)) <= LONGEST_STACK_ID
