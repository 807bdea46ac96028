"""Shared memory that outlives its processes: found while they live, removed once they are dead.

Only loopback hosts need it; a namespace takes its shared memory with it.
"""

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

IPC_RMID = 0
FOLDER = "/dev/shm/"  # noqa: S108 - where POSIX shared memory is


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedMemory:
    """System V segments by number, and POSIX ones by file."""

    segments: tuple[int, ...]
    files: tuple[str, ...]


def shared_memory_of(pids: Iterable[int]) -> SharedMemory:
    """What these processes made (segments) or have mapped (files)."""
    pids = frozenset(pids)
    rows = (line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:])
    segments = tuple(int(row[1]) for row in rows if int(row[4]) in pids)
    files: set[str] = set()
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
        except OSError:
            continue
        words = (line.split(maxsplit=5) for line in lines)
        files |= {w[5] for w in words if len(w) == 6 and w[5].startswith(FOLDER)}
    return SharedMemory(segments=segments, files=tuple(sorted(files)))


def remove_shared_memory(found: SharedMemory) -> None:
    """Remove it; what is gone already is fine."""
    libc = ctypes.CDLL(None, use_errno=True)
    for segment in found.segments:
        libc.shmctl(segment, IPC_RMID, None)
    for name in found.files:
        Path(name.removesuffix(" (deleted)")).unlink(missing_ok=True)
