"""A unit asks for no more than its kind may have, whoever sent it through the engine."""

import json
from pathlib import Path
from typing import Any

import pytest

from tricenter.lab.errors import LabError
from tricenter.lab.limits import beyond, is_within
from tricenter.lab.provider.tokens import resource_type
from tricenter.lab.provider.units import Units
from tricenter.lab.provider.values import jsonable
from tricenter.lab.service import DEFINITIONS
from tricenter.lab.stack import Stack
from tricenter.lab.unit import find_kinds, plan_units
from tricenter.topology.compile import compile_plan
from tricenter.topology.validate import load

ROOT = Path(__file__).resolve().parent.parent
SPECS = sorted((ROOT / "stacks").glob("[!P]*.yaml"))
EVIL = json.dumps({"name": "evil", "argv": ["touch", "/srv/evil"], "user": "root"})


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The disk of a host `one` that is a folder."""
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(tmp_path))
    stack = Stack("ledger-t")
    stack.create(network="loopback")
    disk = stack.path / "hosts/one/srv"
    disk.mkdir(parents=True)
    return disk


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_every_unit_of_ours_is_within_its_limits(spec: Path) -> None:
    """As the engine gives it back; else nothing could be deployed."""
    kinds = find_kinds()
    units = plan_units(compile_plan(load(spec), "lab"))
    assert len(units) > 10
    for unit in units:
        data = jsonable(unit.data)
        assert list(beyond(kinds[unit.kind].WRITES, unit.host, data)) == [], unit.name


@pytest.mark.parametrize("kind", sorted(find_kinds()))
@pytest.mark.parametrize(
    "path",
    [
        f"{DEFINITIONS}/evil.json",
        "/srv/etc/keeper/../../.services/evil.json",
        "../.services/evil.json",
        "//srv/.services/evil.json",
        "/etc/cron.d/evil",
        "",
        "/srv/etc/keeperx/evil",
    ],
)
def test_no_kind_writes_a_service_of_roots(disk: Path, kind: str, path: str) -> None:
    """A definition there is started as root, in a host that sees the machine's files."""
    units, token = Units(), resource_type(kind)
    inputs: dict[str, Any] = {"stack": "ledger-t", "host": "one", "data": {"files": {path: EVIL}}}
    assert [failure.property for failure in units.check(token, inputs)] == ["data.files"]
    with pytest.raises(LabError, match=f"asks for what no {kind} may: data.files"):
        units.make(token, "evil", inputs)
    units.release()
    assert not any(path.is_file() for path in disk.rglob("*"))


@pytest.mark.parametrize(
    ("kind", "host", "data", "wrong"),
    [
        ("host", "../../other", {}, "host"),
        ("vault", None, {"vault": "../../x", "disk_mib": 16}, "data.vault"),
        ("member", "one", {"database": "a/../../x"}, "data.database"),
        ("repository", "one", {"keeps": ["a", "../x"]}, "data.keeps"),
        ("schedule", "one", {"definition": {"site": ".."}}, "data.definition.site"),
        (
            "schedule", "one",
            {"definition": {"backups": [{"name": "n", "databases": ["a", "-x"]}]}},
            "data.definition.backups.databases",
        ),
        (
            "schedule", "one",
            {"definition": {"backups": [{"vaults": [{"name": "../../../tmp/x"}]}]}},
            "data.definition.backups.vaults.name",
        ),
        ("keeper", "one", {"files": {"/srv/etc/keeper/x": 1}}, "data.files"),
        ("keeper", "one", {"files": "x"}, "data.files"),
    ],
)  # fmt: skip
def test_a_name_is_a_name(kind: str, host: str | None, data: dict[str, Any], wrong: str) -> None:
    """It becomes part of paths that root writes and deletes."""
    inputs = {"stack": "ledger-t", "host": host, "data": data}
    found = Units().check(resource_type(kind), inputs)
    assert [failure.property for failure in found] == [wrong]


def test_a_folder_is_no_beginning_of_a_text() -> None:
    """By parts of the path, and as it would be opened."""
    assert is_within("/srv/bundle", "runbooks/lose-site.md")
    assert is_within("/srv/bundle", "/srv/bundle/plan.json")
    for path in ("/srv/bundlex/a", "/srv/bundle", ".", "a/../b", "a//b", "./a", "a/", "a\0b"):
        assert not is_within("/srv/bundle", path), path
