"""`tricenter drill run --target aws|gcp|mixed`: a rehearsal in a stack of its own on clouds."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tricenter.cli.output import Format, Table, show
from tricenter.cli.target import TargetName

if TYPE_CHECKING:
    from tricenter.drills.cloud.evidence import Result
    from tricenter.drills.cloud.record import CloudPart, Rehearsal
    from tricenter.drills.journal import Journal
    from tricenter.topology.plan import Plan
    from tricenter.topology.spec import Topology


def rehearse(
    scenario: str,
    spec: Path,
    target: TargetName,
    database: str | None,
    records: Path | None,
    *,
    keep: bool,
    format: Format,  # noqa: A002
) -> None:
    """Do a drill on clouds, write its record and page, and end with the exit code it deserves."""
    from tricenter.cli.drill import ended_in_order
    from tricenter.cli.drill_stack import cloud_maker_of
    from tricenter.cli.offline_mode import refuse_missing_providers
    from tricenter.drills.cloud import evidence
    from tricenter.drills.cloud.rehearsal import Rehearse, perform
    from tricenter.drills.journal import forget_old
    from tricenter.roles.interface import load_roles
    from tricenter.topology.compile import compile_plan

    refuse_missing_providers(target)
    topology = _read(spec, target)
    journal = _begin(scenario, spec, topology, target, database)
    clouds = _clouds(compile_plan(topology, target))
    began = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {text}", file=sys.stderr, flush=True)

    maker = cloud_maker_of(journal, format)
    journal.store()
    tell(f"drill {journal.run}: {scenario} on {os.path.relpath(spec)}, target {target}")
    for cloud in clouds:
        tell(f"{cloud.text}")
    order = Rehearse(
        topology=topology, target=target, scenario=scenario, database=database, keep=keep
    )
    with ended_in_order():
        roles = load_roles(target, journal.stack)
        course, left = perform(order, journal, maker, roles, tell)
    again = _again(scenario, spec, target, database, journal.offline)
    record = evidence.record_of(course, journal, clouds, left, (again,))
    forget_old()
    result = evidence.write(records or Path(topology.drills.records), record)
    _show(result, format)
    if keep:
        typer.echo(f"the stack is kept: tricenter drill clean {journal.run}", err=True)
    if record.rehearsed != "pass":
        raise typer.Exit(1)


def undo(journal: "Journal") -> None:
    """Heal, destroy and forget what a killed or kept drill on clouds left; ScanError if it stays.

    Goes to the emulated clouds by itself where the drill was on them.
    """
    from tricenter.cli.drill_stack import cloud_maker_of
    from tricenter.cli.offline_mode import go_offline
    from tricenter.drills.cloud.leftovers import ScanError
    from tricenter.drills.cloud.rehearsal import tear_down
    from tricenter.topology.compile import compile_plan
    from tricenter.topology.validate import load

    if journal.offline and not _is_offline():
        go_offline(True)
    plan = compile_plan(load(Path(journal.spec)), journal.target)
    left = tear_down(journal, cloud_maker_of(journal, "text"), plan, _say)
    remains = [f"{e.kind} {e.name} in {e.place}" for e in sorted(left.found)] + left.unseen
    if remains:
        raise ScanError(f"drill {journal.run} left {'; '.join(remains)}")


def _read(spec: Path, target: TargetName) -> "Topology":
    from tricenter.cli.target import refuse_misplaced
    from tricenter.topology import document
    from tricenter.topology.validate import validate

    read = document.load(spec)
    topology = validate(read)
    refuse_misplaced(read, topology, (target,))
    return topology


def _begin(
    scenario: str, spec: Path, topology: "Topology", target: str, database: str | None
) -> "Journal":
    """The journal of a new drill; NoSuchScenario before anything is made."""
    from tricenter.cli.project import find_project
    from tricenter.drills.cloud.aim import take_aim
    from tricenter.drills.journal import Journal, expiry, new_run
    from tricenter.setup.living import started
    from tricenter.topology.compile import compile_plan
    from tricenter.topology.names import stack_id

    plan = compile_plan(topology, target)
    preferred = {entry.name: entry.prefer for entry in plan.databases}
    take_aim(scenario, plan, preferred, database)
    run = new_run()
    return Journal(
        run=run,
        scenario=scenario,
        spec=str(spec.resolve()),
        stack=stack_id(topology.name, f"drill-{run}"),
        pulumi=f"drill-{run}",
        engine="pulumi",
        expires=expiry().isoformat(timespec="seconds"),
        process=os.getpid(),
        project=str(find_project().root),
        started=started(os.getpid()),
        target=target,
        offline=_is_offline(),
    )


def _clouds(plan: "Plan") -> "tuple[CloudPart, ...]":
    """Where the drill takes place, each cloud with the provider that speaks to it."""
    from tricenter.drills.cloud.faults import clouds_of_plan
    from tricenter.drills.cloud.record import CloudPart
    from tricenter.offline.session import TITLES, look

    if not _is_offline():
        return tuple(
            CloudPart(cloud=name, emulated=False, text=f"{TITLES[name]}: the cloud itself")
            for name in clouds_of_plan(plan)
        )
    return tuple(
        CloudPart(cloud=name, emulated=True, text=str(look(name))) for name in clouds_of_plan(plan)
    )


def _is_offline() -> bool:
    from tricenter.roles.services import is_offline

    return is_offline()


def _again(scenario: str, spec: Path, target: str, database: str | None, offline: bool) -> str:
    words = ["tricenter drill run", scenario, "--target", target, "--spec", os.path.relpath(spec)]
    words += ["--database", database] if database else []
    return " ".join([*words, *(["--offline"] if offline else [])])


def _show(result: "Result", format: Format) -> None:  # noqa: A002
    record = result.record
    if format == "json":
        sys.stdout.write(result.record_path.read_text(encoding="utf-8"))
        return
    show(_leaders(record), format)
    typer.echo()
    for check in record.checks:
        mark = f"{check.verdict:8}" if format == "text" else f"- **{check.verdict}**"
        typer.echo(f"{mark} {check.title}: {check.text}")
    names = ", ".join(check.title for check in record.unmeasured)
    typer.echo(f"\nThis is a rehearsal: RPO and RTO are unknown, as no client wrote ({names}).")
    typer.echo(f"Rehearsed: {record.rehearsed}. Record: {result.record_path}")
    typer.echo(f"Report: {result.report_path}")


def _leaders(record: "Rehearsal") -> Table:
    return Table(
        columns=("database", "service", "before", "after the loss", "in the end"),
        rows=tuple(
            (
                unit.database,
                unit.service,
                f"{unit.leader_before or 'not known'}{' (lost)' if unit.struck else ''}",
                f"{unit.leader_after or 'not known'}",
                f"{unit.leader_at_end or 'not known'}",
            )
            for unit in record.units
        ),
        title=f"rehearsal {record.run}: {record.scenario} on {record.target}",
    )


def _say(text: str) -> None:
    typer.echo(text, err=True)
