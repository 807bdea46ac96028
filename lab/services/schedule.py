"""The backup scheduler: one in each site that holds a repository."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from tricenter.lab.services.member import unit_name as member_name
from tricenter.lab.services.repository import unit_name as repository_name
from tricenter.lab.services.vault import image_of
from tricenter.lab.services.vault import unit_name as vault_name
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

KIND = "schedule"
COMPONENT = "SnapshotLifecycle"
WRITES = None
SERVICE = "schedule"
PYTHON = "/run/tricenter/venv/bin/python"


def units(plan: Plan) -> Iterable[Unit]:
    """One for each site whose repository a schedule fills."""
    from tricenter.lab.backup.definition import define, to_data

    sites = sorted({backup.repositories[0] for backup in plan.backups if backup.repositories})
    for site in sites:
        names = {vault.name: "" for vault in plan.vaults}
        kept = {d for b in plan.backups if b.repositories[:1] == (site,) for d in b.databases}
        vaults = {v for b in plan.backups if b.repositories[:1] == (site,) for v in b.vaults}
        yield Unit(
            kind=KIND,
            name=logical_name(plan.topology, site, KIND),
            host=site,
            data={"definition": to_data(define(plan, site, names))},
            after=(
                repository_name(plan.topology, site),
                *(
                    member_name(plan.topology, member.site, database.name)
                    for database in plan.databases
                    for member in database.members
                    if database.name in kept
                ),
                *(vault_name(plan.topology, vault) for vault in sorted(vaults)),
            ),
        )


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Write the definition and run the scheduler, then mend what is broken in the repository.

    The first backup is the scheduler's own first job, and so is the one after a mending.
    """
    from tricenter.lab.backup.broken import broken, mend
    from tricenter.lab.backup.definition import DEFINITION, STATUS
    from tricenter.lab.host import make_host_folder, write_host_file
    from tricenter.lab.service import CommandProbe, ServiceSpec, put_service, wait_service

    site = _site(unit)
    text = json.dumps(_with_images(stack, unit.data["definition"]), indent=1, sort_keys=True) + "\n"
    write_host_file(stack, site, DEFINITION, text)
    make_host_folder(stack, site, "/srv/schedule")
    spec = ServiceSpec(
        name=SERVICE,
        argv=(PYTHON, "-m", "tricenter.lab.backup.scheduler"),
        ready=CommandProbe(argv=("test", "-e", STATUS)),
        digest=hashlib.sha256(text.encode()).hexdigest()[:12],
    )
    put_service(stack, site, spec)
    wait_service(stack, site, SERVICE)
    if found := broken(stack, site, _databases(unit)):
        mend(stack, site, found)
    return dict(unit.data)


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """The definition that the scheduler was given, and what is broken; None without one."""
    from tricenter.lab.backup.broken import broken
    from tricenter.lab.backup.definition import DEFINITION
    from tricenter.lab.host import read_host_file
    from tricenter.lab.service import read_service

    site = _site(unit)
    content = read_host_file(stack, site, DEFINITION)
    if content is None or read_service(stack, site, SERVICE) is None:
        return None
    found = json.loads(content)
    for backup in found["backups"]:
        backup["vaults"] = [{**vault, "image": ""} for vault in backup["vaults"]]
    lost = broken(stack, site, _databases(unit))
    return {"definition": found, **({"broken": lost} if lost else {})}


def remove(stack: Stack, unit: Unit) -> None:
    """End the scheduler; what it has written stays with the host."""
    from tricenter.lab.service import read_service, remove_service

    site = _site(unit)
    if site in {host.name for host in stack.hosts()} and read_service(stack, site, SERVICE):
        remove_service(stack, site, SERVICE)


def _with_images(stack: Stack, definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with the vaults' disks of this stack, which are no part of the plan."""
    backups = [
        {
            **backup,
            "vaults": [
                {**vault, "image": str(image_of(stack, vault["name"]))}
                for vault in backup["vaults"]
            ],
        }
        for backup in definition["backups"]
    ]
    return {**definition, "backups": backups}


def _databases(unit: Unit) -> list[str]:
    return [name for backup in unit.data["definition"]["backups"] for name in backup["databases"]]


def _site(unit: Unit) -> str:
    assert unit.host is not None  # noqa: S101 - `units` gives every unit its site
    return unit.host
