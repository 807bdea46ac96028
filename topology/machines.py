"""Machines of self-managed databases: which type carries a site's load, how large its disk is."""

import re
from math import ceil

from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import Plan, PlannedBackup, PlannedHost

TPS_PER_CPU = 750
"""Short transactions that one virtual processor carries; assumed, to be measured by a drill."""
LADDER = {
    "aws": {2: "m6g.large", 4: "m6g.xlarge", 8: "m6g.2xlarge", 16: "m6g.4xlarge"},
    "gcp": {2: "n2-standard-2", 4: "n2-standard-4", 8: "n2-standard-8", 16: "n2-standard-16"},
}
"""Machines by virtual processors, each with 4 GiB of memory a processor."""
SMALLEST = {"aws": "t4g.medium", "gcp": "e2-medium"}
"""For drills and for witnesses: burstable, 4 GiB."""
DEFAULT_SIZE_MIB = 20 * 1024
"""Data of a database whose spec names no size."""
SPARE = 1.5
"""A disk over the data's size: log that a lost replica has yet to fetch, and growth."""
COMPRESSED = 0.5
"""A backup's size over the data's; assumed for lz4."""
DRILL_FULLS = 2
"""Full backups of a drill, which ends after a day: one, and one that is being made."""
WITNESS_DISK_MIB = 10 * 1024


class MachineError(TricenterError):
    """A site's databases ask for machines that one instance cannot be."""


def machine_type(plan: Plan, host: PlannedHost, profile: str) -> str:
    """The machine of a site or witness in its cloud's word; raises MachineError.

    The spec's own word wins. Each site is sized for every database that it holds a copy of, since
    it may lead all of them.
    """
    assert host.place is not None  # noqa: S101 - only placed hosts become machines
    members = plan.members_of(host.name)
    stated = sorted({member.machine for member in members if member.machine})
    if len(stated) > 1:
        raise MachineError(
            f"site {host.name}: its databases ask for {' and '.join(stated)}, but they share one "
            "machine: name the same one for each"
        )
    if stated:
        return stated[0]
    if host.kind == "witness" or profile == "drill":
        return SMALLEST[host.place.cloud]
    held = {member.database for member in members}
    tps = sum(database.load_tps for database in plan.databases if database.name in held)
    ladder = LADDER[host.place.cloud]
    return next((ladder[n] for n in ladder if n * TPS_PER_CPU >= tps), ladder[max(ladder)])


def architecture(machine: str) -> str:
    """Debian's word for a machine's processor: Graviton (`m6g`) and Axion, Ampere (`c4a`) are ARM.

    Checked 2026-11-24: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html,
    https://cloud.google.com/compute/docs/instances/arm-on-compute
    """
    arm = re.match(r"[a-z]+\d+g[a-z]*\.|(t2a|c4a|n4a)-", machine)
    return "arm64" if arm else "amd64"


def data_disk_mib(plan: Plan, name: str, *, fulls: int | None = None) -> int:
    """The size of a host's data disk in MiB: its copies, the log, and the repository it keeps.

    Of `fulls` full backups, where that is given; else of as many as the schedule keeps.
    """
    size = {database.name: database.size_mib or DEFAULT_SIZE_MIB for database in plan.databases}
    held = sum(size[member.database] for member in plan.members_of(name))
    kept = sum(
        size[database] * COMPRESSED * (fulls or kept_fulls(backup))
        for backup in plan.backups
        if backup.repositories[:1] == (name,)
        for database in backup.databases
    )
    wanted = max(WITNESS_DISK_MIB, held * SPARE + kept)
    return ceil(wanted / 1024) * 1024


def kept_days(backup: PlannedBackup) -> int:
    """Days of backups on the repository's disk: days and weeks; months are the vault's."""
    return max(backup.daily, 7 * backup.weekly, 1)


def kept_fulls(backup: PlannedBackup) -> int:
    """Full backups on the repository's disk: one a day, or one a week where the schedule has it."""
    weekly = backup.full.split()[4] != "*"
    return ceil(kept_days(backup) / (7 if weekly else 1)) + 1
