"""The `tricenter` command: every module of this folder with a `register` adds its verbs.

A verb in a module of its name is started alone: the others are not even imported.
"""

import gc
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

import tricenter.cli
from tricenter.cli.cleaning import cleaned_output
from tricenter.cli.errors import ENVIRONMENT, FINE, FULL, WRONG_USE, report


def build_app() -> typer.Typer:
    """The command line with all verbs, in alphabetical order."""
    app = _empty_app()
    for module in sorted(_modules()):
        _register(app, module)
    return app


def build_verb(arguments: Sequence[str]) -> typer.Typer:
    """The command line with the one verb that the arguments begin with, where a module has its
    name; else, as for help and for what nobody knows, with all verbs."""
    verb = arguments[0] if arguments else ""
    module = verb.replace("-", "_")
    if module in _modules():
        app = _empty_app()
        _register(app, module)
        if verb in _verbs(app):
            return app
    return build_app()


def _empty_app() -> typer.Typer:
    app = typer.Typer(
        name="tricenter",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Two-site three-center databases: forecast a loss, deploy, lose a center, measure.",
    )
    app.callback()(_options)
    return app


def _modules() -> frozenset[str]:
    return frozenset(entry.name for entry in pkgutil.iter_modules(tricenter.cli.__path__))


def _register(app: typer.Typer, module: str) -> None:
    register = getattr(importlib.import_module(f"tricenter.cli.{module}"), "register", None)
    if register is not None:
        register(app)


def _verbs(app: typer.Typer) -> frozenset[str]:
    """The names of commands and of groups, as the parser of arguments will know them."""
    group = typer.main.get_group(app)
    return frozenset(group.commands)


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
    """Runs one command; returns the exit code. No exception leaves, and no text that a terminal
    or a build's runner would obey."""
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison] - closed, by `>&-`
        # The next file to be opened would become standard output.
        print("tricenter: error: standard output is closed", file=sys.stderr)
        return ENVIRONMENT
    with cleaned_output():
        return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    try:
        app = build_verb(arguments)
        result = app(args=list(arguments), prog_name="tricenter", standalone_mode=False)
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
        _drop_output()
        return FINE
    except Exception as error:  # noqa: BLE001 - the one place where everything ends as a message
        if isinstance(error, OSError) and error.errno in FULL:
            _drop_output()
        return report(error)
    return result if isinstance(result, int) else FINE


def _drop_output() -> None:
    """Lets what is still to be written at exit vanish."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError:
        return


def main() -> None:
    """The console script."""
    # A command makes objects that last until it ends: collecting after each 700 of them, Python's
    # default, takes a tenth of a short command's time.
    gc.set_threshold(50_000, 20, 20)
    sys.exit(run(sys.argv[1:]))
