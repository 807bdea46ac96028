"""What switchover, failover and failback share: which databases move, and what is true then."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tricenter.cli.errors import ENVIRONMENT, PROBLEM
from tricenter.cli.output import Format, Table, show

if TYPE_CHECKING:
    from tricenter.cli.stack_settings import StackSettings
    from tricenter.roles.interface import DatabaseRoles, Roles
    from tricenter.topology.plan import Plan

FORMAT = "tricenter.roles/v1"
To = Annotated[str, typer.Option("--to", help="The site that shall lead.")]
Database = Annotated[
    str | None, typer.Option("--database", help="Only this database; by default all.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A deployed stack whose roles can be asked: its settings, its plan, and how things are."""

    settings: "StackSettings"
    plan: "Plan"
    roles: "Roles"
    observed: Mapping[str, "DatabaseRoles"]

    def leader(self, database: str) -> str | None:
        """The site that leads a database now."""
        found = self.observed.get(database)
        return found.leader if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One database that is to be led from another site; `before` is None when nobody leads."""

    database: str
    before: str | None
    to: str


@dataclass(slots=True, kw_only=True)
class Done:
    """What became of a verb: a result for each move, what is left to do, and why it is not well."""

    results: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    left: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    code: int = 0


def open_roles(stack: str) -> "tuple[StackSettings, Plan, str, Roles]":
    """A stack's settings, plan, id and roles, whether it is deployed or not."""
    import os

    from tricenter.cli.lab_stack import refuse_strange
    from tricenter.cli.stack_settings import settings_here
    from tricenter.roles.interface import load_roles
    from tricenter.topology.names import stack_id

    settings = settings_here(stack)
    plan = settings.plan()
    identity = stack_id(plan.topology, stack)
    if settings.target == "lab":
        from tricenter.lab.deployed import deployed_plan
        from tricenter.lab.stack import Stack

        handle = Stack(identity)
        if handle.exists:
            refuse_strange(handle)
            plan = deployed_plan(handle)
    if settings.google_project:
        # As the engine tells it to the program and the provider.
        os.environ.setdefault("GOOGLE_PROJECT", settings.google_project)
    return settings, plan, identity, load_roles(settings.target, identity)


def open_deployed(stack: str) -> Deployed:
    """The stack as it is now; RoleError when nothing is deployed."""
    from tricenter.roles.interface import RoleError

    settings, plan, identity, roles = open_roles(stack)
    observed = roles.observe(plan)
    if not observed:
        raise RoleError(
            f"{settings} ({identity}) is not deployed, or none of its "
            "databases can be asked from here"
        )
    return Deployed(settings=settings, plan=plan, roles=roles, observed=observed)


def chosen(deployed: Deployed, database: str | None) -> tuple[str, ...]:
    """The databases that a verb is about; RoleError for a name that is none."""
    from tricenter.roles.interface import RoleError

    names = tuple(entry.name for entry in deployed.plan.databases)
    if database is None:
        return names
    if database not in names:
        raise RoleError(f"there is no database {database!r}; there are: {', '.join(names)}")
    return (database,)


def moves_to(deployed: Deployed, names: tuple[str, ...], site: str) -> tuple[Move, ...]:
    """The moves that a verb to one site takes, without databases that it leads already.

    RoleError for a site without a copy of one of them.
    """
    from tricenter.roles.interface import planned

    for name in names:
        planned(deployed.plan, name, site)
    return tuple(
        Move(database=name, before=deployed.leader(name), to=site)
        for name in names
        if deployed.leader(name) != site
    )


def perform(moves: tuple[Move, ...], move: Callable[[str, str], None]) -> Done:
    """Do the moves one after the other; the first that fails ends them, and is told.

    Where only the copies do not follow the new leader, that is told, and the next move done.
    """
    from tricenter.roles.interface import RoleError, Unfollowed

    done = Done(results={entry.database: "not tried" for entry in moves})
    for entry in moves:
        typer.echo(f"{entry.database}: {entry.before or 'nobody'} -> {entry.to}", err=True)
        began = time.monotonic()
        try:
            move(entry.database, entry.to)
        except Unfollowed as error:
            done.notes.append(str(error))
            done.code = PROBLEM
        except RoleError as error:
            done.results[entry.database] = "failed"
            done.notes.append(str(error))
            done.code = PROBLEM
            break
        done.results[entry.database] = "leads"
        took = time.monotonic() - began
        typer.echo(f"{entry.database}: {entry.to} leads, after {took:.1f} s", err=True)
    return done


