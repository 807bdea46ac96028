"""The copies of a database that a restore may start from: where each is, and how old at most."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tricenter.topology.log_shipping import COPY, CROSSING, UNSTATED, log_age
from tricenter.topology.placement import place_vaults, service_of, stated_place
from tricenter.topology.schedule_gaps import longest_gap
from tricenter.topology.spec import Topology
from tricenter.topology.spec_backups import Backup
from tricenter.topology.spec_places import AwsPlace, GcpPlace

Stated = tuple[str, AwsPlace | GcpPlace]

SERVICE_LOG = 300.0
"""Seconds that the log of a managed service may lack: RDS and Aurora say "typically within the last
5 minutes" of the latest time that can be restored; Cloud SQL and AlloyDB are taken alike.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html (checked 2026-11-30)"""
SNAPSHOT_WINDOWS = (60, 720)
"""Minutes: a job of AWS Backup begins within an hour and ends within twelve, or is reported as
failed."""
SNAPSHOT = 60.0 * sum(SNAPSHOT_WINDOWS)
"""Seconds from a snapshot's fire until its copy is elsewhere; Google's exports count alike."""
BACKUP_RATE = 50.0
"""MiB a second at which a backup is surely taken; an assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a restore starts from; `age` is the most that it lacks while backups work, in seconds.

    It is there while any of `stands` is. `log_for` says who can give its log to a copy that is to
    lead: the server reads it by itself, a person fetches it, or nobody can.
    """

    backup: str
    place: str
    stands: frozenset[str]
    age: float
    since_full: float
    has_log: bool
    log_for: Literal["server", "person", "nobody"] = "nobody"


def copies_of(topology: Topology, database: str, leader: str, target: str) -> tuple[Copy, ...]:
    """Every copy that the target makes of a database that `leader` leads."""
    service = service_of(topology, database, target)
    own = service in ("patroni", "self-managed")
    found: list[Copy] = []
    for name, backup in sorted(topology.backups.items()):
        if database in backup.of and own:
            found += _repository(topology, name, backup, database, target)
        elif database in backup.of:
            found += _snapshots(topology, name, backup, service)
            found += _service_log(topology, name, backup, leader, target)
    return tuple(found)


def _repository(
    topology: Topology, name: str, backup: Backup, database: str, target: str
) -> Iterator[Copy]:
    """The repository in the first site, and what is copied of it into vaults."""
    gap = longest_gap(backup.schedule.full, backup.schedule.incremental)
    size = topology.databases[database].size or 0
    for place in backup.copies:
        vault = place in topology.vaults
        if not vault and place != backup.copies[0]:
            continue  # one site holds the repository, no other has a copy of it
        if backup.log is not None:
            age = log_age(backup.log.ship, vault=vault)
        else:
            age = gap + size / BACKUP_RATE
            age += UNSTATED.pause + 2 * COPY if vault and target != "lab" else 0.0
        if vault and _crosses(topology, backup.copies[0], place, target):
            age += CROSSING
        yield Copy(
            backup=name,
            place=place,
            stands=frozenset({place}),
            age=age,
            since_full=gap,
            has_log=backup.log is not None,
            log_for="nobody" if backup.log is None else "person" if vault else "server",
        )


def _crosses(topology: Topology, repository: str, vault: str, target: str) -> bool:
    """Whether a vault is on another cloud than the repository."""
    here = stated_place(topology, repository, target) if repository in topology.sites else None
    there = place_vaults(topology, target).get(vault)
    return here is not None and there is not None and here[0] != there.cloud


def _snapshots(topology: Topology, name: str, backup: Backup, service: str) -> Iterator[Copy]:
    """What a managed service copies by its calendar; its log does not leave its region."""
    schedule = backup.schedule
    for place in backup.copies:
        if service == "alloydb" and place in topology.vaults:
            continue  # nothing exports it
        exported = service == "cloud-sql" and place in topology.vaults
        gap = longest_gap(schedule.full, None if exported else schedule.incremental)
        yield Copy(
            backup=name,
            place=place,
            stands=frozenset({place}),
            age=gap + SNAPSHOT,
            since_full=gap,
            has_log=False,
        )


def _service_log(
    topology: Topology, name: str, backup: Backup, leader: str, target: str
) -> Iterator[Copy]:
    """The service's own log: in the leader's region, lost with all its sites."""
    if backup.log is None:
        return
    here = stated_place(topology, leader, target)
    stands = {leader}
    for site in topology.sites:
        there = stated_place(topology, site, target)
        if here is not None and there is not None and _region(here) == _region(there):
            stands.add(site)
    yield Copy(
        backup=name,
        place=here[1].region if here is not None else leader,
        stands=frozenset(stands),
        age=max(SERVICE_LOG, backup.log.ship),
        since_full=longest_gap(backup.schedule.full, backup.schedule.incremental),
        has_log=True,
    )


def _region(place: Stated) -> tuple[str, str]:
    return place[0], place[1].region
