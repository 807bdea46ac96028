"""Every target's members get a configuration that Patroni's own validator takes, as a whole."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from patroni import global_config, validator
from patroni.config import Config

from tricenter.topology.addresses import own_plan
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.render import cloud_init, render
from tricenter.topology.render.patroni import dynamic_config
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
SPECS = {"lab": "ledger", "aws": "ledger", "gcp": "ledger", "mixed": "ledger-mixed"}
BINARIES = ("pg_ctl", "initdb", "pg_controldata", "pg_basebackup", "postgres", "pg_isready")


def planned(target: str) -> Plan:
    """The plan of a target, all of whose databases are our own."""
    spec = load(ROOT / f"stacks/{SPECS[target]}.yaml")
    plan = compile_plan(spec) if target == "lab" else compile_plan(spec, target)
    if target == "lab":
        return plan
    own = tuple(replace(database, service="self-managed") for database in plan.databases)
    return own_plan(replace(plan, databases=own))


def members(target: str) -> dict[str, str]:
    """The text of each member's file by site and database, as its host gets it."""
    plan = planned(target)
    found = {
        f"{host.name}{path}": text
        for host in plan.hosts
        for path, text in (cloud_init.host_files(plan, host) if host.place else {}).items()
    }
    found = found or {f"{file.path}": file.text for file in render(plan)}
    return {path: text for path, text in found.items() if path.endswith("/member.yml")}


class Reached:
    """A socket to which everybody answers: what is listened at and connected to is not there."""

    def __init__(self, *_: object) -> None: ...

    def connect_ex(self, _: object) -> int:
        return 0

    def close(self) -> None: ...


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with PostgreSQL's programs, and a network on which everybody is there."""
    for name in BINARIES:
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(validator.socket, "socket", Reached)
    validator.populate_validate_params(ignore_listen_port=True)
    return tmp_path


def errors(text: str, programs: Path) -> list[str]:
    """What `patroni --validate-config` says of a member's file (patroni/__main__.py)."""
    folder = programs / "config"
    folder.mkdir(exist_ok=True)
    own = re.sub(r"bin_dir: .*", f"bin_dir: {programs}", text)
    (folder / "member.yml").write_text(own, encoding="utf-8")
    said: list[str] = []
    Config(str(folder), validator=lambda config: said.extend(validator.schema(config)) or [])
    return said


@pytest.mark.parametrize("target", SPECS)
def test_patroni_takes_every_members_file(target: str, programs: Path) -> None:
    """No member of any target has a key of a wrong kind, and nothing that is needed is missing."""
    files = members(target)
    assert len(files) >= 6
    assert {path: said for path, text in files.items() if (said := errors(text, programs))} == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ttl: ", "ttl: no"),
        ("synchronous_mode: ", "synchronous_mode: maybe-"),
        ("name: ", "none: "),
    ],
)
def test_the_validator_finds_what_is_wrong(old: str, new: str, programs: Path) -> None:
    """It does refuse something."""
    text = next(text for text in members("lab").values() if "bootstrap:" in text)
    assert errors(text.replace(old, new, 1), programs)


@pytest.mark.parametrize("target", SPECS)
def test_an_election_refuses_an_earlier_timeline(target: str) -> None:
    """Every target's shared settings say so, in the word that Patroni reads in an election."""
    plan = planned(target)
    shared = [dynamic_config(plan, database) for database in plan.databases]
    for config in shared:
        read: Any = type(global_config)()
        read.update(None, config)
        assert read.check_mode("check_timeline") is True
    created: list[Any] = [
        found["bootstrap"]["dcs"]
        for text in members(target).values()
        if "bootstrap" in (found := yaml.safe_load(text))
    ]
    assert created
    assert all(config in shared for config in created)
