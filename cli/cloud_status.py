"""`tricenter status` of a stack on a cloud: who leads each database, and how far others lag."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from tricenter.cli.errors import PROBLEM
from tricenter.cli.output import Format, Table, show

if TYPE_CHECKING:
    from tricenter.cli.role_change import Deployed
    from tricenter.roles.interface import DatabaseRoles, MemberRole

FORMAT = "tricenter.cloud-status/v1"


def show_status(stack: str, format: Format, every: float | None) -> None:  # noqa: A002
    """Print the status, once or each `every` seconds; exit code 1 if not all is well."""
    from tricenter.cli.role_change import open_deployed

    deployed = open_deployed(stack)
    while True:
        observed = deployed.roles.observe(deployed.plan)
        problems = tuple(find_problems(observed))
        show(table(deployed, observed, problems), format)
        if every is None:
            break
        time.sleep(every)
    if problems:
        raise typer.Exit(PROBLEM)


def table(
    deployed: "Deployed", observed: Mapping[str, "DatabaseRoles"], problems: tuple[str, ...]
) -> Table:
    """The members of each database, with what is wrong as notes."""
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
    from tricenter.roles.services import is_offline

    settings = deployed.settings
    emulated = ", emulated" if is_offline() else ""
    return Table(
        title=f"{deployed.plan.topology}, stack {settings.stack} on {settings.target}{emulated}",
        columns=("DATABASE", "SERVICE", "SITE", "STATE", "LAG"),
        rows=rows,
        notes=problems or ("all is well",),
        data={
            "format": FORMAT,
            "stack": settings.stack,
            "target": settings.target,
            "topology": deployed.plan.topology,
            "databases": [
                {"service": service[name], **asdict(roles)}
                for name, roles in sorted(observed.items())
            ],
            "problems": list(problems),
        },
    )


def find_problems(observed: Mapping[str, "DatabaseRoles"]) -> Iterator[str]:
    """What is wrong, in sentences."""
    for name, roles in sorted(observed.items()):
        if roles.leader is None:
            yield f"{name} has no leader, or two"
        for member in roles.members:
            if member.health in {"gone", "unknown"}:
                said = "is not there" if member.health == "gone" else "does not answer"
                yield f"{name} in {member.site} {said}"


def _lag(member: "MemberRole") -> str:
    from tricenter.topology.forecast.words import seconds

    if member.health == "leads":
        return "-"
    if member.lag_s is not None:
        return seconds(member.lag_s)
    return "unknown" if member.lag_bytes is None else f"{member.lag_bytes} bytes"
