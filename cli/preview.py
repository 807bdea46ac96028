"""`tricenter preview`: what `tricenter up` would change, and what policy packs say of it."""

from pathlib import Path
from typing import Annotated

import typer

from tricenter.cli.errors import PROBLEM
from tricenter.cli.offline_mode import Offline
from tricenter.cli.up import Printed, Stack

Packs = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy-pack",
        metavar="DIR",
        exists=True,
        file_okay=False,
        resolve_path=True,
        help="Judge the preview by this pack (`policies` is tricenter's own); once for each.",
    ),
]
PackConfigs = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy-pack-config",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        resolve_path=True,
        help="The configuration of the pack, JSON; once for each, in the same order.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add `preview` to the command line."""

    @app.command()
    def preview(  # pyright: ignore[reportUnusedFunction]
        stack: Stack = "dev",
        offline: Offline = False,
        policy_pack: Packs = None,
        policy_pack_config: PackConfigs = None,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Show the engine's difference between what is there and what the spec asks for.

        Of self-managed databases on a cloud the members are asked as well: settings that have left
        the spec are warned of. Nothing is written: no stack is made, no settings file touched.

        Exit code 1 if the spec or a policy pack refuses, with the reasons also in JSON.
        """
        del offline  # its callback has done it
        from tricenter.cli.deployment import report, run
        from tricenter.cli.drift import drift
        from tricenter.cli.engine import EngineError, open_engine
        from tricenter.cli.progress import Outcome
        from tricenter.cli.subject import begin
        from tricenter.cli.unwritten import unwritten

        settings = begin("preview", stack, format)
        outcome = Outcome()
        try:
            with unwritten(open_engine(stack)) as (engine, needed):
                asked = (*needed, *flags(policy_pack, policy_pack_config))
                run(engine, "preview", asked, format, outcome)
        except EngineError:
            if not outcome.refused:
                raise
        report("preview", settings, outcome, format, drift(stack))
        if outcome.refused:
            raise typer.Exit(PROBLEM)


def flags(packs: list[Path] | None, configs: list[Path] | None) -> list[str]:
    """The engine's flags for packs and their configurations."""
    found = [word for pack in packs or () for word in ("--policy-pack", str(pack))]
    found += [word for file in configs or () for word in ("--policy-pack-config", str(file))]
    return found
