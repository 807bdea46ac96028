"""Files of a host, written and read from outside, whether it is on or off."""

import errno
import os
import pwd
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from tricenter.lab.below import Owner, folder_at, names_in, read_file
from tricenter.lab.errors import LabError, NoDisk, OffError
from tricenter.lab.machine import machine_of
from tricenter.lab.stack import Stack, replace_file_in
from tricenter.lab.supervision import pid_one


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
    ids = identity(owner)
    with (
        _outside(stack, host, path) as (root, parts),
        _disk_with_room(host, path),
        folder_at(root, parts[:-1], ids, makes=True) as folder,
    ):
        replace_file_in(folder, parts[-1], content, mode, ids)


def make_host_folder(
    stack: Stack, host: str, path: str, *, owner: str = "root", mode: int = 0o700
) -> None:
    """Make a folder, or set owner and mode of the one that is there."""
    ids = identity(owner)
    with (
        _outside(stack, host, path) as (root, parts),
        folder_at(root, parts, ids, makes=True) as folder,
    ):
        os.fchmod(folder, mode)
        if ids is not None:
            os.fchown(folder, *ids)


def read_host_file(stack: Stack, host: str, path: str) -> bytes | None:
    """The content of a file, None when there is none; a disk that is gone has none."""
    try:
        with _outside(stack, host, path) as (root, parts):
            return read_file(root, parts)
    except (FileNotFoundError, NotADirectoryError, NoDisk):
        return None


def host_folder_holds(stack: Stack, host: str, path: str) -> bool:
    """Whether there is a folder with something in it."""
    return bool(list_host_folder(stack, host, path))


def list_host_folder(stack: Stack, host: str, path: str) -> tuple[str, ...]:
    """The names in a folder; none where there is no folder, or no disk."""
    try:
        with _outside(stack, host, path) as (root, parts), folder_at(root, parts) as folder:
            return tuple(names_in(folder))
    except (FileNotFoundError, NotADirectoryError, NoDisk):
        return ()


def host_file_status(stack: Stack, host: str, path: str) -> os.stat_result | None:
    """What the file system says of a file or folder, of a link itself; None for none."""
    try:
        with (
            _outside(stack, host, path) as (root, parts),
            folder_at(root, parts[:-1]) as folder,
        ):
            return os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError, NoDisk):
        return None


def delete_host_file(stack: Stack, host: str, path: str) -> None:
    """Delete a file; fine when there is none."""
    with (
        suppress(FileNotFoundError, NotADirectoryError),
        _outside(stack, host, path) as (root, parts),
        folder_at(root, parts[:-1]) as folder,
    ):
        os.unlink(parts[-1], dir_fd=folder)


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
def _outside(stack: Stack, host: str, path: str) -> Generator[tuple[Path, tuple[str, ...]]]:
    """A path of the host as this process reaches it: a folder of ours, and the parts below it."""
    pure = PurePosixPath(path)
    if ".." in pure.parts:
        raise LabError(f"{path}: '..' has no place in a host's path")
    machine = machine_of(stack)
    if pure.is_relative_to("/srv"):
        with machine.disk(stack, host) as disk:
            yield disk, pure.relative_to("/srv").parts
    elif pure.is_relative_to("/run"):
        pid = pid_one(stack, host)
        if pid is None:
            raise OffError(f"host {host} is off, it has no {path}")
        with machine.run_folder(stack, host, pid) as run:
            yield run, pure.relative_to("/run").parts
    else:
        raise LabError(f"{path} is neither below /srv nor /run, and nothing else can be written")
