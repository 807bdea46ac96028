"""`tricenter drill`: lose a center on purpose, in a stack made for it, and measure."""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.offline_mode import Offline
from tricenter.cli.output import Format
from tricenter.cli.spec_argument import HELP, chosen_spec
from tricenter.cli.target import Target, chosen_target
from tricenter.cli.up import Printed

if TYPE_CHECKING:
    from tricenter.cli.output import Table
    from tricenter.drills.drill import Result
    from tricenter.drills.journal import Journal
    from tricenter.drills.stage import Maker
    from tricenter.policies.records.drill import Record
    from tricenter.topology.spec import Topology
    from tricenter.topology.target import TargetName

Spec = Annotated[Path | None, typer.Option("--spec", help=HELP)]
Rebuild = Annotated[
    bool,
    typer.Option(
        "--rebuild/--no-rebuild",
        help="Then lose the site again with its disks, and let `up` build it anew.",
    ),
]
Records = Annotated[
    Path | None, typer.Option("--records", help="Folder of records; by default the spec's.")
]


def register(app: typer.Typer) -> None:
    """Add the group `drill` to the command line."""
    from tricenter.cli import drill_kept

    group = typer.Typer(no_args_is_help=True, help="Lose a center on purpose and measure.")
    group.command("run")(run)
    group.command("list")(drill_kept.list_)
    group.command("report")(drill_kept.report)
    group.command("clean")(drill_kept.clean)
    app.add_typer(group, name="drill")


def run(
    scenario: Annotated[
        str, typer.Argument(help="lose-site, lose-site:SITE; on clouds lose-city, lose-city:CITY.")
    ],
    spec: Spec = None,
    target: Target = None,
    database: Annotated[
        str | None, typer.Option("--database", help="Strike the site that leads this database.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the stack up afterwards.")] = False,
    rebuild: Rebuild = True,
    without_engine: Annotated[
        bool, typer.Option("--without-pulumi", help="Make the stack directly; the same resources.")
    ] = False,
    records: Records = None,
    offline: Offline = False,
    format: Printed = "text",  # noqa: A002
) -> None:
    """Drill a scenario in a stack of its own and write a record and a report.

    The site comes back twice while clients write: with its disks, and on blank ones.

    On a cloud it is a rehearsal: faults by the cloud's own means, roles, previews and leftovers
    are real, and nothing is measured, since no client writes. Exit code 0 if everything was as
    forecast, 1 if not or if that cannot be told, 4 if the lab, the cloud or the engine failed.
    """
    from tricenter.topology.validate import load

    del offline  # its callback has done it
    spec = chosen_spec(spec or reference(target))
    topology = load(spec)
    on = chosen_target(topology, target)
    if on != "lab":
        from tricenter.cli.drill_cloud import rehearse

        rehearse(scenario, spec, on, database, records, keep=keep, format=format)
        return
    journal = begin(scenario, spec, topology, database)
    maker = _maker(journal, topology, without_engine, format)
    folder = records or Path(topology.drills.records)
    result = perform(journal, maker, topology, database, folder, keep=keep, rebuild=rebuild)
    show_result(result, format)
    if keep:
        typer.echo(f"the stack is kept: tricenter drill clean {journal.run}", err=True)
    if result.record.verdict != "pass":
        raise typer.Exit(1)


def reference(target: "TargetName | None") -> Path | None:
    """The project's spec that is called after a cloud, where it has one: stacks/ledger-aws.yaml."""
    from tricenter.cli.project import find_project

    if target in {None, "lab"}:
        return None
    file = find_project().root / f"stacks/ledger-{target}.yaml"
    return Path(os.path.relpath(file)) if file.is_file() else None


def begin(
    scenario: str, spec: Path, topology: "Topology", database: str | None = None
) -> "Journal":
    """The journal of a new drill; NoSuchScenario before anything is made."""
    from tricenter.cli.project import find_project
    from tricenter.drills.journal import Journal, expiry, new_run
    from tricenter.drills.scenarios import load_scenario
    from tricenter.setup.living import started
    from tricenter.topology.compile import compile_plan
    from tricenter.topology.names import stack_id

    kind, _, site = scenario.partition(":")
    root = find_project().root
    plan = compile_plan(topology)
    # In a new stack the preferred sites lead, so what cannot be aimed at is known already.
    preferred = {entry.name: entry.prefer for entry in plan.databases}
    load_scenario(kind).aim(plan, preferred, database, site or None)
    run_id = new_run()
    pulumi = f"drill-{run_id}"
    return Journal(
        run=run_id,
        scenario=scenario,
        spec=str(spec.resolve()),
        stack=stack_id(topology.name, pulumi),
        pulumi=pulumi,
        engine="pulumi",
        expires=expiry().isoformat(timespec="seconds"),
        process=os.getpid(),
        project=str(root),
        started=started(os.getpid()),
    )


