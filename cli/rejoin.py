"""`tricenter rejoin`: a site's copies come back by the cheapest way that is safe."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.offline_mode import Offline
from tricenter.cli.output import Table, show
from tricenter.cli.role_change import Database
from tricenter.cli.up import Printed, Stack, Yes

if TYPE_CHECKING:
    from tricenter.cli.stack_settings import StackSettings
    from tricenter.roles.interface import Return

FORMAT = "tricenter.rejoin/v1"
WAYS = {
    "none": "nothing to do",
    "wait": "wait, then copy anew",
    "fetch": "restore from the archive",
    "copy": "copy anew",
}


def register(app: typer.Typer) -> None:
    """Add `rejoin` to the command line."""

    @app.command()
    def rejoin(  # pyright: ignore[reportUnusedFunction]
        site: Annotated[str, typer.Argument(help="The site whose copies come back.")],
        database: Database = None,
        anew: Annotated[
            bool,
            typer.Option("--from-nothing", help="Throw the copies away and make them anew."),
        ] = False,
        stack: Stack = "dev",
        yes: Yes = False,
        offline: Offline = False,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Bring the copies of a site back, by the cheapest way that is safe.

        A copy that follows is left alone; one whose leader no longer has the log that it needs
        restores it from the archive; one that cannot be rewound is made anew. Which way and why
        is said before anything is done. It may be killed and run again. A site without power, or
        without disks, is built anew by `tricenter up`.
        """
        del offline  # its callback has done it
        from tricenter.cli.role_turn import role_turn
        from tricenter.cli.subject import begin

        settings = begin("rejoin", stack, format)
        with role_turn(stack, "rejoin"):
            copies = _bring_back(stack, site, database, anew=anew, yes=yes)
            show(_table(settings, site, copies), format)


def _bring_back(
    stack: str, site: str, database: str | None, *, anew: bool, yes: bool
) -> "Sequence[Return]":
    """Say how each copy comes back, ask, and do it; the copies that it was about."""
    from tricenter.cli.role_change import ask, chosen, open_deployed
    from tricenter.roles.interface import RoleError

    deployed = open_deployed(stack)
    if site not in {host.name for host in deployed.plan.sites}:
        known = ", ".join(host.name for host in deployed.plan.sites)
        raise RoleError(f"there is no site {site!r}; there are: {known}")
    names = chosen(deployed, database)
    copies = [
        copy
        for copy in deployed.roles.returns(deployed.plan, site, anew=anew)
        if copy.database in names
    ]
    for copy in copies:
        typer.echo(f"{copy.database} in {site}: {WAYS[copy.way]} ({copy.why})", err=True)
    todo = [copy for copy in copies if copy.way != "none"]
    if todo:
        names = ", ".join(copy.database for copy in todo)
        ask(f"{deployed.settings}: bring back {names} in {site}?", yes)
    for copy in todo:
        deployed.roles.rejoin(deployed.plan, copy, lambda said: typer.echo(said, err=True))
    return copies


def _table(settings: "StackSettings", site: str, copies: "Sequence[Return]") -> Table:
    """What was done to each copy; it follows now."""
    rows = tuple((copy.database, WAYS[copy.way], copy.why) for copy in copies)
    done = any(copy.way != "none" for copy in copies)
    return Table(
        title=f"rejoin of {site}, {settings}",
        columns=("DATABASE", "WAY", "WHY"),
        rows=rows,
        notes=("every copy follows its leader",) if done else ("nothing to do: it is so already",),
        data={
            "format": FORMAT,
            "stack": settings.stack,
            "project": settings.project,
            "target": settings.target,
            "site": site,
            "copies": [asdict(copy) for copy in copies],
        },
    )
