"""`tricenter preview`: what `tricenter up` would change, and what policy packs say of it."""

from pathlib import Path
from typing import Annotated

import typer

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
        the spec are warned of. With a policy pack, a mandatory violation gives exit code 1.
        """
        del offline  # its callback has done it
        from tricenter.cli.deployment import report, run
        from tricenter.cli.drift import drift
        from tricenter.cli.engine import EngineError, open_engine
        from tricenter.cli.progress import Outcome

        engine = open_engine(stack)
        engine.make()
        outcome = Outcome()
        try:
            run(engine, "preview", flags(policy_pack, policy_pack_config), format, outcome)
        except EngineError:
            if not any(said.mandatory for said in outcome.policies):
                raise
        report("preview", engine, outcome, format, drift(stack))
        if any(said.mandatory for said in outcome.policies):
            raise typer.Exit(1)


def flags(packs: list[Path] | None, configs: list[Path] | None) -> list[str]:
    """The engine's flags for packs and their configurations."""
    found = [word for pack in packs or () for word in ("--policy-pack", str(pack))]
    found += [word for file in configs or () for word in ("--policy-pack-config", str(file))]
    return found