def settle(deployed: Deployed, done: Done) -> None:
    """Bring the engine's state up to date, and see that it finds nothing to change.

    The change of roles itself is done by then: an engine that cannot be used is only told.
    """
    from tricenter.cli.after_roles import lost_regions, note_order, refresh_databases, remaining
    from tricenter.cli.engine import EngineError, open_engine

    observed = deployed.roles.observe(deployed.plan)
    done.notes += away(deployed, done, observed)
    # On a cloud a region that does not answer is as lost as one that says so.
    away_from = {"gone"} if deployed.settings.target == "lab" else {"gone", "unknown"}
    lost = {m.site for roles in observed.values() for m in roles.members if m.health in away_from}
    lost |= set(deployed.roles.fenced(deployed.plan))
    silent = {m.site for roles in observed.values() for m in roles.members if m.health == "unknown"}
    names = lost | lost_regions(deployed.plan, silent)
    try:
        engine = open_engine(deployed.settings.stack)
        if not engine.exists():
            done.notes.append(f"the engine knows no stack {engine.stack}: nothing to refresh")
            return
        typer.echo("the roles are changed; Pulumi reads the databases anew", err=True)
        refresh_databases(engine, deployed.plan, names)
        typer.echo("Pulumi looks for what is left to change", err=True)
        done.left = remaining(engine)
        if not done.left and deployed.settings.target != "lab":
            # Units of the lab have no order among their databases; on clouds the leader goes last.
            typer.echo("Pulumi notes the new order of the databases", err=True)
            note_order(engine)
    except EngineError as error:
        done.notes.append(f"the roles are changed, but the engine could not be used: {error}")
        done.code = done.code or ENVIRONMENT
        return
    starts = tuple(f"{deployed.plan.topology}-{name}-" for name in sorted(names))
    own = [step for step in done.left if not step["name"].startswith(starts or ("\0",))]
    for step in done.left:
        done.notes.append(f"preview: {step['op']} {step['name']} ({step['kind']})")
    if lost:
        done.notes.append(f"{', '.join(sorted(lost))}: not there or fenced, and not refreshed")
    if not done.left:
        done.notes.append("preview: nothing to change")
    elif own:
        done.code = done.code or PROBLEM


def away(
    deployed: Deployed, done: Done, observed: "Mapping[str, DatabaseRoles]"
) -> tuple[str, ...]:
    """A sentence for each copy of what has moved that was not there before, and is not now."""

    def absent(roles: "DatabaseRoles") -> set[str]:
        return {m.site for m in roles.members if m.health in {"gone", "lags"}}

    return tuple(
        f"{site} did not follow {name} before, and does not now: tricenter status says why"
        for name, result in done.results.items()
        if result == "leads" and name in observed and deployed.settings.target == "lab"
        for site in sorted(absent(deployed.observed[name]) & absent(observed[name]))
    )


def report(
    verb: str,
    deployed: Deployed,
    moves: tuple[Move, ...],
    done: Done,
    format: Format,  # noqa: A002
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Print what was done, and end with the exit code that it deserves."""
    rows = tuple(
        (entry.database, entry.before or "nobody", entry.to, done.results[entry.database])
        for entry in moves
    )
    notes = tuple(done.notes) if moves else ("nothing to do: it is so already", *done.notes)
    data = {
        "format": FORMAT,
        "verb": verb,
        "stack": deployed.settings.stack,
        "project": deployed.settings.project,
        "target": deployed.settings.target,
        "moves": [{**asdict(e), "result": done.results[e.database]} for e in moves],
        "preview": done.left,
        "notes": list(notes),
        **(extra or {}),
    }
    columns = ("database", "from", "to", "result")
    title = f"{verb} of {deployed.settings}"
    show(Table(columns=columns, rows=rows, title=title, notes=notes, data=data), format)
    if done.code:
        raise typer.Exit(done.code)


def ask(question: str, yes: bool) -> None:
    """Ask the person at the terminal unless `--yes`; where there is none, `--yes` is needed."""
    import sys

    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody can be asked here", param_hint="--yes")
    typer.confirm(question, abort=True, err=True)
