"""The plan guard: what would destroy data is refused, all of it, unless each is named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tricenter.cli.events import Event, read_event
from tricenter.cli.guard import (
    LINKS,
    UnsafeChange,
    find_dangers,
    refuse_unless_allowed,
)
from tricenter.lab.provider.tokens import resource_type
from tricenter.lab.unit import find_kinds
from tricenter.topology.cloud_types import holding

CLUSTER = "aws:rds/cluster:Cluster"
RECORD = "aws:route53/record:Record"
NAMES = st.sampled_from(["ledger-a", "ledger-b", "ledger-c", "ledger-d"])
TYPES = st.sampled_from([CLUSTER, "gcp:sql/databaseInstance:DatabaseInstance", RECORD])
LOST = {"delete", "replace", "create-replacement", "delete-replaced"}
OPS = st.sampled_from([*sorted(LOST), "create", "update", "same", "read"])
PATHS = st.sampled_from([*sorted(LINKS), "tags", "tags.globalClusterIdentifier", "engineVersion"])
KINDS = st.sampled_from(["add", "delete", "update"])
STEPS = st.lists(
    st.builds(
        Event,
        stage=st.just("done"),
        op=OPS,
        type=TYPES,
        name=NAMES,
        changed=st.dictionaries(PATHS, KINDS, max_size=3),
    ),
    max_size=12,
)


def loses(step: Event) -> bool:
    """Whether a step loses data, said once more in other words than the guard's."""
    if step.type == RECORD:
        return False
    if step.op == "update":
        return any(step.changed.get(link) in {"delete", "update"} for link in LINKS)
    return step.op in LOST


@given(STEPS, st.sets(NAMES))
def test_what_passes_loses_only_what_is_named(steps: list[Event], allowed: set[str]) -> None:
    """A preview passes exactly if every step that loses data is on a resource that is named."""
    unnamed = {step.name for step in steps if loses(step)} - allowed
    if not unnamed:
        refuse_unless_allowed(steps, allowed)
        return
    with pytest.raises(UnsafeChange) as caught:
        refuse_unless_allowed(steps, allowed)
    told = str(caught.value)
    assert {name for name in ("ledger-a", "ledger-b", "ledger-c", "ledger-d")
            if f"--allow {name}" in told} == unnamed  # fmt: skip
    refuse_unless_allowed(steps, allowed | unnamed)


def update(changed: dict[str, str], kind: str = CLUSTER) -> Event:
    """An update of one database's resource."""
    return Event(
        stage="done", op="update", type=kind, name="ledger-tianfu-database", changed=changed
    )


def test_a_cluster_that_leaves_its_global_cluster_is_detached() -> None:
    """An update that takes the link away is no harmless update; one that sets it is."""
    (danger,) = find_dangers([update({"globalClusterIdentifier": "delete"})])
    assert (danger.verb, danger.name) == ("detach", "ledger-tianfu-database")
    assert find_dangers([update({"globalClusterIdentifier": "add"})]) == ()
    assert find_dangers([update({"backupRetentionPeriod": "update"})]) == ()


def test_a_part_of_a_link_counts() -> None:
    """A changed field inside a link is a changed link."""
    sql = "gcp:sql/databaseInstance:DatabaseInstance"
    assert find_dangers([update({"replicaNames[0]": "delete"}, sql)])
    assert find_dangers([update({"replicaNames[0]": "add"}, sql)])


def test_a_replacement_is_told_once() -> None:
    """The engine tells three steps of one replacement."""
    steps = [
        Event(stage="done", op=op, type=CLUSTER, name="ledger-a")
        for op in ("create-replacement", "replace", "delete-replaced")
    ]
    assert [danger.verb for danger in find_dangers(steps)] == ["replace"]


def test_a_provider_that_gives_no_detail_is_taken_at_its_worst() -> None:
    """Where only names of changed inputs are known, a link among them is a detach."""
    metadata = {
        "op": "update",
        "urn": f"urn:pulumi:dev::tricenter::{CLUSTER}::ledger-tianfu-database",
        "type": CLUSTER,
        "detailedDiff": None,
        "diffs": ["globalClusterIdentifier"],
    }
    event = read_event(json.dumps({"resourcePreEvent": {"metadata": metadata}}))
    assert event is not None
    assert [danger.verb for danger in find_dangers([event])] == ["detach"]


def test_every_kind_of_the_lab_that_holds_data_is_guarded() -> None:
    """A new kind of unit that holds data cannot be forgotten."""
    kinds = find_kinds()
    found = {resource_type(name) for name, k in kinds.items() if getattr(k, "HOLDS_DATA", False)}
    assert found
    assert found <= holding().keys()
    units = {token for token in holding() if token.startswith("tricenter-lab:")}
    assert units <= set(map(resource_type, kinds))
