"""`tricenter key`: the key of a lab's backups, for whoever has a vault and nothing else."""

import typer

from tricenter.cli.lab_stack import LabStack, find_stack


def register(app: typer.Typer) -> None:
    """Add `key` to the command line."""

    @app.command()
    def key(stack: LabStack = None) -> None:  # pyright: ignore[reportUnusedFunction]
        """Print the key of the backups of a lab's stack, as pgBackRest reads it.

        Without it a vault is of no use. It is with the stack and in the site that has the
        repository; `restore` takes it from the stack by itself. Keep a copy in a safe, away from
        both: who has it and a vault has every row.
        """
        from tricenter.lab.backup.key import key_text
        from tricenter.lab.services.repository import key as key_of

        typer.echo(key_text(key_of(find_stack(stack))), nl=False)
