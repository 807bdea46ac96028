"""`tricenter exec` and `tricenter service`: an on-call engineer's hands in a site of the lab."""

import sys
from typing import Annotated, Literal

import typer

from tricenter.cli.lab_stack import LabStack, find_stack


def register(app: typer.Typer) -> None:
    """Add `exec` and `service` to the command line."""
    app.command(context_settings={"ignore_unknown_options": True})(exec_)
    app.registered_commands[-1].name = "exec"
    app.command()(service)


def exec_(
    site: Annotated[str, typer.Argument(help="A site or witness.")],
    command: Annotated[list[str], typer.Argument(help="What to run, after --.")],
    user: Annotated[str, typer.Option("--user", help="As whom: root or postgres.")] = "root",
    stack: LabStack = None,
) -> int:
    """Run a program inside a site, with the site's network, files and processes.

    The runbooks are written with it: tricenter exec tianfu -- etcdctl version
    """
    from tricenter.lab.host import run_in_host

    done = run_in_host(
        find_stack(stack), site, command, user=None if user == "root" else user, timeout=3600
    )
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    return done.returncode


def service(
    site: Annotated[str, typer.Argument(help="A site or witness.")],
    action: Annotated[Literal["list", "stop", "start", "restart"], typer.Argument()],
    name: Annotated[str | None, typer.Argument(help="The service, as `list` names it.")] = None,
    stack: LabStack = None,
    output: Annotated[Literal["text", "json", "markdown"], typer.Option("--format")] = "text",
) -> None:
    """List, stop, start or restart what a site's supervisor watches."""
    from tricenter.cli.output import Table, show
    from tricenter.lab import service as services

    chosen = find_stack(stack)
    if action != "list":
        if name is None:
            raise typer.BadParameter(f"{action} needs the name of a service")
        act = {
            "stop": services.stop_service,
            "start": services.start_service,
            "restart": services.restart_service,
        }[action]
        act(chosen, site, name)
    rows = tuple(
        (entry.name, entry.state, str(entry.restarts), entry.detail or "")
        for entry in services.services(chosen, site)
    )
    show(Table(columns=("service", "state", "restarts", "detail"), rows=rows), output)
