"""Edits of a deployed database on AWS: each reaches a resource that compares it, or is refused."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.components.aws_program import CITY, REMOTE, Asked, ask, of, variant
from tricenter.components.aws.engine import version_of
from tricenter.components.aws.regions import find_regions
from tricenter.components.aws.replication import members_by_region
from tricenter.components.aws.upgrades import instance_versions, refuse_held_upgrade, storage_gib
from tricenter.policies.diff.danger import Change, find_dangers
from tricenter.topology import document
from tricenter.topology.compile import compile_plan
from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import Running
from tricenter.topology.spec import Topology
from tricenter.topology.validate import load, validate

NAME = "ledger-a"
INSTANCE = "rds/instance:Instance"
Change_ = tuple[tuple[str, ...], Any]
ON_RDS: Change_ = (("databases", NAME, "aws"), {"service": "rds", "instance": "db.m6g.large"})
PLAIN: Change_ = (("databases", NAME, "replicas", "tokyo-1"), {"max_lag": "60s"})
LATE: Change_ = (("objectives",), {"lose-all": {"rpo": "1h", "rto": "24h"}})
EDITS: Mapping[str, tuple[tuple[str, ...], Any]] = {
    "version": (("version",), "16.10"),
    "size": (("size",), "400GiB"),
    "load": (("load", "connections"), 500),
    "aws": (("aws", "instance"), "db.r6g.xlarge"),
    "replicas": (("replicas", "tokyo-1", "max_lag"), "600s"),
}
NOT_OF_A_RESOURCE = {
    "engine": "there is one",
    "prefer": "roles: the leader that is seen wins, and a preference moves nothing",
    "gcp": "of another target",
    "commit": "the services commit by their own rules; the forecast and the rules judge it",
}
"""Fields whose edit changes no resource of a managed database, and why that is right."""
SHARED_STORAGE = {"aurora": {"size"}, "rds": set[str]()}
"""Fields that a service has no argument for: a cluster's storage grows by itself."""


def _spec(folder: Path, service: str, *more: Change_) -> Path:
    first = (ON_RDS, PLAIN, LATE) if service == "rds" else (PLAIN,)
    # Copies, since an edit of what an earlier change has put in would change that one as well.
    return variant(folder, *deepcopy((*first, *more)))


def _compared(asked: tuple[Asked, ...]) -> dict[tuple[str, str], dict[str, Any]]:
    """What the engine compares at the next `up` of a database and of its alarms."""
    return {
        (one.type, one.name): {k: v for k, v in one.inputs.items() if k not in one.ignored}
        for one in asked
        if one.type.startswith(("aws:rds/", "aws:cloudwatch/metricAlarm"))
    }


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What is compared before any edit, by service."""
    return {
        service: _compared(ask(_spec(tmp_path_factory.mktemp(service), service)))
        for service in SHARED_STORAGE
    }


def test_every_field_of_a_database_has_an_edit() -> None:
    """A field that is new to the spec is tried here, or named with a reason."""
    database = get_args(Topology.model_fields["databases"].annotation)[1]
    assert database.model_fields.keys() == EDITS.keys() | NOT_OF_A_RESOURCE.keys()


@pytest.mark.parametrize("service", ["aurora", "rds"])
@pytest.mark.parametrize("field", sorted(EDITS))
def test_an_edit_is_compared(
    deployed: Mapping[str, Any], tmp_path: Path, service: str, field: str
) -> None:
    """What the spec says otherwise differs in an input that is not ignored."""
    path, value = EDITS[field]
    before = deployed[service]
    after = _compared(ask(_spec(tmp_path, service, (("databases", NAME, *path), value))))
    assert before.keys() == after.keys()
    changed = {key for key in before if before[key] != after[key]}
    assert bool(changed) != (field in SHARED_STORAGE[service]), changed


def _order(folder: Path, running: Mapping[str, Running], *more: Change_) -> Any:
    plan = compile_plan(
        load(_spec(folder, "rds", *more)),
        "aws",
        running={(NAME, site): seen for site, seen in running.items()},
    )
    database = next(d for d in plan.databases if d.name == NAME)
    return database, members_by_region(plan, find_regions(plan), database)


def _seen(**versions: str) -> dict[str, Running]:
    names = {"city": ("jurong", "changi"), "remote": ("tokyo-1",)}
    return {
        site: Running(version=version, storage_gib=200)
        for place, version in versions.items()
        for site in names[place]
    }


TO_16_10: Change_ = (("databases", NAME, "version"), "16.10")


@pytest.mark.parametrize(
    ("seen", "city", "remote", "waits"),
    [
        ({}, "16.10", "16.10", None),
        ({"city": "16.8", "remote": "16.8"}, "16.8", "16.10", CITY),
        ({"city": "16.8", "remote": "16.9"}, "16.8", "16.10", CITY),
        ({"city": "16.8", "remote": "16.10"}, "16.10", "16.10", None),
        ({"city": "16.10", "remote": "16.10"}, "16.10", "16.10", None),
        # A copy that is not there yet begins with its source's version.
        ({"city": "16.8"}, "16.8", "16.10", CITY),
    ],
)
def test_copies_go_first(
    tmp_path: Path, seen: dict[str, str], city: str, remote: str, waits: str | None
) -> None:
    """RDS refuses a leader's minor upgrade before its copies have it."""
    database, order = _order(tmp_path, _seen(**seen), TO_16_10)
    steps = instance_versions(database, order)
    assert steps.versions == {CITY: city, REMOTE: remote} and steps.waits == waits


