"""Files below a folder in which others may write: reached step by step, and no link is followed.

To look whether a part of a path is a link and to open it afterwards leaves room between the two.
Here each part is opened in the one before it, and what was opened is what is worked on.
"""

import os
import stat
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tricenter.lab.errors import LabError

Owner = tuple[int, int] | None
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""Without waiting: a pipe in a file's place would keep us for ever."""


@contextmanager
def folder_at(
    root: Path | int, parts: Sequence[str], owner: Owner = None, *, makes: bool = False
) -> Generator[int]:
    """A folder below another as a descriptor; LabError for a link on the way.

    With `makes`, folders that are missing are made for the owner, with mode 0755.
    """
    if makes and isinstance(root, Path):
        root.mkdir(mode=0o755, parents=True, exist_ok=True)  # ours, with all above it
    descriptor = os.dup(root) if isinstance(root, int) else os.open(root, FOLDER & ~os.O_NOFOLLOW)
    try:
        for part in parts:
            found = _step(descriptor, part, owner, makes=makes)
            os.close(descriptor)
            descriptor = found
        yield descriptor
    finally:
        os.close(descriptor)


def open_file(folder: int, name: str) -> int:
    """A file in a folder, for reading; LabError for a link, or what is no file."""
    refuse_way_up(name)
    try:
        descriptor = os.open(name, FILE, dir_fd=folder)
    except OSError:
        if is_link(folder, name):
            raise linked(folder, name) from None
        raise
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise LabError(f"{place_of(folder)}/{name} is no file")


def read_file(root: Path | int, parts: Sequence[str]) -> bytes:
    """The content of a file below a folder."""
    with (
        folder_at(root, parts[:-1]) as folder,
        os.fdopen(open_file(folder, parts[-1]), "rb") as file,
    ):
        return file.read()


def names_in(folder: int) -> list[str]:
    """What is in a folder that is open, in order."""
    return sorted(os.listdir(folder))


def refuse_way_up(part: str) -> None:
    """LabError for a part of a path that would lead elsewhere than down."""
    if part in {"", ".", ".."} or "/" in part:
        raise LabError(f"{part!r} has no place in a path below a folder")


def is_link(folder: int, name: str) -> bool:
    """Whether a name in a folder is a link."""
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False


def linked(folder: int, name: str) -> LabError:
    """What is said of a link that would have to be followed."""
    return LabError(f"{place_of(folder)}/{name} is a link: it could lead out of the host")


def place_of(folder: int) -> str:
    """Where a folder that is open is, for messages."""
    return str(Path(f"/proc/self/fd/{folder}").readlink())


def _step(folder: int, part: str, owner: Owner, *, makes: bool) -> int:
    """The folder of a name in a folder; made if it is missing and wanted."""
    made = False
    refuse_way_up(part)
    if makes:
        try:
            os.mkdir(part, 0o755, dir_fd=folder)
            made = True
        except FileExistsError:
            pass
    try:
        found = os.open(part, FOLDER, dir_fd=folder)
    except OSError:
        if is_link(folder, part):
            raise linked(folder, part) from None
        raise
    if made:
        os.fchmod(found, 0o755)  # whatever umask is in force: Patroni's own code sets one
        if owner is not None:
            os.fchown(found, *owner)
    return found
