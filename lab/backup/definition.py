"""What a site's scheduler is told: its databases, their calendars, their vaults; and its jobs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tricenter.lab.backup.due import Job
from tricenter.topology.log_shipping import pace_of
from tricenter.topology.plan import Plan, PlannedBackup
from tricenter.topology.retention import Keep

DEFINITION = "/srv/etc/schedule/schedule.json"
JOURNAL = "/srv/schedule/journal.jsonl"
STATUS = "/run/schedule/status.json"
TEST_CRON = {"daily": "30 4 * * *", "weekly": "30 4 * * 1", "monthly": "30 4 1 * *"}
"""When restores are tested: after the night's backup; weekly on Mondays, monthly on the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultDisk:
    """A vault's disk image on the machine, plugged in as a block device; else a folder there."""

    name: str
    image: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupDefinition:
    """One schedule of the plan, as its repository's site runs it; durations in seconds."""

    name: str
    databases: tuple[str, ...]
    full: str
    incremental: str | None
    keep: Keep
    ship: float | None
    vaults: tuple[VaultDisk, ...]
    immutable: float | None
    restore_test: Literal["daily", "weekly", "monthly"] | None

    def jobs(self) -> tuple[Job, ...]:
        """What is to be done, over and over."""
        found = [job for database in self.databases for job in self._of_database(database)]
        backups = tuple(job.id for job in found if job.kind in ("full", "incremental"))
        for vault in self.vaults:
            id_ = f"ship:{self.name}:{vault.name}"
            key = f"vault:{vault.name}"
            every = None if self.ship is None else pace_of(self.ship).pause
            found.append(Job(id=id_, kind="ship", key=key, every=every, follows=backups))
        return tuple(found)

    def _of_database(self, database: str) -> list[Job]:
        full, incremental = f"full:{database}", f"incremental:{database}"
        jobs = [Job(id=full, kind="full", key=database, cron=self.full, at_once=True)]
        if self.incremental:
            jobs.append(
                Job(id=incremental, kind="incremental", key=database, cron=self.incremental)
            )
        follows = tuple(job.id for job in jobs)
        jobs.append(Job(id=f"retain:{database}", kind="retain", key=database, follows=follows))
        if self.restore_test:
            cron = TEST_CRON[self.restore_test]
            id_ = f"restore-test:{database}"
            jobs.append(Job(id=id_, kind="restore-test", key=database, cron=cron))
        return jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """All schedules whose repository is in one site."""

    site: str
    backups: tuple[BackupDefinition, ...]

    def jobs(self) -> tuple[Job, ...]:
        """The jobs of every schedule."""
        return tuple(job for backup in self.backups for job in backup.jobs())

    def backup_of(self, database: str) -> BackupDefinition:
        """The schedule of one database; KeyError for another."""
        for backup in self.backups:
            if database in backup.databases:
                return backup
        raise KeyError(database)

    def vault(self, name: str) -> VaultDisk:
        """A vault by name; KeyError for another."""
        return {vault.name: vault for backup in self.backups for vault in backup.vaults}[name]


def define(plan: Plan, site: str, images: Mapping[str, str]) -> Definition:
    """What the scheduler of a site is told; `images` has each vault's disk image by name."""
    own = [backup for backup in plan.backups if backup.repositories[:1] == (site,)]
    return Definition(site=site, backups=tuple(_define(backup, images) for backup in own))


def _define(backup: PlannedBackup, images: Mapping[str, str]) -> BackupDefinition:
    return BackupDefinition(
        name=backup.name,
        databases=backup.databases,
        full=backup.full,
        incremental=backup.incremental,
        keep=Keep(daily=backup.daily, weekly=backup.weekly, monthly=backup.monthly),
        ship=backup.ship,
        vaults=tuple(VaultDisk(name=vault, image=images[vault]) for vault in backup.vaults),
        immutable=backup.immutable,
        restore_test=backup.restore_test,
    )


def to_data(definition: Definition) -> dict[str, Any]:
    """The definition as JSON data."""
    return json.loads(json.dumps(asdict(definition)))


def from_data(data: Mapping[str, Any]) -> Definition:
    """The definition in JSON data."""
    return Definition(
        site=data["site"], backups=tuple(_backup_from(backup) for backup in data["backups"])
    )


def _backup_from(data: Mapping[str, Any]) -> BackupDefinition:
    fields: dict[str, Any] = {
        **data,
        "databases": tuple(data["databases"]),
        "keep": Keep(**data["keep"]),
        "vaults": tuple(VaultDisk(**vault) for vault in data["vaults"]),
    }
    return BackupDefinition(**fields)


def read_definition(path: Path) -> Definition:
    """The definition that a host was given."""
    return from_data(json.loads(path.read_text(encoding="utf-8")))