def perform(
    journal: "Journal",
    maker: "Maker",
    topology: "Topology",
    database: str | None,
    folder: Path,
    *,
    keep: bool = False,
    rebuild: bool = True,
) -> "Result":
    """Do the drill with its progress on the screen; it ends in order when it is told to end."""
    from tricenter.drills import drill
    from tricenter.drills.experiment import Aim

    journal.engine = maker.name
    journal.store()
    kind, _, site = journal.scenario.partition(":")
    spec = os.path.relpath(journal.spec)
    again = f"tricenter drill run {journal.scenario} --spec {spec}"
    again += f" --database {database}" if database else ""
    order = drill.Order(
        topology=topology,
        scenario=kind,
        aim=Aim(database=database, site=site or None),
        keep=keep,
        rebuild=rebuild,
        records=folder,
        repeat=(again + ("" if rebuild else " --no-rebuild"),),
    )
    began = time.monotonic()

    def show(text: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {text}", file=sys.stderr, flush=True)

    show(f"drill {journal.run}: {journal.scenario} on {spec}, target lab")
    with ended_in_order():
        return drill.perform(order, journal, maker, show)


class ended_in_order:  # noqa: N801 - reads as a statement
    """While in force, a signal to end is an interruption, so that everything is taken away."""

    def __enter__(self) -> None:
        def interrupt(number: int, frame: object) -> None:  # noqa: ARG001
            # Unlike Ctrl-C at a terminal, this has reached nobody else: not the engine either.
            for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                with suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGINT)
            raise KeyboardInterrupt

        wanted = (signal.SIGTERM, signal.SIGHUP)
        self._before = {number: signal.signal(number, interrupt) for number in wanted}

    def __exit__(self, *reason: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def show_result(result: "Result", format: Format) -> None:  # noqa: A002
    """Print forecast beside measurement, every check, and where the evidence is."""
    from tricenter.cli.output import show
    from tricenter.drills.report import words

    record = result.record
    if format == "json":
        sys.stdout.write(result.record_path.read_text(encoding="utf-8"))
        return
    show(_numbers(record), format)
    typer.echo()
    for check in record.checks:
        if format == "text":
            typer.echo(f"{check.verdict:8} {check.title}: {check.text}")
        else:
            typer.echo(f"- **{check.verdict}** {check.title}: {check.text}")
    answer, sentence = words.answer(record)
    told = (answer, sentence, words.waiting(record), words.rebuilt(record))
    typer.echo(f"\n{record.title}. Is the money gone? {' '.join(filter(None, told))}")
    typer.echo(f"{words.VERDICTS[record.verdict]}. Record: {result.record_path}")
    typer.echo(f"Report: {result.report_path}")


def _numbers(record: "Record") -> "Table":
    from tricenter.cli.output import Table
    from tricenter.drills.report import words

    rows: list[tuple[str, ...]] = []
    for unit in record.units:
        led = "lost" if unit.struck else "alive"
        rows += [
            (
                unit.database,
                f"{unit.leader_before} ({led})",
                "RPO",
                words.span(unit.forecast.rpo),
                words.loss(unit),
            ),
            (
                unit.database,
                f"now {unit.leader_after or 'nobody'}",
                "RTO",
                words.span(unit.forecast.rto),
                words.gap(unit.measured.rto),
            ),
        ]
    if record.rebuild:
        for what, promised, measured in words.rebuild_rows(record.rebuild):
            rows.append((" and ".join(record.rebuild.sites), what, "", promised, measured))
    return Table(
        columns=("database", "leader", "", "forecast", "measured"),
        rows=tuple(rows),
        title=f"drill {record.run}: {record.scenario}",
    )


def _maker(
    journal: "Journal",
    topology: "Topology",
    without_engine: bool,
    format: Format,  # noqa: A002
) -> "Maker":
    from tricenter.drills.stage import LabMaker
    from tricenter.topology.compile import compile_plan

    if not without_engine:
        from tricenter.cli.drill_stack import maker_of

        return maker_of(journal, format)
    return LabMaker(journal.stack, compile_plan(topology))
