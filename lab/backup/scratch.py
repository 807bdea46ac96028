"""A scratch instance: a database restored beside the live ones, looked at, and removed."""

import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tricenter.lab.acting import acting_as
from tricenter.lab.backup.pgbackrest import AS_OWNER, LONGEST, OWNER, PgBackRest
from tricenter.lab.errors import LabError
from tricenter.lab.inside import give, here
from tricenter.lab.waits import until

SCRATCH = here("/srv/scratch")
LOCKS = "/tmp"  # noqa: S108 - the own one of each host
PORT = 5432
ROOM = 1.3
"""Times the size of the database that must be free: the log is fetched as well."""

SETTINGS = {
    "port": str(PORT),
    "listen_addresses": "''",
    "ssl": "off",
    "archive_mode": "off",
    "archive_command": "''",
    "hot_standby": "off",
    "synchronous_standby_names": "''",
    "primary_conninfo": "''",
    "primary_slot_name": "''",
    "shared_buffers": "32MB",
    "logging_collector": "off",
    "cluster_name": "scratch",
}
"""What differs from the live server: it hears no network, archives nothing, waits for nobody."""

LAST_TRANSACTION = re.compile(r"last completed transaction was at log time (.+)")
ENDED_EARLY = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A restore: where it is, to which moment it went, how long it took in seconds."""

    database: str
    folder: str
    port: int
    copied: float
    replayed: float
    recovered: datetime | None
    reached: bool
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    """The place of one scratch instance; `name` is unique in its host."""

    name: str

    @property
    def folder(self) -> Path:
        """All that belongs to it."""
        return SCRATCH / self.name

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    def restore(self, source: PgBackRest, database: str, to: datetime | None) -> Restored:
        """Restore the newest backup before a moment and replay the log up to it, then open.

        Where the archive ends before the moment, the instance is opened at the archive's end
        and `reached` is False.
        """
        self.remove()
        self._make_folder(source, database, to)
        copied = self._copy(source, database, to)
        started = time.monotonic()
        reached = self._open()
        if not reached:
            # Once more to the end of the archive: everything that is there.
            copied += self._copy(source, database, None, "--delta")
            started = time.monotonic()
            if not self._open():
                raise LabError(f"the restored {database} does not open: {self._last_lines()}")
        return Restored(
            database=database,
            folder=str(self.folder),
            port=PORT,
            copied=round(copied, 3),
            replayed=round(time.monotonic() - started, 3),
            recovered=self._recovered(),
            reached=reached,
            size=int(self.query("postgres", "SELECT sum(pg_database_size(oid)) FROM pg_database")),
        )

    def query(self, database: str, statement: str) -> str:
        """The unaligned answer of a fixed statement; LabError when it fails."""
        options = ["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", OWNER]
        return self.tool("psql", *options, "-p", str(PORT), "-d", database, "-c", statement).strip()

    def tool(self, name: str, *options: str, check: bool = True) -> str:
        """Run one of PostgreSQL's programs as the owner and give its output."""
        argv = [*AS_OWNER, str(binaries() / name), *options]
        with acting_as(OWNER):
            output = (self.folder / "tool.log").open("w+", encoding="utf-8", errors="replace")
        with output:
            # A file, not a pipe: the server that pg_ctl starts keeps what it was given.
            done = subprocess.run(
                argv, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                timeout=LONGEST, check=False, cwd="/",
            )  # fmt: skip
            output.seek(0)
            said = output.read()
        if check and done.returncode != 0:
            raise LabError(f"{name}: {said.strip()[-400:] or done.returncode}")
        return said

    def stop(self) -> None:
        """Stop the server if it runs."""
        if (self.data / "postmaster.pid").exists():
            self.tool("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop", check=False)

    def adopt(self, place: Path) -> None:
        """Stop and move the data to a member's place; what is there is kept as `replaced`.

        What the server was told beside its configuration was for the scratch instance alone.
        """
        self.stop()
        if (self.data / "postmaster.pid").exists():
            raise LabError(f"the server of {self.name} does not stop: {self._last_lines()}")
        with acting_as(OWNER):
            (self.data / "postgresql.auto.conf").write_text("", encoding="utf-8")
            if place.exists():
                place.rename(self.folder / "replaced")
            self.data.rename(place)

    def remove(self) -> None:
        """Stop the server and remove all that belongs to it; fine when there is nothing."""
        if self.folder.exists():
            self.stop()
            shutil.rmtree(self.folder)

    def _make_folder(self, source: PgBackRest, database: str, to: datetime | None) -> None:
        needed = int(ROOM * _size_to_restore(source, database, to))
        SCRATCH.mkdir(mode=0o755, parents=True, exist_ok=True)
        free = shutil.disk_usage(SCRATCH).free
        if free < needed:
            raise LabError(
                f"no room to restore {database}: it takes {needed >> 20} MiB, "
                f"{free >> 20} MiB are free; remove something, or restore in another site"
            )
        self.folder.mkdir(mode=0o700)
        give(self.folder, OWNER)

    def _copy(self, source: PgBackRest, database: str, to: datetime | None, *more: str) -> float:
        """Copy the backup and write how far to replay; gives the seconds."""
        started = time.monotonic()
        target = ["--type=default"]
        if to is not None:
            moment = to.astimezone(UTC).isoformat(sep=" ", timespec="microseconds")
            target = ["--type=time", f"--target={moment}", "--target-action=promote"]
        fetch = source.restore_command(database, str(self.data))
        own = [f"--pg1-path={self.data}", "--archive-mode=off", *more]
        lock = f"--lock-path={here(LOCKS)}/pgbackrest-scratch-{self.name}"
        option = f"--recovery-option=restore_command={fetch}"
        source.run(database, "restore", *own, lock, option, *target)
        with acting_as(OWNER):
            self._configure()
        return time.monotonic() - started

    def _configure(self) -> None:
        settings = SETTINGS | {"unix_socket_directories": f"'{self.folder}'"}
        hba = self.folder / "hba.conf"
        hba.write_text("local all all trust\n", encoding="utf-8")  # the folder is 0700
        settings["hba_file"] = f"'{hba}'"
        with (self.data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())

    def _open(self) -> bool:
        """Start, replay and promote; False when the archive ended before the target."""
        options = ["-D", str(self.data), "-w", "-t", str(int(LONGEST)), "-l", str(self._log)]
        with suppress(LabError):
            self.tool("pg_ctl", *options, "start")
            # pg_ctl is content once the state is consistent; the log is still being replayed.
            until(self._serves_or_ended, LONGEST, f"the opening of {self.name}")
            if (self.data / "postmaster.pid").exists():
                return True
        if ENDED_EARLY in self._said():
            return False
        raise LabError(f"the restored server does not open: {self._last_lines()}")

    def _serves_or_ended(self) -> bool:
        if not (self.data / "postmaster.pid").exists():
            return True
        argv = [str(binaries() / "pg_isready"), "-q", "-h", str(self.folder), "-p", str(PORT)]
        return subprocess.run([*AS_OWNER, *argv], check=False, timeout=60.0).returncode == 0

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _said(self) -> str:
        with acting_as(OWNER):
            return self._log.read_text(encoding="utf-8", errors="replace")

    def _recovered(self) -> datetime | None:
        """When the last transaction that was replayed was committed; None if none was."""
        found = LAST_TRANSACTION.findall(self._said())
        return datetime.fromisoformat(found[-1]).astimezone(UTC) if found else None

    def _last_lines(self) -> str:
        try:
            lines = self._said().splitlines()
        except FileNotFoundError:
            return "no log"
        return " / ".join(line for line in lines[-6:] if "FATAL" in line or "ERROR" in line)


