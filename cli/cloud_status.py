"""`tricenter status` of a stack on a cloud: who leads each database, and what of it is unwell."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from tricenter.cli.errors import PROBLEM
from tricenter.cli.output import Format, Table, as_json_text, is_terminal, markdown, show, text
from tricenter.cli.status_verdict import verdict

if TYPE_CHECKING:
    from tricenter.cli.role_change import Deployed
    from tricenter.lab.unwell import Unwell
    from tricenter.roles.interface import DatabaseRoles, MemberRole

FORMAT = "tricenter.cloud-status/v1"


def show_status(stack: str, format: Format, every: float | None) -> None:  # noqa: A002
    """Print the status, once or each `every` seconds; exit code 1 if not all is well."""
    from tricenter.cli.role_change import open_deployed

    deployed = open_deployed(stack)
    while True:
        observed = deployed.roles.observe(deployed.plan)
        unwell = find_unwell(deployed, observed)
        print_status(deployed, observed, unwell, format)
        if every is None:
            break
        time.sleep(every)
    if unwell:
        raise typer.Exit(PROBLEM)


def print_status(
    deployed: "Deployed",
    observed: Mapping[str, "DatabaseRoles"],
    unwell: "tuple[Unwell, ...]",
    format: Format,  # noqa: A002
) -> None:
    """Print the members of each database, and then what is unwell as a list."""
    if format == "json":
        typer.echo(as_json_text(data(deployed, observed, unwell)), nl=False)
        return
    tables = (table(deployed, observed, unwell=bool(unwell)), *lists(deployed, unwell))
    if format == "text" and is_terminal():
        for one in tables:
            show(one, format)
        return
    draw = text if format == "text" else markdown
    typer.echo("\n".join(draw(one) for one in tables), nl=False)


def data(
    deployed: "Deployed", observed: Mapping[str, "DatabaseRoles"], unwell: "tuple[Unwell, ...]"
) -> dict[str, Any]:
    """The status for programs: each problem has its code, each broken promise its reasons."""
    from tricenter.lab.promises import promises

    service = {database.name: database.service for database in deployed.plan.databases}
    return {
        "format": FORMAT,
        "stack": deployed.settings.stack,
        "target": deployed.settings.target,
        "topology": deployed.plan.topology,
        "databases": [
            {"service": service[name], **asdict(roles)} for name, roles in sorted(observed.items())
        ],
        "problems": [entry.says for entry in unwell],
        "unwell": [asdict(entry) for entry in unwell],
        "broken": [asdict(one) for one in promises(deployed.plan, unwell) if not one.kept],
    }


def table(deployed: "Deployed", observed: Mapping[str, "DatabaseRoles"], *, unwell: bool) -> Table:
    """The members of each database."""
    from tricenter.roles.services import is_offline

    service = {database.name: database.service for database in deployed.plan.databases}
    rows = tuple(
        (
            name if index == 0 else "",
            service[name] if index == 0 else "",
            member.site,
            member.health,
            _lag(member),
        )
        for name, roles in sorted(observed.items())
        for index, member in enumerate(roles.members)
    )
    settings = deployed.settings
    leaders = {name: roles.leader for name, roles in observed.items()}
    blind = [
        f"{name} in {member.site}"
        for name, roles in observed.items()
        for member in roles.members
        if member.health == "follows" and _lag(member) == "unknown"
    ]
    emulated = ", emulated" if is_offline() else ""
    return Table(
        title=f"{deployed.plan.topology}: {settings}{emulated}",
        columns=("DATABASE", "SERVICE", "SITE", "STATE", "LAG"),
        rows=rows,
        notes=verdict(deployed.plan, leaders, blind, unwell=unwell),
    )


def lists(deployed: "Deployed", unwell: "tuple[Unwell, ...]") -> tuple[Table, ...]:
    """The promises that do not hold, and what is unwell, as the lab's status has them.

    A promise that is kept is not said: names and backups of a cloud are not asked here.
    """
    from tricenter.cli.status_promises import status_promises
    from tricenter.lab.observed import Status
    from tricenter.lab.promises import promises

    broken = tuple(one for one in promises(deployed.plan, unwell) if not one.kept)
    stack, topology = deployed.settings.stack, deployed.plan.topology
    seen = Status(
        stack=stack, topology=topology, hosts=(), databases=(), servers=(), unwell=unwell,
        promises=broken,
    )  # fmt: skip
    return status_promises(seen)


def find_unwell(
    deployed: "Deployed", observed: Mapping[str, "DatabaseRoles"]
) -> "tuple[Unwell, ...]":
    """What is unwell: by the members where they can be asked, else by what the cloud says.

    What breaks a promise comes first.
    """
    from tricenter.roles.services import CloudRoles

    roles = deployed.roles
    asked: Mapping[str, tuple[Unwell, ...]] = {}
    if isinstance(roles, CloudRoles):
        asked = roles.unwell(deployed.plan)
    found = [entry for entries in asked.values() for entry in entries]
    found += _fenced(roles.fenced(deployed.plan))
    for name, database in sorted(observed.items()):
        if name not in asked:
            found += _observed(database)
    return tuple(sorted(found, key=lambda entry: not entry.breaks))


def _fenced(sites: Iterable[str]) -> "Iterator[Unwell]":
    """What a forced failover has shut out: it takes over nothing until it is let in."""
    from tricenter.lab.unwell import Breaks, Unwell

    for site in sites:
        yield Unwell(
            code="fenced",
            where=site,
            says=f"{site} is shut out since a failover was forced",
            next="tricenter failback",
            mends="verb",
            breaks=(Breaks(measure="failover"),),
        )


def _observed(roles: "DatabaseRoles") -> "Iterator[Unwell]":
    """What is wrong with a database of which only the cloud tells."""
    from tricenter.lab.unwell import Breaks, Unwell

    name = roles.database
    if roles.leader is None:
        yield Unwell(
            code="no-leader",
            where=name,
            says=f"{name} has no leader, or two",
            breaks=(Breaks(measure="failover", database=name),),
        )
    for member in roles.members:
        if member.health in {"gone", "unknown"}:
            gone = member.health == "gone"
            said = "is stopped or not a copy of the leader" if gone else "does not answer"
            yield Unwell(
                code="member-gone" if gone else "member-silent",
                where=f"{name}/{member.site}",
                says=f"{name} in {member.site} {said}",
            )


def _lag(member: "MemberRole") -> str:
    from tricenter.topology.forecast.words import seconds

    if member.health == "leads":
        return "-"
    if member.lag_s is not None:
        return seconds(member.lag_s)
    return "unknown" if member.lag_bytes is None else f"{member.lag_bytes} bytes"
