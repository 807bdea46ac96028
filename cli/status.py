"""`tricenter status`: how a deployed stack is now, once or live."""

import sys
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tricenter.cli.cleaning import clean, raw
from tricenter.cli.errors import PROBLEM
from tricenter.cli.lab_stack import DEFAULT, LabStack, find_stack, is_id
from tricenter.cli.offline_mode import Offline
from tricenter.cli.output import Format, Table, as_json_text, is_terminal, markdown, text
from tricenter.cli.status_promises import status_promises
from tricenter.cli.status_verdict import verdict
from tricenter.cli.target import heading

if TYPE_CHECKING:
    from tricenter.lab.observed import Status
    from tricenter.topology.plan import Plan

FORMAT = "tricenter.status/v1"
EVERY_S = 1.0
STYLES = {
    "on": "green", "off": "bold red", "leader": "bold green", "streaming": "green",
    "kept": "green", "not kept now": "bold red", "second server": "bold red",
}  # fmt: skip
STREAMS = "streaming"
"""Of a copy that does, it can be told how far it is behind."""
BAD = frozenset({"no answer", "down", "none"})


def register(app: typer.Typer) -> None:
    """Add `status` to the command line."""

    @app.command()
    def status(  # pyright: ignore[reportUnusedFunction]
        stack: LabStack = None,
        watch: Annotated[
            bool, typer.Option("--watch", "-w", help="Go on until Ctrl-C, refreshed each second.")
        ] = False,
        offline: Offline = False,
        format: Annotated[Format, typer.Option(help="How to print.")] = "text",  # noqa: A002
    ) -> None:
        """Show hosts, store, leaders, replicas and the names' answers of a deployed stack.

        Each objective of the spec is said to be kept at this moment or not, then what is unwell
        with its reason and the one next command. Of a stack on a cloud: who leads each database,
        and how far the others are behind. Exit code 0 if all is well, 1 if something is down or
        wrong.
        """
        del offline  # its callback has done it
        if is_on_cloud(stack):
            from tricenter.cli.cloud_status import show_status

            show_status(stack or DEFAULT, format, EVERY_S * 5 if watch else None)
            return
        from tricenter.lab.deployed import deployed_plan
        from tricenter.lab.status import collect

        handle = find_stack(stack)
        plan = deployed_plan(handle)
        if watch:
            _watch(lambda: collect(handle, plan), plan, format)
            return
        found = collect(handle, plan)
        if format == "text" and is_terminal():
            from rich.console import Console

            Console().print(_drawn(found, plan))
        else:
            typer.echo(_printed(found, plan, format), nl=False)
        if found.problems:
            raise typer.Exit(PROBLEM)


def is_on_cloud(name: str | None) -> bool:
    """Whether the settings of the project's stack, by default of `dev`, name a cloud.

    A lab's id says by itself what it is.
    """
    from tricenter.cli.stack_settings import settings_here

    if is_id(name):
        return False
    return settings_here(name or DEFAULT).target != "lab"


def tables(status: "Status", plan: "Plan") -> tuple[Table, ...]:
    """The status as tables: hosts, members, names."""
    sites = {member.address: member.site for d in plan.databases for member in d.members}
    sites |= {a: s for r in plan.zone.records for s, found in r.addresses for a in found}
    hosts = tuple(
        (
            host.name,
            host.city or "-",
            "on" if host.on else "off",
            "-" if host.voice is None else "serves" if host.voice else "down",
            f"{len(host.services)} up" + (f", down: {', '.join(host.down)}" if host.down else ""),
            f"{host.memory / 2**20:.0f} MiB",
        )
        for host in status.hosts
    )
    members = tuple(
        (
            database.name if index == 0 else "",
            member.site,
            member.role,
            member.state,
            "yes" if member.sync else "-",
            "-" if member.lag is None else f"{member.lag / 1024:.0f} KiB",
            "-" if member.timeline is None else str(member.timeline),
        )
        for database in status.databases
        for index, member in enumerate(database.members)
    )
    names = [name for name, _ in status.servers[0].answers] if status.servers else []
    by_name = tuple(
        (name, *(_answer(dict(server.answers)[name], sites) for server in status.servers))
        for name in names
    )
    shown = (
        Table(
            title=f"{heading(status.topology, 'lab')}: {status.stack}",
            columns=("HOST", "CITY", "POWER", "VOICE", "SERVICES", "MEMORY"),
            rows=hosts,
        ),
        Table(
            title="Databases",
            columns=("DATABASE", "SITE", "ROLE", "STATE", "SYNC", "LAG", "TIMELINE"),
            rows=members,
        ),
        Table(
            title="Names, as each server answers them",
            columns=("NAME", *(server.site for server in status.servers)),
            rows=by_name,
        ),
        *status_promises(status),
    )
    blind = [
        f"{database.name} in {member.site}"
        for database in status.databases
        for member in database.members
        if member.lag is None and member.role != "leader" and member.state == STREAMS
    ]
    leaders = {database.name: database.leader for database in status.databases}
    notes = verdict(plan, leaders, blind, unwell=bool(status.unwell))
    return (*shown[:-1], replace(shown[-1], notes=notes))


def _answer(addresses: tuple[str, ...] | None, sites: dict[str, str]) -> str:
    """The sites that an answer names, with the number of their addresses where it is not one."""
    if addresses is None:
        return "no answer"
    named = [sites.get(address, address) for address in addresses]
    counts = {site: named.count(site) for site in dict.fromkeys(named)}
    return ", ".join(s if n == 1 else f"{s} x{n}" for s, n in counts.items()) or "none"


def _printed(status: "Status", plan: "Plan", format: Format) -> str:  # noqa: A002
    if format == "json":
        data = asdict(status)
        data["servers"] = [
            {**server, "answers": dict(server["answers"])} for server in data["servers"]
        ]
        data["problems"] = list(status.problems)
        return as_json_text({"format": FORMAT, **data})
    draw = text if format == "text" else markdown
    return "\n".join(draw(table) for table in tables(status, plan))


def _drawn(status: "Status", plan: "Plan") -> Any:
    """The tables for a terminal."""
    from rich.console import Group
    from rich.table import Table as Drawn
    from rich.text import Text

    parts: list[Any] = []
    for table in tables(status, plan):
        drawn = Drawn(title=table.title, title_justify="left", header_style="bold")
        for column in table.columns:
            drawn.add_column(column, overflow="fold")
        for row in table.rows:
            drawn.add_row(*(Text(clean(cell), style=_style(cell)) for cell in row))
        parts.append(drawn)
        colour = "bold red" if status.unwell else "green"
        parts += [Text(clean(note), style=colour) for note in table.notes]
    return Group(*parts)


def _style(cell: str) -> str:
    if cell in BAD or ", down: " in cell:
        return "bold red"
    return STYLES.get(cell, "")


def _watch(collect: Any, plan: "Plan", format: Format) -> None:  # noqa: A002
    """Show the status again and again: in place on a terminal, one after the other elsewhere."""
    if format != "text" or not is_terminal():
        while True:
            typer.echo(_printed(collect(), plan, format))
            time.sleep(EVERY_S)
    from rich.console import Console
    from rich.live import Live

    console = Console(file=raw(sys.stdout))
    with Live(_drawn(collect(), plan), console=console, auto_refresh=False) as live:
        while True:
            time.sleep(EVERY_S)
            live.update(_drawn(collect(), plan), refresh=True)
