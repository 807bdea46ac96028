"""What a repository has of one database: whether it can be used, its backups, its log's gaps."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from tricenter.lab.acting import acting_as
from tricenter.lab.backup.moments import newest_moment
from tricenter.lab.backup.pgbackrest import OWNER, BackupFacts, PgBackRest
from tricenter.lab.backup.segments import SEGMENT, Gap, gaps, segments
from tricenter.lab.errors import LabError

State = Literal["there", "repository-missing", "stanza-missing", "unreadable"]
KINDS = ("archive", "backup")
ASIDE = "aside"
"""The folder of a repository for what was taken out of it: nothing of it is ever deleted."""

Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stanza:
    """A database in its repository, as it was seen at `looked`, in seconds of the epoch.

    `gaps` are those after the start of the newest backup: no moment behind the first one can be
    reached. `reach` is the newest moment before it, and `torn` when what lies behind it came, in
    seconds of the epoch. `needs` is the first segment of the log that the newest backup needs,
    `newest` the last one that is there. `earlier` are the gaps between the oldest backup and the
    newest. `strange`: segments were set aside, and no full backup was begun since.
    """

    database: str
    looked: float
    state: State
    why: str = ""
    backups: int = 0
    needs: str | None = None
    newest: str | None = None
    gaps: tuple[Gap, ...] = ()
    reach: str | None = None
    torn: float | None = None
    earlier: tuple[Gap, ...] = ()
    strange: bool = False


@dataclass(slots=True)
class Looker:
    """Looks at stanzas; pgBackRest is asked only where the files that it reads have changed."""

    repository: PgBackRest
    root: Path
    moment: Callable[[str, str], str | None] = newest_moment
    _asked: dict[str, tuple[Signature, State, str, tuple[BackupFacts, ...]]] = field(
        default_factory=dict[str, tuple[Signature, State, str, tuple[BackupFacts, ...]]]
    )
    _reached: dict[str, str | None] = field(default_factory=dict[str, str | None])

    def look(self, database: str) -> Stanza:
        """How the stanza is now; its files are its owner's, and looked at as the owner."""
        with acting_as(OWNER):
            return self._look(database)

    def _look(self, database: str) -> Stanza:
        now = time.time()
        state, why, backups = self._ask(database)
        if state != "there":
            return Stanza(database=database, looked=now, state=state, why=why)
        names = {path.name: path for path in archived(self.root, database)}
        last = backups[-1] if backups else None
        found = gaps(names, last.first_log) if last else ()
        whole = gaps(names, backups[0].first_log) if last else ()
        return Stanza(
            database=database,
            looked=now,
            state=state,
            backups=len(backups),
            needs=last.first_log if last else None,
            newest=next(reversed(segments(names)), None),
            gaps=found,
            reach=self._reach(database, found[0].after, names) if found else None,
            torn=_came(found[0].before, names) if found else None,
            earlier=tuple(gap for gap in whole if gap not in found),
            strange=_is_strange(set_aside(self.root, database), backups),
        )

    def _ask(self, database: str) -> tuple[State, str, tuple[BackupFacts, ...]]:
        state, why = judge_files(self.root, database)
        if state != "there":
            return state, why, ()
        signature = _signature(self.root, database)
        known = self._asked.get(database)
        if known is None or known[0] != signature:
            try:
                known = signature, "there", "", self.repository.backups(database)
            except LabError as error:
                known = signature, "unreadable", str(error), ()
            self._asked[database] = known
        return known[1:]

    def _reach(self, database: str, segment: str, names: Mapping[str, Path]) -> str | None:
        if segment not in self._reached:
            self._reached[segment] = self.moment(database, segment)
        return self._reached[segment] or _text(_came(segment, names))


def judge_files(root: Path, database: str) -> tuple[State, str]:
    """Whether a stanza's two descriptions are there, without a look into them."""
    if not any((root / kind).is_dir() for kind in KINDS):
        return "repository-missing", f"{root} is empty"
    lost = [kind for kind in KINDS if not any(map(Path.exists, descriptions(root, kind, database)))]
    full = [kind for kind in KINDS if any((root / kind / database).glob("*"))]
    if not lost:
        return "there", ""
    if not full:
        return "stanza-missing", f"{root} has nothing of {database}"
    gone = " and ".join(f"{kind}.info" for kind in lost)
    return "unreadable", f"{gone} of {database} and its copy are gone"


def descriptions(root: Path, kind: str, database: str) -> tuple[Path, Path]:
    """The file that describes a stanza's archive or backups, and its copy."""
    folder = root / kind / database
    return folder / f"{kind}.info", folder / f"{kind}.info.copy"


def archived(root: Path, database: str) -> tuple[Path, ...]:
    """The segments of the log in a repository."""
    paths = (root / "archive" / database).glob("*/*/*")
    return tuple(path for path in paths if SEGMENT.fullmatch(path.name))


def set_aside(root: Path, database: str) -> tuple[Path, ...]:
    """The folders of what was taken out of a stanza and kept, oldest first."""
    return tuple(sorted((root / ASIDE).glob(f"{database}@*")))


def _is_strange(aside: Sequence[Path], backups: Sequence[BackupFacts]) -> bool:
    moved = [path.stat().st_mtime for path in aside if (path / "archive").is_dir()]
    fulls = [backup.stopped.timestamp() for backup in backups if backup.kind == "full"]
    return max(moved, default=0.0) > max(fulls, default=0.0)


def to_data(stanza: Stanza) -> dict[str, Any]:
    """A stanza as JSON data."""
    return asdict(stanza)


def from_data(data: Mapping[str, Any]) -> Stanza:
    """The stanza in JSON data."""
    fields: dict[str, Any] = dict(data)
    for key in ("gaps", "earlier"):
        fields[key] = tuple(Gap(**gap) for gap in data[key])
    return Stanza(**fields)


def _signature(root: Path, database: str) -> Signature:
    found: list[tuple[str, int, int, int]] = []
    for path in (path for kind in KINDS for path in descriptions(root, kind, database)):
        try:
            seen = path.stat()
        except FileNotFoundError:
            continue
        found.append((str(path), seen.st_ino, seen.st_mtime_ns, seen.st_size))
    return tuple(found)


def _came(segment: str, names: Mapping[str, Path]) -> float | None:
    """When a segment came into the repository."""
    path = next((path for name, path in names.items() if name.startswith(segment)), None)
    try:
        return path.stat().st_mtime if path else None
    except FileNotFoundError:
        return None


def _text(at: float | None) -> str | None:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds") if at else None
