"""A process held open by its folder in /proc: never another one that was given its number later."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

NAMESPACES = ("mnt", "uts", "ipc", "net", "pid")
"""What a host has of its own, as /proc names it."""


@contextmanager
def held_process(pid: int) -> Generator[int]:
    """A descriptor of /proc/PID; what is read through it fails once the process has ended."""
    descriptor = os.open(f"/proc/{pid}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def namespace_of(process: int, kind: str) -> int:
    """The inode number of a held process's namespace."""
    return os.stat(f"ns/{kind}", dir_fd=process).st_ino


@contextmanager
def held_namespaces(process: int) -> Generator[dict[str, int]]:
    """Descriptors of a held process's own namespaces, by kind."""
    held: dict[str, int] = {}
    try:
        for kind in NAMESPACES:
            held[kind] = os.open(f"ns/{kind}", os.O_RDONLY | os.O_CLOEXEC, dir_fd=process)
        yield held
    finally:
        for descriptor in held.values():
            os.close(descriptor)


@contextmanager
def held_root(process: int) -> Generator[int]:
    """A descriptor of what a held process sees as `/`.

    In a chroot that is not the root of its mount namespace: https://man7.org/linux/man-pages/man2/setns.2.html
    """
    descriptor = os.open("root", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=process)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_our_own(process: int) -> bool:
    """Whether a held process is our own user's, in our own user namespace.

    In a user namespace of their own everybody is root.
    """
    if set(_told(process, "Uid")) != {str(os.geteuid())}:
        return False
    return namespace_of(process, "user") == Path("/proc/self/ns/user").stat().st_ino


def is_first_of_its_own(process: int) -> bool:
    """Whether a held process is PID 1 of a PID namespace below ours."""
    numbers = _told(process, "NSpid")
    return len(numbers) > 1 and numbers[-1] == "1"


def environment_of(process: int) -> dict[str, str]:
    """The environment that a held process was started with."""
    pairs = (part.partition(b"=") for part in _read(process, "environ").split(b"\0") if part)
    return {key.decode(errors="replace"): value.decode(errors="replace") for key, _, value in pairs}


def _told(process: int, key: str) -> list[str]:
    """The words of one line of a held process's status."""
    rows = _read(process, "status").decode(errors="replace").splitlines()
    return next((row.split()[1:] for row in rows if row.startswith(f"{key}:")), list[str]())


def _read(process: int, name: str) -> bytes:
    descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=process)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()
