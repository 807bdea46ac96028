"""Bundles: every site keeps the runbooks of all scenarios and the plan, readable without Pulumi."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from tricenter.lab.host import read_host_file, write_host_file
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.topology.bundle.checksums import NAME, checksums
from tricenter.topology.plan import Plan
from tricenter.topology.render.runbook import files

KIND = "bundle"
COMPONENT = "FailoverAutomation"
FOLDER = "/srv/bundle"
WRITES = FOLDER
SUMS = f"{FOLDER}/{NAME}"


def units(plan: Plan) -> Iterable[Unit]:
    """One bundle for each site."""
    texts = {file.path: file.text for file in files(plan)}
    texts["plan.json"] = json.dumps(_without_roles(plan), indent=1, sort_keys=True)
    for site in plan.sites:
        yield Unit(
            kind=KIND,
            name=f"{plan.topology}-{site.name}-bundle",
            host=site.name,
            data={"files": texts, "checksums": checksums(texts)},
            after=(f"{plan.topology}-{site.name}-host",),
        )


def _without_roles(plan: Plan) -> dict[str, Any]:
    """The plan as data, as if the preferred sites led: a failover must not change a bundle."""
    databases = tuple(replace(database, leader=database.prefer) for database in plan.databases)
    return asdict(replace(plan, databases=databases, scenarios=()))


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Write the bundle to the site's disk as it is, its checksums last."""
    for path, text in unit.data["files"].items():
        write_host_file(stack, _host(unit), f"{FOLDER}/{path}", text.encode())
    write_host_file(stack, _host(unit), SUMS, unit.data["checksums"].encode())
    return {"path": FOLDER}


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """The bundle as it is on the disk, or None; a file that was changed shows in the data."""
    if read_host_file(stack, _host(unit), SUMS) is None:
        return None
    found: dict[str, str] = {}
    for path in unit.data["files"]:
        content = read_host_file(stack, _host(unit), f"{FOLDER}/{path}")
        if content is not None:
            found[path] = content.decode()
    return {"files": found, "checksums": checksums(found)}


def remove(stack: Stack, unit: Unit) -> None:
    """Nothing is to be done: the bundle goes with the disk of its site."""


def _host(unit: Unit) -> str:
    if unit.host is None:
        raise ValueError(f"a bundle needs a host: {unit.name}")
    return unit.host
