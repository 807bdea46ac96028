"""`tricenter env`: the variables that make plain `pulumi` work in this checkout."""

import shlex

import typer


def register(app: typer.Typer) -> None:
    """Add `env` to the command line."""

    @app.command()
    def env() -> None:  # pyright: ignore[reportUnusedFunction]
        """Print shell lines for plain `pulumi`: eval "$(.venv/bin/tricenter env)".

        Puts the tools on PATH. Where no Pulumi backend is configured, it names a folder of yours.
        """
        from tricenter.setup.toolchain import pulumi_environment

        for name, value in pulumi_environment().items():
            typer.echo(f"export {name}={shlex.quote(value)}")
