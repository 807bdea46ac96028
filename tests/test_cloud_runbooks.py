"""Runbooks of clouds: what works there, filled in, and nothing of the lab."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.test_runbooks import parse
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.render.bundle import files_for
from tricenter.topology.render.runbook import page
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
SPECS = {"aws": "ledger-aws", "gcp": "ledger-gcp", "mixed": "ledger-mixed"}
SERVICES = {
    "aws": ("aurora", "rds", "self-managed"),
    "gcp": ("cloud-sql", "alloydb", "self-managed"),
    "mixed": ("self-managed",),
}
CASES = [(target, service) for target, services in SERVICES.items() for service in services]
LAB = {"exec", "service", "restore", "backups", "key", "leftovers"}
"""Verbs that only the lab has."""
SET = {"ACCOUNT", "PROJECT"}


@cache
def plan_of(target: str, service: str) -> Plan:
    """A target's reference with all its databases on one service."""
    plan = compile_plan(load(ROOT / f"stacks/{SPECS[target]}.yaml"), target)
    return replace(plan, databases=tuple(replace(d, service=service) for d in plan.databases))


@cache
def pages(target: str, service: str) -> dict[str, str]:
    """The page of each scenario."""
    plan = plan_of(target, service)
    return {scenario.id: page(plan, scenario, "ledger-dev") for scenario in plan.scenarios}


def pasted(text: str) -> Iterator[str]:
    """The blocks of a page that a person pastes, in order."""
    yield from re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("target", "service"), CASES)
def test_nothing_of_the_lab_is_on_a_cloud(target: str, service: str) -> None:
    """No verb, address or path of the lab; no hole, and no page without something to paste."""
    for name, text in pages(target, service).items():
        verbs = set(re.findall(r"tricenter ([a-z]+)", text))
        assert "status" in verbs and not verbs & LAB, name
        assert not re.search(r"10\.77\.|/run/tricenter|\bNone\b|(?<!\$)\{\w+\}|\{\{", text), name
        assert len([*pasted(text)]) >= 3
        if service != "self-managed":
            assert not re.search(r"etcd|patroni|pgbackrest|runuser", text), name


@pytest.mark.parametrize(("target", "service"), CASES)
def test_every_block_is_a_shells(target: str, service: str) -> None:
    """Bash parses each block; each name was set by a line before; each of our verbs exists."""
    for name, text in pages(target, service).items():
        known: set[str] = set()
        for block in pasted(text):
            done = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, ""), block
            for line in block.splitlines():
                used = set(re.findall(r"\$\{?([A-Z]+)", line))
                assert used <= known, (name, line)
                known |= set(re.findall(r"^([A-Z]+)=", line))
                if line.startswith("tricenter "):
                    parse(line)


def test_calls_to_aws_are_those_of_its_command_line() -> None:
    """Each operation, option and waiter is in the service's model, with all that it requires."""
    loader = pytest.importorskip("botocore.session").get_session()
    xform_name: Any = pytest.importorskip("botocore").xform_name
    seen: set[str] = set()
    for service in SERVICES["aws"]:
        for text in pages("aws", service).values():
            for name, verb, rest in set(_aws("\n".join(pasted(text)))):
                model = loader.get_service_model(name)
                words = shlex.split(rest)
                if verb == "wait":
                    waiters = loader.get_waiter_model(name)
                    known = {xform_name(one, "-"): one for one in waiters.waiter_names}
                    operation = waiters.get_waiter(known[words.pop(0)]).operation
                else:
                    known = {xform_name(one, "-"): one for one in model.operation_names}
                    operation = known[verb]
                shape = model.operation_model(operation).input_shape
                options = {word[2:] for word in words if word.startswith("--")}
                members = {xform_name(one, "-") for one in shape.members} if shape else set[str]()
                given = options - {"region", "query", "output", "max-items"}
                assert given <= members, (verb, given - members)
                assert {xform_name(one, "-") for one in shape.required_members} <= given, verb
                seen.add(f"{name} {verb}")
    assert {"backup start-restore-job", "rds restore-db-cluster-to-point-in-time",
            "rds restore-db-instance-to-point-in-time", "rds wait"} <= seen  # fmt: skip


def _aws(text: str) -> Iterator[tuple[str, str, str]]:
    """The calls of AWS's command line in a text: service, verb, and the rest."""
    value = r"(?:'[^']*'|\"[^\"]*\"|[^\s;|)'\"]+)"
    for name, verb, rest in re.findall(rf"\baws (\w+) ([\w-]+)((?: {value})*)", text):
        if name != "s3":  # its own transfers, which no model has
            yield name, verb, rest


@pytest.mark.parametrize(("target", "service"), CASES)
def test_lose_all_ends_in_production(target: str, service: str) -> None:
    """Each database with a vault is restored, put where the names lead, and the names are moved."""
    plan, text = plan_of(target, service), pages(target, service)["lose-all"]
    order = ["Keep the applications stopped", "Have the keys", "Build the sites anew",
             "make it the new production", "Move the names"]  # fmt: skip
    at = [text.index(words) for words in order]
    assert at == sorted(at)
    kept = {name for backup in plan.backups if backup.vaults for name in backup.databases}
    for database in plan.databases:
        loads = f"pg_restore --host={database.writer}" in text or "gcloud sql import sql" in text
        assert database.name not in kept or loads
    assert plan.zone.name in text[at[-1] :]
    keys = text[at[1] : at[2]]
    assert "kms" in keys if service != "self-managed" else "secret.d/cipher.conf" in keys


@pytest.mark.parametrize("target", SPECS)
def test_commands_by_hand_are_filled(target: str) -> None:
    """In a bundle's page nothing to paste has a hole, and what is asked for stands before it."""
    plan = compile_plan(load(ROOT / f"stacks/{SPECS[target]}.yaml"), target)
    found: dict[str, Any] = {file.path: file.text for file in files_for(plan, "ledger-dev")}
    for path, text in found.items():
        if path.endswith("README.md"):
            for line in re.findall(r"^# by hand: (.*)$", text, re.MULTILINE):
                assert "{" not in line
                for name in re.findall(r"\$([A-Z]+)", line):
                    assert text.index(f"    {name}=$(") < text.index(line)
        if path.endswith("RUNBOOK.md"):
            assert "tricenter exec" not in text
