"""`tricenter plan`: what each place gets."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.costs import cost_tables
from tricenter.cli.output import Format, Table, Width, as_json_text, markdown, screen, text
from tricenter.cli.spec_argument import Spec, chosen_spec
from tricenter.cli.target import Target, chosen_target, refuse_misplaced

if TYPE_CHECKING:
    from tricenter.topology.plan import (
        Plan,
        PlannedDatabase,
        PlannedHost,
        PlannedMember,
        PlannedRecord,
    )

FORMAT = "tricenter.plan/v1"


def register(app: typer.Typer) -> None:
    """Add `plan` to the command line."""

    @app.command()
    def plan(  # pyright: ignore[reportUnusedFunction]
        spec: Spec = None,
        target: Target = None,
        cost: Annotated[
            bool, typer.Option("--cost", help="What it costs a month, and what a drill costs.")
        ] = False,
        prices: Annotated[
            list[Path] | None,
            typer.Option(help="Prices of your own for a cloud (YAML); may be repeated."),
        ] = None,
        format: Annotated[Format, typer.Option(help="How to print.")] = "text",  # noqa: A002
        width: Width = None,
    ) -> None:
        """Say what each site gets: addresses, database members, voices, name servers, backups.

        Computed from the spec alone; what a deployment would change is `tricenter preview`.
        """
        from tricenter.policies.gather import expect
        from tricenter.topology import document
        from tricenter.topology.compile import compile_plan
        from tricenter.topology.validate import validate

        read = document.load(chosen_spec(spec))
        topology = validate(read)
        on = chosen_target(topology, target)
        refuse_misplaced(read, topology, (on,))
        today = datetime.now(UTC).date()
        made = compile_plan(topology, on, expected=expect(topology, on, today))
        if cost:
            if on == "lab":
                raise typer.BadParameter(
                    "the lab costs nothing: name a cloud", param_hint="--target"
                )
            shown = cost_tables(made, prices or [])
            data = shown[0].data
        else:
            shown = tables(made)
            data = {"format": FORMAT, **asdict(made)}
        if format == "json":
            typer.echo(as_json_text(data), nl=False)
            return
        columns = screen(width)
        drawn = (text(one, columns) if format == "text" else markdown(one) for one in shown)
        typer.echo("\n".join(drawn), nl=False)


def tables(plan: "Plan") -> tuple[Table, ...]:
    """The plan as tables: hosts, databases, names, backups, links."""
    found = (_hosts(plan), _members(plan), _names(plan), _backups(plan), _links(plan))
    return tuple(table for table in found if table.rows)


def _hosts(plan: "Plan") -> Table:
    servers = {server.site: server.provider for server in plan.zone.servers}
    kept = {site: [b.name for b in plan.backups if site in b.repositories] for site in servers}
    rows = tuple(
        (
            host.name,
            host.city or "-",
            _place(host),
            "yes" if host.voice else "-",
            ", ".join(member.database for member in plan.members_of(host.name)) or "-",
            ", ".join(plan.zone.services) or servers.get(host.name, "-"),
            ", ".join(kept.get(host.name, [])) or "-",
            f"{host.capacity_tps}" if host.kind == "site" else "-",
        )
        for host in plan.hosts
    )
    columns = ("HOST", "CITY", "PLACE", "VOICE", "DATABASES", "NAMES OF", "REPOSITORY", "TPS")
    title = f"{plan.topology} on target {plan.target}, plan {plan.digest}: what each place gets"
    return Table(title=title, columns=columns, rows=rows)


def _place(host: "PlannedHost") -> str:
    """Where a host stands: its zone and subnet on a cloud, its address on the lab."""
    return f"{host.place.zone} {host.place.subnet}" if host.place else host.address


def _listens(database: "PlannedDatabase", member: "PlannedMember") -> str:
    """What a member is: its service and size on a cloud, its address on the lab."""
    if database.service == "patroni":
        return f"{member.address}:{member.port}"
    return f"{database.service} {member.machine or '(default size)'}"


def _members(plan: "Plan") -> Table:
    rows: list[tuple[str, ...]] = []
    for database in plan.databases:
        commit = database.mode + (f" {database.acks}" if database.mode != "async" else "")
        for index, member in enumerate(database.members):
            first = index == 0
            rows.append(
                (
                    f"{database.name}" if first else "",
                    member.site,
                    _listens(database, member),
                    "yes" if member.voter else "-",
                    "prefers to lead" if member.site == database.prefer else "",
                    commit if first else "",
                    database.writer if first else "",
                )
            )
    columns = ("DATABASE", "SITE", "LISTENS", "VOTER", "ROLE", "COMMIT", "WRITER")
    return Table(title="Databases", columns=columns, rows=tuple(rows))


def _names(plan: "Plan") -> Table:
    rows: list[tuple[str, ...]] = []
    for record in plan.zone.records:
        for pool in record.pools:
            steps = " > ".join(", ".join(step) for step in pool.steps)
            rows.append(
                (
                    record.name,
                    f"{record.ttl:g}s",
                    ", ".join((*pool.geos, *pool.subnets)),
                    steps,
                    _checked(record),
                )
            )
    columns = ("NAME", "TTL", "CLIENTS", "ANSWERED BY", "CHECK")
    return Table(title=f"Zone {plan.zone.name}", columns=columns, rows=tuple(rows))


def _checked(record: "PlannedRecord") -> str:
    """How the addresses of a name are checked, in a few words."""
    if record.request is None:
        return f"tcp {record.check_port}"
    asked = record.request
    return f"{asked.scheme}://{asked.host}:{record.check_port}{asked.path}"


def _backups(plan: "Plan") -> Table:
    rows = tuple(
        (
            backup.name,
            ", ".join(backup.databases),
            backup.full,
            backup.incremental or "-",
            f"{backup.daily} d, {backup.weekly} w, {backup.monthly} m",
            ", ".join((*backup.repositories, *backup.vaults)),
        )
        for backup in plan.backups
    )
    columns = ("BACKUP", "OF", "FULL", "INCREMENTAL", "KEPT", "COPIES")
    return Table(title="Backups", columns=columns, rows=rows)


def _links(plan: "Plan") -> Table:
    rows = tuple(
        (" - ".join(link.between), f"{link.rtt * 1000:g} ms", link.source) for link in plan.links
    )
    return Table(title="Links", columns=("BETWEEN", "ROUND TRIP", "SOURCE"), rows=rows)
