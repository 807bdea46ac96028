"""What each kind of job does; every function gives the facts for the journal, or raises."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from tricenter.lab.backup.definition import Definition
from tricenter.lab.backup.due import Job
from tricenter.lab.backup.pgbackrest import (
    OWNER,
    TAKEN,
    PgBackRest,
    archive_client,
    local_repository,
)
from tricenter.lab.backup.scratch import Scratch, verify
from tricenter.lab.backup.shipping import ship
from tricenter.lab.backup.vault import attached
from tricenter.lab.errors import LabError
from tricenter.lab.inside import give, here
from tricenter.topology.render.pgbackrest import REPOSITORY
from tricenter.topology.retention import expired, logged_fulls

Facts = dict[str, Any]
Worker = Callable[[Job, datetime, datetime], Facts]
"""Does a job for its fire; the second time is now."""


def worker(definition: Definition) -> Worker:
    """The function that does the jobs of a definition in the repository's host."""
    repository = local_repository()

    def work(job: Job, fire: datetime, now: datetime) -> Facts:
        del fire  # what is caught up late is as old as it is, not as it should be
        if job.kind in ("full", "incremental"):
            return back_up(repository, job.key, job.kind, now)
        if job.kind == "retain":
            return retain(repository, definition, job.key)
        if job.kind == "ship":
            _, backup, vault = job.id.split(":")
            return ship_to(repository, definition, backup, vault, now)
        return test_restore(job.key)

    return work


def back_up(repository: PgBackRest, database: str, kind: str, now: datetime) -> Facts:
    """Take a backup of the member that leads now; the stanza is made if it is missing."""
    if not repository.has_stanza(database):
        make_stanza(repository, database)
    before = {backup.label for backup in repository.backups(database)}
    type_ = "full" if kind == "full" else "incr"
    note = f"--annotation={TAKEN}={now.isoformat()}"
    repository.run(database, "backup", f"--type={type_}", note)
    new = [backup for backup in repository.backups(database) if backup.label not in before]
    made = new[-1]
    size = made.repository_size
    return {"label": made.label, "database_size": made.database_size, "repository_size": size}


def make_stanza(repository: PgBackRest, database: str) -> None:
    """Make the place of a database in the repository, and the repository where it was removed."""
    root = here(REPOSITORY)
    if not root.exists():
        root.mkdir(mode=0o750)
        give(root, OWNER)
    repository.run(database, "stanza-create", longest=300.0)


def retain(repository: PgBackRest, definition: Definition, database: str) -> Facts:
    """Remove the backups whose time is over, and the log that nothing kept needs."""
    keep = definition.backup_of(database).keep
    snapshots = [backup.snapshot() for backup in repository.backups(database)]
    gone = expired(snapshots, keep)
    for label in gone:
        repository.run(database, "expire", f"--set={label}")
    left = [snapshot for snapshot in snapshots if snapshot.label not in gone]
    logged = logged_fulls(left, keep)
    if logged:
        options = [f"--repo1-retention-archive={logged}", "--repo1-retention-archive-type=full"]
        total = sum(snapshot.full for snapshot in left)
        repository.run(database, "expire", f"--repo1-retention-full={total}", *options)
    return {"expired": list(gone), "kept": len(left), "logged_fulls": logged}


def ship_to(
    repository: PgBackRest, definition: Definition, name: str, vault: str, now: datetime
) -> Facts:
    """Attach a vault, copy into it what is new, detach it.

    The leader closes its piece of the log first, so that the vault has what was committed until
    now; where that fails (no leader), what is in the repository is shipped all the same.
    """
    backup = next(backup for backup in definition.backups if backup.name == name)
    closed = [database for database in backup.databases if _close_log(repository, database)]
    with attached(definition.vault(vault), writable=True) as root:
        written = ship(
            root, here(REPOSITORY), backup.databases, repository.backups, now, backup.immutable
        )
    return {**written, "log_closed": closed}


def _close_log(repository: PgBackRest, database: str) -> bool:
    try:
        repository.close_log(database)
    except LabError:
        return False
    return True


def test_restore(database: str) -> Facts:
    """Restore the newest state into a scratch instance, look at all of it, remove it."""
    scratch = Scratch(name=f"test-{database}")
    try:
        restored = scratch.restore(archive_client(database), database, None)
        checked = verify(scratch)
    finally:
        scratch.remove()
    facts = asdict(restored)
    recovered = restored.recovered
    facts["recovered"] = recovered.isoformat() if recovered else None
    return {**facts, **checked}
