"""A drill's journal: what was begun, so that what a killed drill left can be undone by its id."""

import secrets
import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tricenter.lab.stack import read_json, write_json
from tricenter.setup.living import started
from tricenter.topology.errors import TricenterError

SCHEMA = 1
LIFE = timedelta(hours=2)
"""After this a drill's stack may be taken away by anyone."""
KEPT = 5
"""Histories of ended drills that are kept."""


class JournalError(TricenterError):
    """There is no such drill, or it still runs."""


@dataclass(slots=True, kw_only=True)
class Entry:
    """A step: begun, done or failed, with its length in seconds."""

    name: str
    text: str
    state: str = "begun"
    seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Journal:
    """What one drill has begun; stored after every change. `engine` says who made the stack.

    `offline` says that the clouds of its `target` were emulated; `project` is the folder of the
    Pulumi project that it is of, empty in a journal from before there could be several.
    """

    run: str
    scenario: str
    spec: str
    stack: str
    pulumi: str
    engine: str
    expires: str
    process: int
    started: str = ""
    target: str = "lab"
    offline: bool = False
    project: str = ""
    steps: list[Entry] = field(default_factory=list[Entry])

    @property
    def folder(self) -> Path:
        """The folder of the drill: the journal and the history."""
        return drills_folder() / self.run

    @property
    def root(self) -> Path | None:
        """The folder of its project, where it is known."""
        return Path(self.project) if self.project else None

    @property
    def ended(self) -> bool:
        """Whether nothing of the drill is left: its last step was to remove the stack."""
        return any(step.name == "remove" and step.state == "done" for step in self.steps)

    @property
    def running(self) -> bool:
        """Whether the drill's process still lives."""
        return bool(self.started) and started(self.process) == self.started

    def store(self) -> None:
        """Write the journal, so that a power loss leaves the old or the new one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_json(self.folder / "journal.json", {"schema": SCHEMA, **asdict(self)})

    @contextmanager
    def step(self, name: str, text: str) -> Generator[Entry]:
        """A step: noted before it begins and when it has ended, either way."""
        entry = Entry(name=name, text=text)
        self.steps.append(entry)
        self.store()
        began = time.monotonic()
        try:
            yield entry
            entry.state = "done"
        except BaseException:
            entry.state = "failed"
            raise
        finally:
            entry.seconds = round(time.monotonic() - began, 2)
            self.store()


def drills_folder() -> Path:
    """Where the journals of this user's drills are."""
    from tricenter.setup.places import state_directory

    return state_directory() / "drills"


def new_run() -> str:
    """An id for a drill: six hexadecimal digits that no other drill of this user has."""
    while (drills_folder() / (run := secrets.token_hex(3))).exists():
        pass
    return run


def expiry() -> datetime:
    """When a drill that begins now counts as forgotten."""
    return datetime.now(UTC) + LIFE


def list_journals(project: Path | None = None) -> tuple[Journal, ...]:
    """All journals, the oldest first; with the folder of a project without those of other ones."""
    paths = sorted(drills_folder().glob("*/journal.json"), key=lambda path: path.stat().st_mtime)
    found = tuple(_read(path) for path in paths)
    return tuple(one for one in found if project is None or one.root in {None, project})


def find_journal(run: str, project: Path | None = None) -> Journal:
    """The journal of a drill; JournalError when there is none, or it is another project's."""
    journals = {journal.run: journal for journal in list_journals(project)}
    if run not in journals:
        known = ", ".join(journals) or "none"
        raise JournalError(f"there is no drill {run!r} here; there are: {known}")
    return journals[run]


def forget_old() -> None:
    """Delete the folders of ended drills, but for the newest."""
    ended = [journal for journal in list_journals() if journal.ended and not journal.running]
    for journal in ended[:-KEPT]:
        shutil.rmtree(journal.folder, ignore_errors=True)


def _read(path: Path) -> Journal:
    data: dict[str, Any] = read_json(path)
    if data.get("schema") != SCHEMA:
        raise JournalError(f"{path} is not of schema {SCHEMA}: delete it")
    steps = [Entry(**step) for step in data.pop("steps")]
    known = {entry.name for entry in fields(Journal)} - {"steps"}
    # A journal from before drills on clouds has neither target nor offline.
    return Journal(steps=steps, **{key: data[key] for key in known & data.keys()})
