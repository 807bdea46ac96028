"""Files of a host, written and read from outside, whether it is on or off."""

import errno
import os
import pwd
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from tricenter.lab.errors import LabError, NoDisk
from tricenter.lab.machine import machine_of
from tricenter.lab.stack import Stack, replace_file
from tricenter.lab.supervision import pid_one

Owner = tuple[int, int] | None


def write_host_file(
    stack: Stack,
    host: str,
    path: str,
    content: str | bytes,
    *,
    owner: str = "root",
    mode: int = 0o644,
) -> None:
    """Replace a file in one step; folders that are missing get the same owner and 0755.

    `path` is as the host sees it: below /srv at any time, below /run while it is on.
    """
    if isinstance(content, str):
        content = machine_of(stack).localise(stack, host, content).encode()
    with _outside(stack, host, path) as place, _disk_with_room(host, path):
        _make_folders(place.parent, identity(owner))
        replace_file(place, content, mode, identity(owner))


def make_host_folder(
    stack: Stack, host: str, path: str, *, owner: str = "root", mode: int = 0o700
) -> None:
    """Make a folder, or set owner and mode of the one that is there."""
    with _outside(stack, host, path) as place:
        _make_folders(place, identity(owner))
        place.chmod(mode)
        if (ids := identity(owner)) is not None:
            os.chown(place, *ids)


def read_host_file(stack: Stack, host: str, path: str) -> bytes | None:
    """The content of a file, None when there is none; a disk that is gone has none."""
    try:
        with _outside(stack, host, path) as place:
            return place.read_bytes()
    except (FileNotFoundError, NotADirectoryError, NoDisk):
        return None


def host_folder_holds(stack: Stack, host: str, path: str) -> bool:
    """Whether there is a folder with something in it."""
    try:
        with _outside(stack, host, path) as place:
            return any(place.iterdir())
    except (FileNotFoundError, NotADirectoryError, NoDisk):
        return False


def delete_host_file(stack: Stack, host: str, path: str) -> None:
    """Delete a file; fine when there is none."""
    with _outside(stack, host, path) as place:
        place.unlink(missing_ok=True)


def identity(user: str) -> Owner:
    """User and group number of a user, None where files cannot change their owner."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise LabError(f"there is no user {user!r} on this machine") from None
    return entry.pw_uid, entry.pw_gid


@contextmanager
def _disk_with_room(host: str, path: str) -> Generator[None]:
    """LabError with the way out where the disk of a host is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise LabError(
            f"the disk of {host} is full, and {path} cannot be written: make room there; what is "
            f"large: tricenter exec {host} -- du -xhd2 /srv"
        ) from None


@contextmanager
def _outside(stack: Stack, host: str, path: str) -> Generator[Path]:
    """A path of the host as this process reaches it."""
    pure = PurePosixPath(path)
    if ".." in pure.parts:
        raise LabError(f"{path}: '..' has no place in a host's path")
    machine = machine_of(stack)
    if pure.is_relative_to("/srv"):
        with machine.disk(stack, host) as disk:
            yield _below(disk, pure.relative_to("/srv"))
    elif pure.is_relative_to("/run"):
        pid = pid_one(stack, host)
        if pid is None:
            raise LabError(f"host {host} is off, it has no {path}")
        yield _below(Path(machine.run_folder(stack, host, pid)), pure.relative_to("/run"))
    else:
        raise LabError(f"{path} is neither below /srv nor /run, and nothing else can be written")


def _below(root: Path, rest: PurePosixPath) -> Path:
    """The path, unless a link on the way would lead out of the host."""
    place = root
    for part in rest.parts:
        place /= part
        if place.is_symlink():
            raise LabError(f"{place} is a link: it could lead out of the host")
    return place


def _make_folders(folder: Path, owner: Owner) -> None:
    missing: list[Path] = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for made in reversed(missing):
        made.mkdir(mode=0o755, exist_ok=True)
        if owner is not None:
            os.chown(made, *owner)
