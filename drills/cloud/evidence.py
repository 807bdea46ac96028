"""Evidence of a rehearsal: its course, with what is left, becomes a record and a page."""

import platform
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, cast

from tricenter.drills import evidence
from tricenter.drills.cloud.checks import judge, unmeasured
from tricenter.drills.cloud.course import Course
from tricenter.drills.cloud.leftovers import Scan
from tricenter.drills.cloud.record import (
    CloudPart,
    Rehearsal,
    RolePart,
    StruckPart,
    record_name,
    record_text,
)
from tricenter.drills.cloud.report import report_html
from tricenter.drills.journal import Journal
from tricenter.policies.records.drill import StepPart
from tricenter.policies.records.verdict import SEVERITY
from tricenter.topology.plan import Plan

NOT_PROVEN = (
    "No client wrote and no row was read: nothing here is a measured RPO or RTO.",
    "Every time is that of this machine while it asked and was answered; none is the time of a "
    "recovery.",
)
EMULATED = (
    "The clouds were emulated: they keep what they are told and check it, but store no data, "
    "replicate nothing and route nothing. Only the calls, their order and the roles are shown.",
)
ON_MACHINES = (
    "Patroni itself decided, on emulated machines: PostgreSQL and etcd below it were emulated, and "
    "a machine that is stopped loses power at once.",
)
REAL = ("A rehearsal on a cloud shows that leaders move, not what clients would have seen.",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a rehearsal: the record, and where it and its report are."""

    record: Rehearsal
    record_path: Path
    report_path: Path


def record_of(
    course: Course,
    journal: Journal,
    clouds: tuple[CloudPart, ...],
    left: Scan | None,
    repeat: tuple[str, ...],
) -> Rehearsal:
    """The record of a rehearsal that came as far as to strike."""
    plan, expected = course.plan, course.expected
    assert plan is not None  # noqa: S101 - a course that was struck has both
    assert expected is not None  # noqa: S101
    checks = judge(course, left)
    emulated = any(cloud.emulated for cloud in clouds)
    names = (
        None
        if left is None
        else tuple(f"{e.kind} {e.name} in {e.place}" for e in sorted(left.found))
    )
    return Rehearsal(
        schema="tricenter/rehearsal-record/v1",
        run=journal.run,
        scenario=expected.id,
        title=expected.title,
        topology=plan.topology,
        digest=plan.digest,
        target=cast(Literal["aws", "gcp", "mixed"], journal.target),
        clouds=clouds,
        rehearsed=max((check.verdict for check in checks), key=SEVERITY.__getitem__),
        measured="unknown",
        started=evidence.clock(course.started),
        ended=evidence.clock(course.ended),
        fault=StruckPart(sites=course.sites, how=course.broken),
        units=_units(course),
        events=tuple(course.events),
        checks=checks,
        unmeasured=unmeasured(),
        steps=tuple(
            StepPart(name=step.name, text=step.text, seconds=step.seconds) for step in journal.steps
        ),
        versions=dict(_versions()),
        limits=(*NOT_PROVEN, *_limits(plan, emulated=emulated)),
        leftovers=names,
        going=tuple(left.going) if left else (),
        repeat=repeat,
    )


def write(folder: Path, record: Rehearsal) -> Result:
    """Put the record and its page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    name = record_name(record)
    paths = folder / f"{name}.json", folder / f"{name}.html"
    paths[0].write_text(record_text(record), encoding="utf-8")
    paths[1].write_text(report_html(record), encoding="utf-8")
    return Result(record=record, record_path=paths[0], report_path=paths[1])


def _limits(plan: Plan, *, emulated: bool) -> tuple[str, ...]:
    """What a rehearsal cannot show, by what its clouds and machines were."""
    if not emulated:
        return REAL
    machines = any(database.service == "self-managed" for database in plan.databases)
    return (*EMULATED, *(ON_MACHINES if machines else ()))


def _units(course: Course) -> tuple[RolePart, ...]:
    plan, expected = course.plan, course.expected
    assert plan is not None  # noqa: S101 - see record_of
    assert expected is not None  # noqa: S101
    after, end = course.after or {}, course.at_end or {}
    found = [
        RolePart(
            database=d.name,
            service=d.service,
            struck=d.name in course.struck,
            leader_before=course.before.get(d.name),
            leader_after=after.get(d.name),
            leader_at_end=end.get(d.name),
            how=course.how.get(d.name, "not"),
            forecast=evidence.expectation(expected.database(d.name)),
        )
        for d in plan.databases
    ]
    return tuple(sorted(found, key=lambda unit: (not unit.struck, unit.database)))


def _versions() -> Mapping[str, str]:
    found = {"tricenter": version("tricenter"), "Python": platform.python_version()}
    for name, package in (
        ("Pulumi SDK", "pulumi"),
        ("Pulumi AWS", "pulumi-aws"),
        ("Pulumi Google Cloud", "pulumi-gcp"),
        ("moto", "moto"),
    ):
        with suppress(PackageNotFoundError):
            found[name] = version(package)
    return found