def test_a_major_version_with_copies_is_refused(tmp_path: Path) -> None:
    """RDS leaves copies of other regions behind: said with the line and the way."""
    seen = _seen(city="16.8", remote="16.8")
    database, order = _order(tmp_path, seen, (("databases", NAME, "version"), "17.4"))
    with pytest.raises(TricenterError, match=r"databases\.ledger-a\.version: .* 16\.8 to 17\.4"):
        instance_versions(database, order)
    assert instance_versions(database, order[:1]).versions == {CITY: "17.4"}


def test_a_major_version_waits_for_writes_that_are_held_back(tmp_path: Path) -> None:
    """Aurora refuses it while rds.global_db_rpo is set."""
    stalling: Change_ = (
        ("databases", NAME, "replicas", "tokyo-1"),
        {"max_lag": "60s", "on_excess": "stall"},
    )
    to_17: Change_ = (("databases", NAME, "version"), "17.4")
    database, order = _order(tmp_path, _seen(city="16.8"), to_17, stalling)
    with pytest.raises(TricenterError, match=r"on_excess: alarm.*tokyo-1"):
        refuse_held_upgrade(database, order)
    refuse_held_upgrade(*_order(tmp_path, _seen(city="16.8"), to_17))
    refuse_held_upgrade(*_order(tmp_path, _seen(city="17.1"), to_17, stalling))


def test_the_instances_are_asked_for_what_is_seen(tmp_path: Path) -> None:
    """The leader keeps its version, the copy gets the new one, and a warning says what is left."""
    running = {(NAME, site): seen for site, seen in _seen(city="16.8", remote="16.8").items()}
    size: Change_ = (("databases", NAME, "size"), "400GiB")
    asked = ask(_spec(tmp_path, "rds", TO_16_10, size), running=running)
    told = {
        one.inputs["region"]: (one.inputs["engineVersion"], one.inputs["allocatedStorage"])
        for one in of(asked, INSTANCE)
    }
    assert told == {CITY: ("16.8", 400), REMOTE: ("16.10", 400)}
    assert {one.inputs["maxAllocatedStorage"] for one in of(asked, INSTANCE)} == {800}


def test_a_new_copy_begins_as_large_as_its_source(tmp_path: Path) -> None:
    """RDS has grown the source by itself; the copy that stands is asked for the spec's size."""
    grown = {site: Running(version="16.8", storage_gib=350) for site in ("jurong", "changi")}
    size: Change_ = (("databases", NAME, "size"), "200GiB")
    database, (city, remote) = _order(tmp_path, grown, size)
    assert storage_gib(database, remote, (city, remote)) == 350
    assert storage_gib(database, city, (city, remote)) == 200


def test_a_group_of_parameters_has_its_major_version_in_its_name(
    deployed: Mapping[str, Any],
) -> None:
    """What moves to another major version needs the old group until it has moved."""
    for kind in ("parameterGroup:ParameterGroup", "clusterParameterGroup:ClusterParameterGroup"):
        service = "aurora" if kind.startswith("cluster") else "rds"
        group = deployed[service][f"aws:rds/{kind}", f"ledger-{CITY}-parameters-{NAME}"]
        assert group["family"].endswith("16") and group["name"].endswith("-pg16")


def test_a_smaller_size_is_said_to_need_a_new_database(tmp_path: Path) -> None:
    """The one edit of storage that no service carries out."""
    (tmp_path / "new").mkdir()
    smaller: Change_ = (("databases", NAME, "size"), "50GiB")
    old = document.load(str(_spec(tmp_path, "rds")))
    new = document.load(str(_spec(tmp_path / "new", "rds", smaller)))
    change = Change(old=validate(old), new=validate(new), old_target="aws", new_target="aws")
    named = {danger.loss.name for danger in find_dangers(change, old, new)}
    assert f"replace database {NAME}" in named
    assert version_of(compile_plan(change.new, "aws").databases[0])
