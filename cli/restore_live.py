"""`tricenter restore --replace`: what is asked before a restored copy becomes the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from tricenter.lab.backup.asking import Source
    from tricenter.lab.stack import Stack
    from tricenter.topology.plan import Plan, PlannedDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is restored, from which place, to which site and moment; what need not be asked."""

    database: str
    place: str | None
    site: str | None
    moment: datetime | None
    discard: bool
    yes: bool


def restore(stack: "Stack", asked: Asked) -> "tuple[Source, dict[str, Any]]":
    """Restore and make it the database; from where it came, and the facts of it."""
    from tricenter.cli.role_turn import held_turn
    from tricenter.lab.backup import asking

    with held_turn(stack.roles_lock, stack.id, "restore"):
        plan, site = prepare(stack, asked)
        source = asking.choose_source(stack, asked.database, asked.place, site)
        found = asking.restore(stack, asked.database, source, asked.moment, keep=True)
        adopt(stack, plan, asked.database, found["name"], source.site)
        return source, found


def prepare(stack: "Stack", asked: Asked) -> "tuple[Plan, str]":
    """The plan, and the site that is to lead: the named one, else the preferred.

    LabError where a copy is off, or where tables are served that nobody has given up.
    """
    from tricenter.cli.role_change import ask
    from tricenter.lab.backup.adopting import live_tables, refuse_absent
    from tricenter.lab.deployed import deployed_plan
    from tricenter.lab.errors import LabError

    plan, name = deployed_plan(stack), asked.database
    database = _database(plan, name)
    chosen = asked.site or database.prefer
    if chosen not in {member.site for member in database.members}:
        raise LabError(f"{name} has no copy in {chosen!r}")
    refuse_absent(stack, database)
    tables = live_tables(stack, database)
    if tables and not asked.discard:
        raise LabError(
            f"refused: the {name} that serves now has {tables} table(s), which would be gone; "
            "--discard-live gives them up"
        )
    ask(f"replace every copy of {name} in stack {stack.id} by what is restored?", asked.yes)
    return plan, chosen


def adopt(stack: "Stack", plan: "Plan", name: str, scratch: str, site: str) -> None:
    """Make the scratch instance the database, saying what happens."""
    from tricenter.lab.backup import adopting

    database = _database(plan, name)
    adopting.adopt(stack, plan, database, scratch, site, lambda said: typer.echo(said, err=True))


def _database(plan: "Plan", name: str) -> "PlannedDatabase":
    from tricenter.lab.errors import LabError

    found = next((database for database in plan.databases if database.name == name), None)
    if found is None:
        raise LabError(f"there is no database {name!r}")
    return found