def binaries() -> Path:
    """The folder of PostgreSQL's programs, as this host's members use them."""
    linked = here("/srv/etc/postgresql/bin")
    if linked.exists():
        return linked.resolve()
    versions = sorted(
        Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda path: int(path.parent.name)
    )
    if not versions:
        raise LabError("PostgreSQL is not installed")
    return versions[-1]


def verify(scratch: Scratch) -> dict[str, int]:
    """Look into every database and page of an open instance, then stop it.

    Every database answers, every B-tree and heap is checked by pg_amcheck, and after a clean
    stop pg_checksums reads each page. Gives counts; LabError at the first thing wrong.
    """
    names = scratch.query("postgres", "SELECT datname FROM pg_database WHERE datallowconn")
    tables = 0
    for name in names.splitlines():
        tables += int(scratch.query(name, "SELECT count(*) FROM pg_class WHERE relkind = 'r'"))
    place = ["-h", str(scratch.folder), "-p", str(PORT), "-U", OWNER]
    scratch.tool("pg_amcheck", *place, "--all", "--install-missing")
    checksums = scratch.query("postgres", "SHOW data_checksums") == "on"
    scratch.stop()
    if checksums:
        scratch.tool("pg_checksums", "--check", "-D", str(scratch.data))
    return {"databases": len(names.splitlines()), "tables": tables, "checksums": int(checksums)}


def leftovers() -> Sequence[str]:
    """Names of the scratch instances that this host still has."""
    return sorted(path.name for path in SCRATCH.glob("*") if path.is_dir())


def _size_to_restore(source: PgBackRest, database: str, to: datetime | None) -> int:
    known = source.backups(database)
    if not known:
        raise LabError(f"there is no backup of {database} yet")
    early = [backup for backup in known if to is None or backup.stopped <= to]
    if to is not None and not early:
        oldest = known[0].stopped.isoformat()
        raise LabError(f"no backup of {database} ended before {to.isoformat()}; oldest: {oldest}")
    return early[-1].database_size
