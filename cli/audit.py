"""`tricenter audit`: where the APIs live that a failover calls, and what would take them."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.output import Format, Table, show
from tricenter.cli.target import Target, chosen_target

if TYPE_CHECKING:
    from tricenter.topology.bundle.audit import Finding

FORMAT = "tricenter.audit/v1"


def register(app: typer.Typer) -> None:
    """Add `audit` to the command line."""

    @app.command()
    def audit(  # pyright: ignore[reportUnusedFunction]
        spec: Annotated[Path, typer.Argument(help="The topology's YAML file.")],
        target: Target = None,
        strict: Annotated[bool, typer.Option(help="Exit with 1 if an API is struck.")] = False,
        format: Annotated[Format, typer.Option(help="How to print.")] = "text",  # noqa: A002
    ) -> None:
        """List each API that a failover path calls, with the region that it lives in.

        An API is struck where its home is a region that the scenario takes: the path then fails
        when it is needed. Computed from the spec and a dated table; nothing is asked of a cloud.
        """
        from tricenter.topology.bundle.audit import audit as findings
        from tricenter.topology.compile import compile_plan
        from tricenter.topology.validate import load

        topology = load(spec)
        on = chosen_target(topology, target)
        if on == "lab":
            message = "no API of a cloud is called on the lab: name aws, gcp or mixed"
            raise typer.BadParameter(message, param_hint="--target")
        plan = compile_plan(topology, on)
        found = findings(plan, plan.topology)
        show(table(found, on), format)
        if strict and any(finding.verdict == "struck" for finding in found):
            raise typer.Exit(1)


def table(found: "tuple[Finding, ...]", target: str) -> Table:
    """The findings as a table, the struck ones first."""
    from tricenter.topology.bundle.audit import home_words
    from tricenter.topology.endpoints import CHECKED

    ordered = sorted(found, key=lambda finding: finding.verdict != "struck")
    struck = sum(finding.verdict == "struck" for finding in found)
    return Table(
        title=f"APIs of the failover paths on target {target}: {len(found)} calls, {struck} struck",
        columns=(
            "SCENARIO",
            "DATABASE",
            "STEPS",
            "API",
            "OPERATION",
            "ASKED IN",
            "HOME",
            "VERDICT",
        ),
        rows=tuple(
            (
                finding.scenario,
                finding.database or "-",
                ", ".join(finding.steps),
                finding.api,
                finding.operation,
                finding.asked,
                home_words(finding),
                finding.verdict,
            )
            for finding in ordered
        ),
        notes=(
            f"Homes as their providers state them, checked {CHECKED}.",
            "Names are steered by health checks, which need no API: editing records does, and no "
            "path edits one.",
            "Not seen from a spec: where your people's sign-in lives. Keep a way in that does not "
            "need the region of the disaster.",
        ),
        data={
            "format": FORMAT,
            "target": target,
            "checked": CHECKED,
            "struck": struck,
            "findings": [asdict(finding) for finding in ordered],
        },
    )
