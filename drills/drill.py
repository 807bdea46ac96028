"""A drill from nothing to nothing: a stack of its own, the experiment, the evidence."""

import os
import platform
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tricenter.drills import evidence, stage
from tricenter.drills.case import Case
from tricenter.drills.checkers import judge
from tricenter.drills.experiment import Aim, Experiment, Show
from tricenter.drills.journal import Journal, forget_old
from tricenter.drills.rebuild_evidence import rebuild_part
from tricenter.drills.report import report_html
from tricenter.drills.scenarios import load_scenario
from tricenter.drills.verdict import Finding, worst
from tricenter.policies.records.drill import (
    FaultPart,
    Record,
    StepPart,
    record_name,
    record_text,
)
from tricenter.topology.spec import Topology

NOT_PROVEN = (
    "kill -9 keeps the operating system's page cache: the drill proves replication between "
    "sites, not that any disk had the data (fsync).",
    "All sites are on one machine and share its processors, clock and disk: every time contains "
    "that, and no time here is that of your hardware.",
    "The load is far below the peak that the spec states: nothing is said of recovery under it.",
    "One run is one sample of the interval that the forecast gives.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a user asked for; `rebuild`: the site is destroyed with its disks as well."""

    topology: Topology
    scenario: str
    aim: Aim
    keep: bool
    rebuild: bool
    records: Path
    repeat: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a drill: the record, and where it and its report are."""

    record: Record
    record_path: Path
    report_path: Path


def perform(order: Order, journal: Journal, maker: stage.Maker, show: Show) -> Result:
    """Do a drill and leave nothing of it but the record and the report.

    Whatever happens, the stack is taken away (not with `keep`). LabError or EngineError when the
    lab stood in the way before anything could be measured.
    """
    stack = stage.reserve(journal)
    experiment = Experiment(
        order.topology,
        load_scenario(order.scenario),
        order.aim,
        journal,
        show,
        maker if order.rebuild else None,
    )
    limits: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    left: tuple[str, ...] | None = None
    try:
        with journal.step("deploy", f"deploy the spec as a stack of its own, {maker.text}"):
            maker.up()
        show(f"stack {journal.stack} is up ({journal.steps[-1].seconds:.1f} s)")
        limits = tuple(stack.limits)
        if "cut" not in stack.can:
            for limit in limits:
                show(f"limit: {limit}")
        case = experiment.perform()
        versions = _versions(experiment.postgres)
    finally:
        if not order.keep:
            left = tear_down(journal, maker, show)
    record = _record(order, journal, experiment, case, limits, versions, left)
    forget_old()
    return _write(order.records, record)


def tear_down(journal: Journal, maker: stage.Maker, show: Show) -> tuple[str, ...]:
    """Take the drill's stack away; returns what is left of it, which should be nothing."""
    with journal.step("remove", "take the stack away"):
        maker.down()
        left = stage.left(journal.stack)
    show("nothing is left" if not left else f"left: {', '.join(left)}")
    return left


def _record(
    order: Order,
    journal: Journal,
    experiment: Experiment,
    case: Case,
    limits: tuple[str, ...],
    versions: dict[str, str],
    left: tuple[str, ...] | None,
) -> Record:
    findings: list[Finding] = [*judge(case)]
    parts = evidence.checks(findings)
    verdict = worst(findings)
    first, last = case.events[0], case.events[-1]
    assert experiment.fault is not None  # noqa: S101 - a case exists only after it was chosen
    return Record(
        schema="tricenter/drill-record/v1",
        run=journal.run,
        scenario=case.scenario.id,
        title=case.scenario.title,
        topology=case.plan.topology,
        digest=case.plan.digest,
        verdict=verdict,
        started=evidence.clock(first.wall),
        ended=evidence.clock(last.wall),
        length=round(last.at - first.at, 3),
        fault=_fault(case, experiment.fault.text),
        units=evidence.units(case),
        rebuild=rebuild_part(case),
        capacity=evidence.capacity(case),
        checks=parts,
        steps=tuple(
            StepPart(name=step.name, text=step.text, seconds=step.seconds) for step in journal.steps
        ),
        versions=versions,
        machine=_machine(journal),
        workload=experiment.clients.text,
        limits=(*NOT_PROVEN, *limits, *_skipped(case)),
        leftovers=left,
        history_digest=evidence.history_digest(case.events),
        repeat=order.repeat,
    )


def _skipped(case: Case) -> tuple[str, ...]:
    """Why the site was not destroyed with its disks, where that was to be."""
    found = case.first("rebuild-skipped")
    return (f"Nothing was built anew on blank disks: {found.data['reason']}.",) if found else ()


def _fault(case: Case, text: str) -> FaultPart:
    start, on = case.first("fault-start"), case.first("fault-on")
    healed = case.first("fault-end")
    return FaultPart(
        text=text,
        sites=case.lost,
        start=evidence.clock(start.wall) if start else evidence.clock(time.time()),
        complete_after=round(on.at - start.at, 3) if on and start else None,
        healed=evidence.clock(healed.wall) if healed else None,
    )


def _machine(journal: Journal) -> str:
    return (
        f"{os.cpu_count()} processors, {platform.system()} {platform.release()}; "
        f"stack made by {journal.engine}"
    )


def _versions(postgres: str) -> dict[str, str]:
    """The versions of what ran; programs say their own."""
    found = {
        "tricenter": version("tricenter"),
        "PostgreSQL": postgres,
        "Python": platform.python_version(),
    }
    for name, package in (("Patroni", "patroni"), ("Pulumi SDK", "pulumi")):
        with suppress(ModuleNotFoundError):
            found[name] = version(package)
    for name, argv in (("etcd", ["etcd", "--version"]), ("PowerDNS", ["pdns_server", "--version"])):
        if said := _said(argv):
            found[name] = said
    return found


def _said(argv: list[str]) -> str | None:
    """The version in the first line that a program prints of itself."""
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=False)
        words = (done.stdout + done.stderr).split()
        return next((word for word in words if word[:1].isdigit() and "." in word), None)
    return None


def _write(folder: Path, record: Record) -> Result:
    folder.mkdir(parents=True, exist_ok=True)
    name = record_name(record)
    paths = folder / f"{name}.json", folder / f"{name}.html"
    paths[0].write_text(record_text(record), encoding="utf-8")
    paths[1].write_text(report_html(record), encoding="utf-8")
    return Result(record=record, record_path=paths[0], report_path=paths[1])
