"""Files that nobody changes by mistake: the immutable and append-only marks of ext4.

They stop every process without CAP_LINUX_IMMUTABLE, and root's own rm. Root can still take a
mark away, overwrite the disk below the file system, or delete the disk's image.
"""

import errno
import fcntl
import os
import struct
from collections.abc import Callable
from pathlib import Path

GET_FLAGS = 0x80086601
SET_FLAGS = 0x40086602
APPEND_ONLY = 0x20
IMMUTABLE = 0x10


def mark(path: Path, flag: int) -> None:
    """Set a mark on a file or folder."""
    _change(path, lambda flags: flags | flag)


def unmark(path: Path) -> None:
    """Take both marks away."""
    _change(path, lambda flags: flags & ~(IMMUTABLE | APPEND_ONLY))


def is_marked(path: Path, flag: int) -> bool:
    """Whether a file or folder has the mark."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        return bool(_read(descriptor) & flag)
    finally:
        os.close(descriptor)


def can_mark(folder: Path) -> bool:
    """Whether this process may mark files in a folder, and the file system knows marks."""
    probe = folder / ".marks"
    probe.touch()
    try:
        mark(probe, IMMUTABLE)
        unmark(probe)
    except OSError:
        return False
    finally:
        probe.unlink()
    return True


def mark_tree(path: Path) -> None:
    """Make a file, or a folder with all that is in it, immutable."""
    _walk(path, lambda entry: mark(entry, IMMUTABLE))


def unmark_tree(path: Path) -> None:
    """Make a file, or a folder with all that is in it, mutable again."""
    _walk(path, unmark)


def _walk(path: Path, act: Callable[[Path], None]) -> None:
    act(path)
    if path.is_dir():
        for entry in path.rglob("*"):
            if not entry.is_symlink():
                act(entry)


def _change(path: Path, change: Callable[[int], int]) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        old = _read(descriptor)
        new = change(old)
        if new != old:
            fcntl.ioctl(descriptor, SET_FLAGS, struct.pack("l", new))
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> int:
    try:
        answer = fcntl.ioctl(descriptor, GET_FLAGS, struct.pack("l", 0))
    except OSError as error:
        if error.errno in (errno.ENOTTY, errno.EOPNOTSUPP):
            return 0  # a file system that knows no marks has none
        raise
    return int(struct.unpack("i", answer[:4])[0])
