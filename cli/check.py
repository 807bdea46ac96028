"""`tricenter check`: the rules that a topology does not keep, by file, line and column."""

import os
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tricenter.cli.output import Width, is_terminal, screen
from tricenter.cli.target import Target, TargetName, chosen_target, heading, refuse_misplaced

if TYPE_CHECKING:
    from tricenter.policies.report.checked import Check, CheckedFile

Format = Literal["text", "json", "sarif", "junit", "markdown"]
MOST = 20
"""Findings of one rule that are shown where nobody asks for all."""
STDIN = "<stdin>"
"""How the file is called that `-` is."""
SeverityName = Literal["critical", "high", "medium", "low"]


def register(app: typer.Typer) -> None:
    """Add `check` to the command line."""

    @app.command()
    def check(  # pyright: ignore[reportUnusedFunction]
        files: Annotated[
            list[str],
            typer.Argument(help="Topology files; - is standard input.", metavar="FILE..."),
        ],
        target: Target = None,
        format: Annotated[Format, typer.Option(help="How to print.")] = "text",  # noqa: A002
        fail_on: Annotated[
            SeverityName, typer.Option(help="The mildest severity that gives exit code 1.")
        ] = "medium",
        expiring: Annotated[
            str | None,
            typer.Option(help="Fail also if a waiver expires within this time.", metavar="30d"),
        ] = None,
        all_: Annotated[
            bool, typer.Option("--all", help="Show every finding as text, however many.")
        ] = False,
        width: Width = None,
    ) -> None:
        """Judge topologies by the rules: no engine, no cloud, no credentials.

        Exit code 0 if nothing refuses, 1 for a violation or a file that is no valid spec.
        """
        from tricenter.policies.report.checked import Check
        from tricenter.policies.rules import rules_about

        within = read_time(expiring, "--expiring") if expiring else None
        asked = (*rules_about("spec"), *rules_about("waiver"))
        today = today_utc()
        checked = tuple(check_file(name, target, today, within) for name in _once(files))
        result = Check(files=checked, rules=asked, fail_on=fail_on)
        typer.echo(_rendered(result, format, None if all_ else MOST, screen(width)), nl=False)
        if result.refused:
            raise typer.Exit(1)


def check_file(
    name: str, target: TargetName | None, today: date, within: timedelta | None = None
) -> "CheckedFile":
    """What the rules say of a file, or what is wrong with it."""
    from tricenter.policies.expiring import find_expiring
    from tricenter.policies.gather import gather
    from tricenter.policies.judge import judge, locate
    from tricenter.policies.report.checked import CheckedFile
    from tricenter.topology import document
    from tricenter.topology.errors import SpecError
    from tricenter.topology.validate import validate

    text = ""
    piped = name == "-"
    name = STDIN if piped else name
    try:
        read = document.parse(_stdin(), name) if piped else document.load(name)
        text = read.text
        topology = validate(read)
        chosen = chosen_target(topology, target)
        refuse_misplaced(read, topology, (chosen,))
    except SpecError as error:
        return CheckedFile(file=name, text=text, diagnostics=error.diagnostics)
    found = [*judge(gather(topology, chosen, today))]
    if within is not None:
        found += find_expiring(topology, today, within)
    return CheckedFile(file=name, text=text, target=chosen, found=locate(read, found))


def _once(names: list[str]) -> list[str]:
    """Each file by the first of its names; wrong use for an empty one."""
    if "" in names:
        raise typer.BadParameter("a file's name is empty", param_hint="FILE")
    files: dict[str, str] = {}
    for name in names:
        files.setdefault(name if name == "-" else os.path.realpath(name), name)
    return list(files.values())


def _stdin() -> str:
    """The text of standard input; SpecError if it is none, or too long."""
    from tricenter.cli.revision import decoded
    from tricenter.topology.document import LARGEST_FILE

    # Closed, it is None, whatever its type says.
    raw = sys.stdin.buffer.read(LARGEST_FILE + 1) if sys.stdin else b""
    return decoded(raw, STDIN)


def today_utc() -> date:
    """The day that ages and waivers are judged by."""
    from datetime import UTC, datetime

    return datetime.now(tz=UTC).date()


def read_time(text: str, option: str) -> timedelta:
    """A time such as 30d; wrong use for another text."""
    from tricenter.topology.units import parse_duration

    try:
        return timedelta(seconds=parse_duration(text))
    except ValueError:
        message = f"'{text}' is no time such as 30d or 2w, 1000y at most"
        raise typer.BadParameter(message, param_hint=option) from None


def colours() -> bool:
    """Whether the text may have colours: a person watches, and has not said NO_COLOR."""
    return is_terminal() and not os.environ.get("NO_COLOR")


def _rendered(
    result: "Check",
    format: Format,  # noqa: A002
    most: int | None,
    width: int | None,
) -> str:
    match format:
        case "text":
            from tricenter.policies.report.text import render as text

            said = [heading(one.file, one.target) for one in result.files if one.target]
            return "\n".join([*said, text(result, colour=colours(), most=most, width=width)])
        case "sarif":
            from tricenter.policies.report.sarif import render as sarif

            version, home = _package()
            return sarif(result, version=version, home=home)
        case _:
            from importlib import import_module

            return import_module(f"tricenter.policies.report.{format}").render(result)


def _package() -> tuple[str, str]:
    """The version of this package, and the address of its repository where it states one."""
    from importlib.metadata import metadata

    stated = metadata("tricenter")
    addresses = dict(
        address.split(", ", 1) for address in stated.get_all("Project-URL") or () if ", " in address
    )
    return str(stated["Version"]), addresses.get("Repository", "")
