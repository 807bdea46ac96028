"""`tricenter down`: take a deployment away from any state that it may be in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import typer

from tricenter.cli.offline_mode import Offline
from tricenter.cli.up import Printed, Stack, Yes

STACK_TYPE = "tricenter-lab:index:Stack"
BUSY_S = 20.0
"""How long to wait for a verb on the same stack; what a killed engine started ends within 5 s."""


def register(app: typer.Typer) -> None:
    """Add `down` to the command line."""

    @app.command()
    def down(  # pyright: ignore[reportUnusedFunction]
        stack: Stack = "dev",
        yes: Yes = False,
        offline: Offline = False,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Destroy: works after a killed `up`, with a dead lab and without Pulumi's state.

        Ends every process, namespace, device and directory of the stack, then forgets the stack.
        A stack of profile `production` is protected: `up` with profile `drill` first.
        """
        del offline  # its callback has done it
        from tricenter.cli.begun import settle_begun
        from tricenter.cli.deployment import report, run
        from tricenter.cli.engine import EngineError, StackBusy, open_engine
        from tricenter.cli.progress import Outcome
        from tricenter.cli.project import find_project
        from tricenter.cli.subject import begin

        settings = begin("down", stack, format)
        root = find_project().root
        ids = {spec_stack_id(root, stack)}
        refuse_strange_labs(ids)
        engine = open_engine(stack, root)
        if not yes:
            _confirm(f"destroy {settings} with all its data?")
        outcome = Outcome()
        if engine.is_torn():
            for found in filter(None, ids):
                refuse_protected_lab(found, stack)
            if any(ids):
                for kept in engine.set_aside():
                    typer.echo(f"{kept} was cut off; sweeping by the stack's id", err=True)
        if engine.exists():
            state = engine.state()
            refuse_protected(state)
            ids |= set(lab_stacks(state))
            refuse_strange_labs(ids)
            settle_begun(engine)
            try:
                outcome = run(engine, "destroy", ("--yes", "--skip-preview"), format)
            except StackBusy:
                raise
            except EngineError as error:
                if not any(ids):
                    raise  # on a cloud nothing of ours can take away what the engine cannot
                typer.echo(f"{error}; sweeping by the stack's id", err=True)
        for found in sorted(filter(None, ids)):
            end(found)
        engine.remove()
        report("down", settings, outcome, format)


def refuse_strange_labs(ids: Iterable[str | None]) -> None:
    """StrangeLab if one of these is a lab of another project; nothing is done by then."""
    from tricenter.cli.lab_stack import refuse_strange
    from tricenter.lab.stack import Stack as LabStack

    for lab in map(LabStack, filter(None, ids)):
        if lab.exists:
            refuse_strange(lab)


def end(stack_id: str) -> None:
    """Sweep a lab stack; LabError naming what is left then, if anything is."""
    from tricenter.lab.errors import LabError
    from tricenter.lab.stack import Stack as LabStack
    from tricenter.lab.sweep import leftovers, sweep

    with LabStack(stack_id).locked("down", wait=BUSY_S):
        swept = {name: count for name, count in asdict(sweep(stack_id)).items() if count}
    if swept:
        counts = ", ".join(f"{count} {name}" for name, count in swept.items())
        typer.echo(f"swept what the engine did not know of {stack_id}: {counts}", err=True)
    if left := leftovers(stack_id):
        names = ", ".join(f"{found.kind} {found.name}" for found in left)
        raise LabError(f"stack {stack_id} is down, but these are left: {names}")


def refuse_protected(state: Mapping[str, Any]) -> None:
    """EngineError when the state protects something: a protected stack is not swept either."""
    from tricenter.cli.engine import EngineError

    held = sorted(r["urn"].rpartition("::")[2] for r in _resources(state) if r.get("protect"))
    if held:
        raise EngineError(
            f"{len(held)} resources are protected ({held[0]}, ...): set tricenter:profile to drill "
            "and run `tricenter up`, which lifts the protection; then `tricenter down`"
        )


def refuse_protected_lab(stack_id: str, stack: str) -> None:
    """EngineError for a lab of profile production, by its own record: its state cannot be read."""
    from tricenter.cli.engine import EngineError
    from tricenter.cli.stack_settings import settings_here
    from tricenter.lab.stack import Stack as LabStack

    lab = LabStack(stack_id)
    if not lab.exists or lab.state().profile != "production":
        return
    if settings_here(stack).profile != "drill":
        raise EngineError(
            f"the state of stack {stack} was cut off, so that what it protects is not known, and "
            "its profile is production: set tricenter:profile to drill; then `tricenter down`"
        )


def lab_stacks(state: Mapping[str, Any]) -> Iterator[str]:
    """The ids of the lab's stacks in a state, also of one that was only begun."""
    begun = (op["resource"] for op in state.get("pending_operations") or ())
    for resource in (*_resources(state), *begun):
        if resource.get("type") == STACK_TYPE and "stack" in resource.get("inputs", {}):
            yield resource["inputs"]["stack"]


def spec_stack_id(root: Path, stack: str, *, lab_alone: bool = True) -> str | None:
    """The id that the configured spec's stack would have, None when the spec cannot be read.

    With `lab_alone` it is also None for a stack on a cloud.
    """
    from tricenter.cli.stack_settings import read_stack_settings

    settings = read_stack_settings(root, stack)
    return None if lab_alone and settings.target != "lab" else settings.deployed_id()


def _resources(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], state.get("resources") or [])


def _confirm(question: str) -> None:
    import sys

    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody can be asked here", param_hint="--yes")
    typer.confirm(question, abort=True, err=True)
