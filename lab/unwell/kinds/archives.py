"""Archives and backups: a log that is not archived or has a gap, a repository that is gone."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tricenter.lab.at_once import at_once
from tricenter.lab.backup.archiver import Archiver, ask_archiver, says
from tricenter.lab.backup.journal import Entry, failing, shipped
from tricenter.lab.backup.segments import SEGMENT, number
from tricenter.lab.backup.stanza import Stanza
from tricenter.lab.backup.watched import watched
from tricenter.lab.observed import Status
from tricenter.lab.stack import Stack
from tricenter.lab.unwell import UP, Breaks, Unwell, on
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.render.patroni import backup_of
from tricenter.topology.render.pgbackrest import ETC

JOBS = {
    "full": "backup-fails", "incremental": "backup-fails", "retain": "retention-fails",
    "ship": "shipment-fails", "restore-test": "restore-test-fails",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A database that is kept in a site's repository, and what was seen of it; None for unknown.

    `leader` is the site that writes its log, `vaulted` when a vault last received a backup of it.
    """

    database: str
    site: str
    power: bool
    leader: str | None = None
    archiver: Archiver | None = None
    stanza: Stanza | None = None
    vaulted: datetime | None = None


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """Ask the leaders, and in each site with a repository what its scheduler has seen."""
    power, leaders = set(on(seen)), {d.name: d.leader for d in seen.databases}
    kept = [(d, b.repositories[0]) for d in plan.databases if (b := backup_of(plan, d.name))]

    def archiver(entry: tuple[PlannedDatabase, str]) -> Archiver | None:
        database, leader = entry[0], leaders.get(entry[0].name)
        port = next((m.port for m in database.members if m.site == leader), 0)
        ask = leader in power and port
        return ask_archiver(stack, leader or "", database.name, port) if ask else None

    sites = tuple(sorted({site for _, site in kept} & power))
    asked = at_once(archiver, kept)
    known = dict(zip(sites, at_once(lambda site: watched(stack, site), sites), strict=True))
    for (database, site), said in zip(kept, asked, strict=True):
        stanzas, entries = known.get(site, ({}, ()))
        yield from judge(
            Kept(
                database=database.name,
                site=site,
                power=site in power,
                leader=leaders.get(database.name),
                archiver=said,
                stanza=stanzas.get(database.name),
                vaulted=shipped(entries, database.name),
            )
        )
    for site, (_, entries) in known.items():
        yield from judge_jobs(site, entries)


def judge(kept: Kept) -> Iterator[Unwell]:
    """What is unwell with the archive of one database; what follows from it is not said again."""
    name, stanza, archiver = kept.database, kept.stanza, kept.archiver
    if not kept.power:
        if archiver and archiver.stuck:
            why = f"{kept.site}, which has its repository, has no power"
            yield _fails(kept, archiver, why)
        return
    if stanza and (lost := _lost(kept, stanza)):
        yield lost
        return
    if stanza and (torn := _torn(kept, stanza)):
        yield torn
    if archiver and archiver.duplicates:
        first = archiver.duplicates[0]
        yield Unwell(
            code="archiving-stuck-on-duplicate",
            where=name,
            says=says(name, archiver, f"{first} is in {kept.site} with another content"),
            next=UP,
            mends="up",
            breaks=(Breaks(measure="archive", database=name),),
        )
    elif archiver and archiver.stuck:
        yield _fails(kept, archiver)


def judge_jobs(site: str, entries: Sequence[Entry]) -> Iterator[Unwell]:
    """The jobs of a site's scheduler that failed when they were tried last."""
    for job, entry in sorted(failing(entries).items()):
        yield Unwell(
            code=JOBS.get(entry["kind"], "backup-fails"),
            where=site,
            says=f"{job} in {site} failed at {entry['at'][:19]}: {entry['reason']}",
            mends="itself",
        )


def dropped(archiver: Archiver, stanza: Stanza) -> int:
    """How many segments at the end of the log PostgreSQL calls archived, and are not there.

    pgBackRest says that it has archived what it drops when too much waits.
    """
    archived, newest = archiver.archived, stanza.newest
    if not (archived and newest and stanza.needs and SEGMENT.fullmatch(archived)):
        return 0
    if archived <= max(newest, stanza.needs) or (archiver.archived_at or 0.0) >= stanza.looked:
        return 0
    return max(number(archived) - number(newest), 0)


def _lost(kept: Kept, stanza: Stanza) -> Unwell | None:
    """Why there is nothing that a backup can be restored from; None if there is."""
    name, site = kept.database, kept.site
    vault = f"; a vault has it as of {_text(kept.vaulted)}" if kept.vaulted else ""
    measures = ("archive",) if kept.vaulted else ("archive", "restore")
    breaks = tuple(Breaks(measure=measure, database=name) for measure in measures)
    where = f"{name}/{site}"
    if stanza.state == "unreadable":
        said = f"the repository of {name} in {site} cannot be read: {stanza.why}{vault}"
        return Unwell(
            code="repository-unreadable", where=where, says=said, next=UP, mends="up", breaks=breaks
        )
    if stanza.state != "there":
        lost = "was removed" if stanza.state == "repository-missing" else f"has nothing of {name}"
        said = f"the repository in {site} {lost}: the log of {name} is not archived{vault}"
        return Unwell(
            code=stanza.state, where=where, says=said, next=UP, mends="itself", breaks=breaks
        )
    if not stanza.backups:
        said = f"there is no backup of {name} in {site} yet{vault}"
        return Unwell(code="backup-missing", where=where, says=said, mends="itself", breaks=breaks)
    return None


def _torn(kept: Kept, stanza: Stanza) -> Unwell | None:
    """A gap behind which no moment can be restored, also one that has no end yet."""
    name = kept.database
    if stanza.gaps:
        missing, after = sum(gap.missing for gap in stanza.gaps), stanza.gaps[0].after
        reach = f"; the newest moment that can be restored is {stanza.reach}"
    elif kept.archiver and (missing := dropped(kept.archiver, stanza)):
        after, reach = stanza.newest, ""
    else:
        return None
    return Unwell(
        code="log-has-gap",
        where=name,
        says=f"{missing} segments of the log of {name} were dropped after {after}{reach}; "
        "once archiving works, a backup that closes the gap begins by itself",
        mends="itself",
        breaks=(Breaks(measure="archive", database=name),),
    )


def _fails(kept: Kept, archiver: Archiver, why: str = "") -> Unwell:
    name = kept.database
    return Unwell(
        code="archiving-fails",
        where=name,
        says=says(name, archiver, why),
        next=UP if why else _check(kept),
        mends="up" if why else "person",
        breaks=(Breaks(measure="archive", database=name),),
    )


def _check(kept: Kept) -> str:
    """The command that has pgBackRest say in full what it lacks."""
    ask = ["pgbackrest", f"--config={ETC}/{kept.database}.conf", f"--stanza={kept.database}"]
    return shlex.join(
        ["tricenter", "exec", "--user", "postgres", kept.leader or "", "--", *ask, "check"]
    )


def _text(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else "an unknown time"
