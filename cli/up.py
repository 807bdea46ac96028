"""`tricenter up`: deploy the configured spec with the real engine."""

from typing import Annotated

import typer

from tricenter.cli.errors import PROBLEM
from tricenter.cli.offline_mode import Offline
from tricenter.cli.output import Format

Stack = Annotated[str, typer.Option("--stack", "-s", help="The project's Pulumi stack.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
PARALLEL = ("--parallel", "32")
"""Units at work at once: members and voices wait for each other, so none may wait for a place."""

Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="NAME", help="Data of this resource may go; once for each."),
]
Printed = Annotated[Format, typer.Option("--format", help="How to print the result.")]


def register(app: typer.Typer) -> None:
    """Add `up` to the command line."""

    @app.command()
    def up(  # pyright: ignore[reportUnusedFunction]
        stack: Stack = "dev",
        yes: Yes = False,
        allow: Allow = None,
        offline: Offline = False,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Deploy: what `pulumi up` does, with the stack made where there is none.

        Brings back what was stopped or killed, and changes nothing where nothing is wrong. A
        preview comes first, also with --yes: what it would delete, replace or detach of anything
        that holds data is refused with exit code 1, unless each is named by --allow.
        """
        del offline  # its callback has done it
        from tricenter.cli.begun import settle_begun
        from tricenter.cli.deployment import confirm, report, run
        from tricenter.cli.engine import EngineError, open_engine
        from tricenter.cli.guard import refuse_unless_allowed
        from tricenter.cli.progress import Outcome
        from tricenter.cli.subject import begin

        settings = begin("up", stack, format)
        refuse_fenced(stack)
        engine = open_engine(stack)
        engine.make()
        settle_begun(engine)
        preview = Outcome()
        try:
            run(engine, "preview", (), format, preview)
        except EngineError:
            if not preview.refused:
                raise
            report("preview", settings, preview, format)
            raise typer.Exit(PROBLEM) from None
        refuse_unless_allowed(preview.planned, allow or ())
        if not yes:
            confirm(f"deploy {settings}?", preview)
        outcome = run(engine, "up", ("--yes", "--skip-preview", *PARALLEL), format)
        prepare_roles(stack)
        report("up", settings, outcome, format)


def refuse_fenced(stack: str) -> None:
    """RoleError where a forced failover has shut hosts out: `up` would wait for them in vain.

    One whose disk is gone is let in: it knows nothing, and is built anew as any other.
    """
    from tricenter.cli.down import spec_stack_id
    from tricenter.cli.project import find_project
    from tricenter.roles.interface import RoleError

    identity = spec_stack_id(find_project().root, stack)
    if identity is None:
        return
    from tricenter.cli.lab_stack import refuse_strange
    from tricenter.lab.stack import Stack as LabStack
    from tricenter.roles.lab.fence import blank, fenced, lift

    lab = LabStack(identity)
    if lab.exists:
        refuse_strange(lab)
    for host in blank(lab):
        lift(lab, host)
        typer.echo(f"{host} is let in: its disk is gone, and what it knew with it", err=True)
    if hosts := fenced(lab):
        raise RoleError(
            f"{', '.join(hosts)} are fenced since a failover was forced: `tricenter failback` lets "
            "them in again, one voice of the store after the other"
        )


def prepare_roles(stack: str) -> None:
    """Do what a cloud needs once all is there, before a failover can be forced; say what it was.

    It changes nothing that the program declares, so that a preview stays empty.
    """
    from tricenter.cli.stack_settings import settings_here

    if settings_here(stack).target == "lab":
        return
    from tricenter.cli.role_change import open_roles
    from tricenter.roles.interface import RoleError

    try:
        _, plan, _, roles = open_roles(stack)
        for sentence in roles.prepare(plan):
            typer.echo(sentence, err=True)
    except RoleError as error:
        typer.echo(f"deployed, but not yet ready for a failover: {error}", err=True)
