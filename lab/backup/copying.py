"""Taking files out of a repository: with its owner's rights, and never through a link.

The repository is the owner's of PostgreSQL, and whoever breaks into a database is that user. A link
that is laid there must not bring another file of the machine into a vault.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from tricenter.lab.acting import acting_as
from tricenter.lab.backup.pgbackrest import OWNER
from tricenter.lab.below import (
    FOLDER,
    folder_at,
    names_in,
    open_file,
    place_of,
    read_file,
)
from tricenter.lab.errors import LabError

SHOWN_FILE, SHOWN_FOLDER = 0o644, 0o755
"""Readable for the owner of PostgreSQL, as in the repository. All of it is encrypted."""


def read_piece(repository: Path, piece: str) -> bytes | None:
    """A file of the repository; None where there is none."""
    try:
        with acting_as(OWNER):
            return read_file(repository, PurePosixPath(piece).parts)
    except FileNotFoundError:
        return None


def is_there(repository: Path, piece: str) -> bool:
    """Whether the repository has a file or folder."""
    parts = PurePosixPath(piece).parts
    try:
        with acting_as(OWNER), folder_at(repository, parts[:-1]) as folder:
            os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def files_below(repository: Path, piece: str) -> tuple[str, ...]:
    """Every file below a folder of the repository, as pieces; none where there is no folder.

    LabError for a link, or for anything else that a repository does not have.
    """
    try:
        with acting_as(OWNER), folder_at(repository, PurePosixPath(piece).parts) as folder:
            return tuple(sorted(f"{piece}/{name}" for name in _names(folder)))
    except (FileNotFoundError, NotADirectoryError):
        return ()


def copy_piece(repository: Path, piece: str, target: Path) -> int:
    """Copy a file, or a folder with all in it, to a place of our own; gives the bytes.

    FileNotFoundError where it is gone, LabError for a link.
    """
    parts = PurePosixPath(piece).parts
    with ExitStack() as held:
        with acting_as(OWNER):
            folder = held.enter_context(folder_at(repository, parts[:-1]))
            kind = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False).st_mode
        return _copy(folder, parts[-1], kind, target)


def _names(folder: int) -> Iterator[str]:
    for name in names_in(folder):
        kind = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if stat.S_ISDIR(kind):
            with folder_at(folder, (name,)) as below:
                yield from (f"{name}/{more}" for more in _names(below))
        elif stat.S_ISREG(kind):
            yield name
        else:
            raise _strange(folder, name)


def _copy(folder: int, name: str, kind: int, target: Path) -> int:
    if stat.S_ISREG(kind):
        return _copy_file(folder, name, target)
    if not stat.S_ISDIR(kind):
        raise _strange(folder, name)
    target.mkdir()
    size = 0
    with acting_as(OWNER):
        below = os.open(name, FOLDER, dir_fd=folder)
    try:
        for entry in names_in(below):
            mode = os.stat(entry, dir_fd=below, follow_symlinks=False).st_mode
            size += _copy(below, entry, mode, target / entry)
        _settle(target, os.fstat(below), SHOWN_FOLDER)
    finally:
        os.close(below)
    return size


def _copy_file(folder: int, name: str, target: Path) -> int:
    with acting_as(OWNER):
        source = open_file(folder, name)
    with os.fdopen(source, "rb") as old, target.open("xb") as new:
        shutil.copyfileobj(old, new, 1 << 20)
        size = new.tell()
        found = os.fstat(old.fileno())
    _settle(target, found, SHOWN_FILE)
    return size


def _settle(target: Path, found: os.stat_result, mode: int) -> None:
    """The mode for all to read, and the time of the source, by which contents are told apart."""
    target.chmod(mode)
    os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))


def _strange(folder: int, name: str) -> LabError:
    return LabError(
        f"{place_of(folder)}/{name} is neither file nor folder: a repository has no such thing, "
        "and it is not followed; look who put it there"
    )
