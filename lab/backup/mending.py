"""Mending a repository, inside its host: a JSON request on standard input, a JSON answer.

`python -m tricenter.lab.backup.mending`. Nothing that was archived or backed up is deleted: what
is in the way goes into the repository's folder `aside`.
"""

import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tricenter.lab.acting import acting_as
from tricenter.lab.backup.answering import answer_one
from tricenter.lab.backup.definition import DEFINITION, Definition, read_definition
from tricenter.lab.backup.moments import can_fetch
from tricenter.lab.backup.pgbackrest import OWNER, BackrestError, local_repository
from tricenter.lab.backup.stanza import (
    ASIDE,
    KINDS,
    Looker,
    Stanza,
    archived,
    descriptions,
    to_data,
)
from tricenter.lab.backup.vault import attached, generations
from tricenter.lab.backup.work import make_stanza
from tricenter.lab.errors import LabError
from tricenter.lab.inside import here
from tricenter.topology.render.pgbackrest import REPOSITORY

LOCKED = 50
"""pgBackRest's exit code where another process works on the stanza."""

LONGEST = 60.0
Request = Mapping[str, Any]


def look(request: Request) -> dict[str, Any]:
    """How each stanza of this host is at this moment."""
    del request
    return {"repository": [to_data(_look(name)) for name in _databases(_definition())]}


def mend(request: Request) -> dict[str, Any]:
    """Bring back the stanzas that are missing or cannot be read; says what was done."""
    del request
    definition = _definition()
    done = [said for name in _databases(definition) for said in _mend(definition, name)]
    return {"done": done}


def aside(request: Request) -> dict[str, Any]:
    """Take segments that are not the leader's out of the archive, so that its own come in."""
    database, wanted = request["database"], frozenset(request["segments"])
    with acting_as(OWNER):
        found = [p for p in archived(here(REPOSITORY), database) if p.name[:24] in wanted]
    if not found:
        return {"done": []}
    with acting_as(OWNER):
        place = _set_aside(database, found)
    names = ", ".join(sorted(path.name[:24] for path in found))
    return {"done": [f"{names} of {database} went from the archive into {place}"]}


def renew(request: Request) -> dict[str, Any]:
    """Make the place of a database anew where it is another system's; says what was done."""
    database = request["database"]
    if local_repository().system(database) in (request["system"], None):
        return {"done": []}
    folders = [folder for kind in KINDS if (folder := here(REPOSITORY) / kind / database).exists()]
    with acting_as(OWNER):
        place = _set_aside(database, folders) if folders else None
    _make(database)
    kept = f"; what it had went into {place}" if place else ""
    return {"done": [f"{database}: its place in the repository is made anew{kept}"]}


def _mend(definition: Definition, database: str) -> Iterator[str]:
    stanza = _look(database)
    if stanza.state == "there":
        return
    if stanza.state == "unreadable":
        vault = _put_back(definition, database)
        if vault is not None:
            yield f"the descriptions of {database} were put back from {vault}"
            return
        folders = [here(REPOSITORY) / kind / database for kind in KINDS]
        with acting_as(OWNER):
            place = _set_aside(database, [folder for folder in folders if folder.exists()])
        yield f"what cannot be read of {database} went into {place}"
    _make(database)
    yield f"the place of {database} in the repository was made anew, a full backup follows"


def _make(database: str) -> None:
    """Make a stanza; the scheduler may do the same at this moment."""
    deadline = time.monotonic() + LONGEST
    while _look(database).state != "there":
        try:
            make_stanza(local_repository(), database)
        except BackrestError as error:
            if error.code != LOCKED or time.monotonic() > deadline:
                raise
            time.sleep(1.0)


def _put_back(definition: Definition, database: str) -> str | None:
    """Take what describes a stanza from a vault; the vault's name if it fits what is here."""
    for vault in definition.backup_of(database).vaults:
        try:
            with attached(vault, writable=False) as root:
                newest = generations(root)[-1:]
                with acting_as(OWNER):  # all of a vault may be read by the owner
                    if newest and _fits(newest[0].path, database):
                        return vault.name
        except LabError:
            continue  # a vault that cannot be read: the next one
    return None


def _fits(described: Path, database: str) -> bool:
    """Put the descriptions in place, as few as will do; undone where they do not fit."""
    root = here(REPOSITORY)
    for kinds in (("archive",), ("backup",), KINDS):
        files = [path for kind in kinds for path in descriptions(described, kind, database)]
        there = [path for path in files if path.exists()]
        if len(there) < len(kinds):
            continue
        places = [path for kind in kinds for path in descriptions(root, kind, database)]
        moved = _set_aside(database, [path for path in places if path.exists()], "descriptions")
        for path in there:
            _copy(path, root / path.relative_to(described))
        if _is_whole(_look(database)):
            return True
        for path in places:
            path.unlink(missing_ok=True)  # a copy of the vault's
        for path in moved.glob("*.info*"):
            _move(path, root / path.name.partition(".")[0] / database / path.name)
    return False


def _is_whole(stanza: Stanza) -> bool:
    """Whether a stanza can be read, down to its newest segment."""
    if stanza.state != "there":
        return False
    return stanza.newest is None or can_fetch(stanza.database, stanza.newest)


def _set_aside(database: str, paths: Iterable[Path], folder: str = "") -> Path:
    """Move files or folders out of the stanza; gives the folder where they are kept."""
    root = here(REPOSITORY)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    place = root / ASIDE / f"{database}@{stamp}"
    for path in paths:
        target = place / (Path(folder) / path.name if folder else path.relative_to(root))
        _move(path, target)
    return place / folder


def _move(path: Path, target: Path) -> None:
    _make_folders(target.parent)
    path.rename(target)


def _make_folders(folder: Path) -> None:
    """Folders as pgBackRest makes its own; who calls is the owner."""
    for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        missing.mkdir(mode=0o750)


def _copy(path: Path, target: Path) -> None:
    _make_folders(target.parent)
    shutil.copyfile(path, target)
    target.chmod(0o640)


def _look(database: str) -> Stanza:
    return Looker(repository=local_repository(), root=here(REPOSITORY)).look(database)


def _definition() -> Definition:
    return read_definition(here(DEFINITION))


def _databases(definition: Definition) -> Iterator[str]:
    return (name for backup in definition.backups for name in backup.databases)


VERBS = {"look": look, "mend": mend, "aside": aside, "renew": renew}


if __name__ == "__main__":
    sys.exit(answer_one(VERBS))
