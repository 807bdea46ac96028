"""The copies of a database that a restore may start from: where each is, and how old at most."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tricenter.topology.log_shipping import COPY, CROSSING, UNSTATED, log_age
from tricenter.topology.placement import place_vaults, service_of, stated_place
from tricenter.topology.schedule_gaps import longest_gap
from tricenter.topology.shipments import into_site, into_vault
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
            here = _region_of(topology, leader, target)
            found += _snapshots(topology, name, backup, service, here)
            found += _service_log(name, backup, here)
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


@dataclass(frozen=True, slots=True)
class _Region:
    """The leader's region and the sites in it: without them what only its key opens is lost."""

    name: str
    sites: frozenset[str]


def _snapshots(
    topology: Topology, name: str, backup: Backup, service: str, here: _Region
) -> Iterator[Copy]:
    """What a managed service ships by its calendar."""
    full, incremental = backup.schedule.full, backup.schedule.incremental
    for place in backup.copies:
        vault = place in topology.vaults
        sent = (into_vault if vault else into_site)(service, full, incremental)
        if sent is None:
            continue
        gap = longest_gap(sent.starts[0], sent.starts[1] if len(sent.starts) > 1 else None)
        abroad = sent.key_of == "place"
        yield Copy(
            backup=name,
            place=place if abroad else here.name,
            stands=frozenset({place}) if abroad else here.sites,
            age=gap + SNAPSHOT,
            since_full=gap,
            has_log=False,
        )


def _service_log(name: str, backup: Backup, here: _Region) -> Iterator[Copy]:
    """The service's own log: in the leader's region, lost with all its sites."""
    if backup.log is None:
        return
    yield Copy(
        backup=name,
        place=here.name,
        stands=here.sites,
        age=max(SERVICE_LOG, backup.log.ship),
        since_full=longest_gap(backup.schedule.full, backup.schedule.incremental),
        has_log=True,
    )


def _region_of(topology: Topology, leader: str, target: str) -> _Region:
    here = stated_place(topology, leader, target)
    if here is None:
        return _Region(leader, frozenset({leader}))
    sites = {leader}
    for site in topology.sites:
        there = stated_place(topology, site, target)
        if there is not None and _region(here) == _region(there):
            sites.add(site)
    return _Region(here[1].region, frozenset(sites))


def _region(place: Stated) -> tuple[str, str]:
    return place[0], place[1].region
