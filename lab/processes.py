"""Processes of the machine as /proc shows them: which belong to a stack, and how they end."""

import os
import select
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tricenter.lab.errors import LabError
from tricenter.lab.stack import HOST_VARIABLE, STACK_VARIABLE, lab_home
from tricenter.lab.waits import TIMEOUTS, until
from tricenter.setup.living import started

PROC = Path("/proc")
PASSES = 20
DATABASE = "postgres\n"
"""The name of every process of PostgreSQL, as the kernel gives it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A living process; `pid` as seen from outside the hosts, `rss` in bytes."""

    pid: int
    name: str
    argv: tuple[str, ...]
    rss: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """A process that carries a stack's mark; `init` when it is PID 1 of a namespace."""

    pid: int
    stack: str
    host: str
    init: bool


def process_ids() -> Iterator[int]:
    """Every process id of the machine, zombies included."""
    return (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    return started(pid) != ""


def environment(pid: int) -> dict[str, str]:
    """The environment a process was started with; empty when it is gone or not ours to read."""
    try:
        raw = (PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return {}
    pairs = (item.decode(errors="replace").partition("=") for item in raw.split(b"\0") if item)
    return {key: value for key, _, value in pairs}


def namespace(pid: int | str, kind: str) -> int | None:
    """The inode number of a process's namespace (`net`, `pid`, `mnt`...); None when gone."""
    try:
        return (PROC / str(pid) / "ns" / kind).stat().st_ino
    except OSError:
        return None


def tag_of(pid: int) -> Tagged | None:
    """The mark of a process, None when it has none or is dead."""
    found = environment(pid)
    mark = (found.get(STACK_VARIABLE), found.get(HOST_VARIABLE))
    stack, host = mark if all(mark) else _workplace(pid)
    if not stack or not host or not is_alive(pid):
        return None
    return Tagged(pid=pid, stack=stack, host=host, init=_is_init(pid))


def tagged() -> Iterator[Tagged]:
    """Every living process with a stack's mark, except this one and those it descends from."""
    spared = ancestors(os.getpid())
    for pid in process_ids():
        if pid not in spared and (mark := tag_of(pid)):
            yield mark


def ancestors(pid: int) -> set[int]:
    """A process with its parent, grandparent and so on."""
    found: set[int] = set()
    while pid > 0 and pid not in found:
        found.add(pid)
        try:
            stat = (PROC / str(pid) / "stat").read_text()
        except OSError:
            break
        pid = int(stat.rpartition(")")[2].split()[1])
    return found


def in_namespace(kind: str, inode: int) -> tuple[int, ...]:
    """The living processes in a namespace."""
    return tuple(p for p in process_ids() if namespace(p, kind) == inode and is_alive(p))


def describe(pid: int) -> Process | None:
    """What is known of a process, None when it is gone."""
    folder = PROC / str(pid)
    try:
        argv = tuple(
            a.decode(errors="replace") for a in (folder / "cmdline").read_bytes().split(b"\0") if a
        )
        name = (folder / "comm").read_text().strip()
        pages = int((folder / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return None
    return Process(pid=pid, name=name, argv=argv, rss=pages * os.sysconf("SC_PAGE_SIZE"))


def proportional_memory(pids: Iterable[int]) -> int:
    """PSS of processes in bytes: shared pages count by the part each one has."""
    total = 0
    for pid in pids:
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def kill(pid: int, timeout: float = TIMEOUTS.death) -> None:
    """SIGKILL a process and return when it is dead (a zombie is dead)."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        wait = select.poll()
        wait.register(descriptor, select.POLLIN)
        if not wait.poll(int(timeout * 1000)):
            raise LabError(f"process {pid} did not die within {timeout:g} s of SIGKILL")
    except ProcessLookupError:
        return
    finally:
        os.close(descriptor)


def kill_all(pids: Iterable[int], timeout: float = TIMEOUTS.death) -> int:
    """SIGKILL many at once and return their number when all are dead."""
    victims = [pid for pid in pids if is_alive(pid)]
    for pid in victims:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    until(
        lambda: not any(is_alive(pid) for pid in victims),
        timeout,
        "the death of processes",
        every=0.01,
    )
    return len(victims)


def end_all(find: Callable[[], Iterable[int]]) -> int:
    """Kill what `find` gives until it gives none: one being born may show only the next time."""
    ended = 0
    for _ in range(PASSES):
        victims = tuple(find())
        if not victims:
            return ended
        ended += kill_all(victims)
    raise LabError("processes come back as fast as they are killed")


def _workplace(pid: int) -> tuple[str | None, str | None]:
    """Stack and host in whose folder a process of a database works.

    PostgreSQL's processes write their titles over their environment. In a namespace of its own a
    process works in /srv, and is found there without a mark.
    """
    try:
        if (PROC / str(pid) / "comm").read_text() != DATABASE:
            return None, None
        parts = (PROC / str(pid) / "cwd").readlink().relative_to(lab_home()).parts
    except (OSError, ValueError):
        return None, None
    return (parts[0], parts[2]) if parts[1:2] == ("hosts",) and len(parts) > 3 else (None, None)


def _is_init(pid: int) -> bool:
    """Whether it is PID 1 of a PID namespace below ours."""
    try:
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return False
    line = next((line for line in status.splitlines() if line.startswith("NSpid:")), "")
    numbers = line.split()[1:]
    return len(numbers) > 1 and numbers[-1] == "1"
