"""Calling pgBackRest in a host, as its owner, and reading what it says of its backups."""

import json
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tricenter.lab.backup.carry_out import carry_out
from tricenter.lab.errors import LabError
from tricenter.lab.inside import as_user, here
from tricenter.topology.render.pgbackrest import ETC, SECRETS
from tricenter.topology.retention import Snapshot

OWNER = "postgres"
# The child dies with us: a scheduler killed and started again meets no backup of its former life.
AS_OWNER = as_user(OWNER, "--pdeathsig=TERM")
TAKEN = "taken"
"""Annotation of a backup: the time by the schedule's clock."""

LABEL = re.compile(r"\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?")
"""src/info/infoBackup.c and src/command/backup/common.c of pgBackRest 2.45, read 2026-11-30."""

LONGEST = 6 * 3600.0
"""Seconds after which a backup or restore is given up."""


class BackrestError(LabError):
    """pgBackRest failed; `code` is its exit code, as its manual lists them."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


UNREADABLE = frozenset({5, 99})
"""Statuses of a stanza in `info`: of another database, and what cannot be read for any reason.
src/command/info/info.c of pgBackRest 2.45, read 2026-11-30."""

NO_BACKUP_BEFORE = 75
"""Exit code of a restore to a moment before the oldest backup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFacts:
    """One backup as the repository describes it; sizes in bytes.

    `system` is PostgreSQL's system identifier: two databases of one name are told apart by it.
    """

    database: str
    system: str
    label: str
    kind: str
    taken: datetime
    stopped: datetime
    needs: tuple[str, ...]
    database_size: int
    repository_size: int
    first_log: str
    last_log: str

    def snapshot(self) -> Snapshot:
        """What retention needs to know of it."""
        full = self.kind == "full"
        return Snapshot(label=self.label, full=full, taken=self.taken, needs=self.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class PgBackRest:
    """pgBackRest with one configuration; `secrets` where the repository itself is at hand."""

    config: str
    secrets: str | None = None

    def argv(self, stanza: str, command: str, options: Sequence[str] = ()) -> list[str]:
        """The command line. No secret is ever in it."""
        include = [f"--config-include-path={self.secrets}"] if self.secrets else []
        own = [f"--config={self.config}", *include, f"--stanza={stanza}"]
        return [*AS_OWNER, "pgbackrest", *own, *options, command]

    def restore_command(self, stanza: str, data: str) -> str:
        """How a restored server fetches the log, piece by piece: no queue that others share."""
        own = self.argv(stanza, "archive-get", [f"--pg1-path={data}", "--no-archive-async"])
        return shlex.join(own[len(AS_OWNER) :]) + ' %f "%p"'

    def run(self, stanza: str, command: str, *options: str, longest: float = LONGEST) -> str:
        """Run a command and give its output; BackrestError with the reason it states."""
        argv = self.argv(stanza, command, options)
        try:
            code, printed, errors = carry_out(argv, longest)
        except subprocess.TimeoutExpired:
            raise LabError(f"pgbackrest {command} of {stanza} took over {longest:g} s") from None
        if code != 0:
            reason = _reason(printed + errors) or _ending(code)
            raise BackrestError(f"pgbackrest {command} of {stanza}: {reason}", code)
        return printed

    def backups(self, stanza: str) -> tuple[BackupFacts, ...]:
        """The backups of a database, oldest first; none when the stanza is not there yet."""
        found = self._described(stanza)
        return tuple(
            _facts(stanza, _systems(entry), backup) for entry in found for backup in entry["backup"]
        )

    def system(self, stanza: str) -> str | None:
        """The system identifier of the database that the stanza takes now; None without one."""
        found = (known for entry in self._described(stanza) for known in _systems(entry).values())
        return next(reversed([*found]), None)

    def close_log(self, stanza: str) -> None:
        """Have the leader close its piece of the log, and wait until it is in the repository."""
        self.run(stanza, "check", "--archive-timeout=30", longest=120.0)

    def has_stanza(self, stanza: str) -> bool:
        """Whether the repository knows the database."""
        return any(entry["db"] for entry in self._described(stanza))

    def _described(self, stanza: str) -> list[dict[str, Any]]:
        """What the repository says of a stanza; BackrestError when it cannot be read."""
        described = json.loads(self.run(stanza, "info", "--output=json", longest=120.0))
        found = [entry for entry in described if entry["name"] == stanza]
        for entry in found:
            code, message = entry["status"]["code"], entry["status"]["message"]
            if code in UNREADABLE:
                told = [repo["status"]["message"] for repo in entry.get("repo", ())]
                reason = next(iter(told), message).partition("\n")[0].rstrip(":")
                raise BackrestError(f"pgbackrest info of {stanza}: {reason}", code)
        return found


def local_repository() -> PgBackRest:
    """pgBackRest in the site that has the repository."""
    return PgBackRest(config=str(here(f"{ETC}/repository.conf")), secrets=str(here(SECRETS)))


def archive_client(database: str) -> PgBackRest:
    """pgBackRest as a member's site uses it: the repository is reached over TLS."""
    return PgBackRest(config=str(here(f"{ETC}/{database}.conf")))


def _label(text: str) -> str:
    """A label as pgBackRest gives it; LabError for another, which could lead out of its folder."""
    if not LABEL.fullmatch(text):
        raise LabError(f"{text!r} is no label of a backup")
    return text


def _systems(entry: Mapping[str, Any]) -> dict[int, str]:
    """The system identifiers of a stanza by the number that its backups name, oldest first."""
    return {known["id"]: str(known["system-id"]) for known in entry["db"]}


def _facts(database: str, systems: Mapping[int, str], backup: dict[str, Any]) -> BackupFacts:
    stopped = datetime.fromtimestamp(backup["timestamp"]["stop"], UTC)
    notes: dict[str, str] = backup.get("annotation") or {}
    noted = notes.get(TAKEN)
    prior = [backup["prior"]] if backup["prior"] else []
    return BackupFacts(
        database=database,
        system=systems[backup["database"]["id"]],
        label=_label(backup["label"]),
        kind=backup["type"],
        taken=datetime.fromisoformat(noted) if noted else stopped,
        stopped=stopped,
        needs=tuple(sorted(map(_label, {*prior, *(backup["reference"] or ())}))),
        database_size=backup["info"]["size"],
        repository_size=backup["info"]["repository"]["delta"],
        first_log=backup["archive"]["start"],
        last_log=backup["archive"]["stop"],
    )


def _reason(output: str) -> str:
    """The sentence of the first error, without its time and process."""
    for line in output.splitlines():
        _, mark, rest = line.partition("ERROR: ")
        if mark:
            return rest.partition("]: ")[2].strip() or rest.strip()
    return ""


def _ending(code: int) -> str:
    """What a program that said nothing ended with; pgBackRest crashes over some damaged files."""
    return f"it crashed by signal {-code}" if code < 0 else f"exit code {code}"
