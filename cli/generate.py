"""`tricenter generate`: a Pulumi project of its own, with which a team can leave tricenter."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from tricenter.cli.target import Target


def register(app: typer.Typer) -> None:
    """Add `generate` to the command line."""

    @app.command()
    def generate(  # pyright: ignore[reportUnusedFunction]
        spec: Annotated[Path, typer.Argument(help="The topology's YAML file.")],
        out: Annotated[Path, typer.Option("--out", "-o", help="A new or empty folder.")],
        target: Target = None,
        profile: Annotated[
            Literal["production", "drill"], typer.Option(help="What is protected.")
        ] = "production",
        stack: Annotated[str, typer.Option("--stack", "-s", help="Name of its stack.")] = "prod",
        force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    ) -> None:
        """Write a readable Pulumi project in Python that deploys the same resources.

        Types and names are those of a direct deployment, so its state can be taken over.
        """
        from tricenter.cli.target import chosen_target, heading, refuse_misplaced
        from tricenter.generate.project import Wanted, record_deployment, write_project
        from tricenter.setup.places import checkout
        from tricenter.topology import document
        from tricenter.topology.validate import validate

        if out.exists() and (not out.is_dir() or any(out.iterdir())) and not force:
            raise typer.BadParameter(f"{out} is not empty: --force", param_hint="--out")
        # What is wrong is said with its lines, before any program runs.
        read = document.load(spec)
        topology = validate(read)
        on = chosen_target(topology, target)
        if on == "lab":
            raise typer.BadParameter("the lab's resources need tricenter", param_hint="--target")
        refuse_misplaced(read, topology, [on])
        wanted = Wanted(
            root=checkout(),
            spec=str(spec.resolve()),
            named=named(spec),
            target=on,
            profile=profile,
            stack=stack,
            project=project_here(),
        )
        files = write_project(record_deployment(wanted), wanted)
        for path, text in files.items():
            place = out / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        first = heading(topology.name, on)
        typer.echo(f"{first}: {len(files)} files in {out}; its README says how to deploy")


def named(spec: Path) -> str:
    """What a generated file calls a spec: its path from here, or its name where it lies elsewhere;
    the folders of this machine are nothing to others."""
    here = os.path.relpath(spec.resolve())
    return spec.name if here.startswith(os.pardir) else here


def project_here() -> str:
    """The name of the project here, whose deployment the new one takes over; else tricenter's."""
    from tricenter.cli.project import ProjectError, find_project

    try:
        return find_project().name
    except ProjectError:
        return "tricenter"
