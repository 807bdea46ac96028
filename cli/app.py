"""The `tricenter` command: every module of this folder with a `register` adds its verbs."""

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

import tricenter.cli
from tricenter.cli.errors import FINE, WRONG_USE, report


def build_app() -> typer.Typer:
    """The command line with all verbs, in alphabetical order."""
    app = typer.Typer(
        name="tricenter",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Two-site three-center databases: forecast a loss, deploy, lose a center, measure.",
    )
    app.callback()(_options)
    for module in sorted(entry.name for entry in pkgutil.iter_modules(tricenter.cli.__path__)):
        register = getattr(importlib.import_module(f"tricenter.cli.{module}"), "register", None)
        if register is not None:
            register(app)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("tricenter"))
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", is_eager=True, help="Print the version.", callback=_version
    ),
) -> None:
    del version


def run(arguments: Sequence[str]) -> int:
    """Runs one command; returns the exit code. No exception leaves."""
    try:
        result = build_app()(args=list(arguments), prog_name="tricenter", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        # What the parser of arguments raises can draw the usage as well.
        show = getattr(error, "show", None)
        if show is None:
            print(f"tricenter: error: {error.message}", file=sys.stderr)
        else:
            show()
        return WRONG_USE
    except (typer.Abort, KeyboardInterrupt):
        return report(KeyboardInterrupt())
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:  # noqa: BLE001 - the one place where everything ends as a message
        return report(error)
    return result if isinstance(result, int) else FINE


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))
