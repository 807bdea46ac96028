"""Taking a stack away from any state, and looking at the machine for anything that was left."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tricenter.lab.disk import loops, mounts, run_tool
from tricenter.lab.errors import LabError
from tricenter.lab.lock import forget
from tricenter.lab.network.devices import PLACES, delete_namespace
from tricenter.lab.processes import (
    ancestors,
    describe,
    end_all,
    is_alive,
    namespace,
    process_ids,
    tagged,
)
from tricenter.lab.shared_memory import remove_shared_memory, shared_memory_of
from tricenter.lab.stack import check_name, forget_home, lab_home

PLACE = re.compile(r"tc-([a-z0-9-]+)\.([a-z0-9-]+)")
LeftoverKind = Literal["process", "mount", "loop", "namespace", "directory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """How many of each a sweep took away."""

    processes: int
    mounts: int
    loops: int
    namespaces: int
    directories: int

    def __bool__(self) -> bool:
        return any((self.processes, self.mounts, self.loops, self.namespaces, self.directories))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """Something of a stack on this machine."""

    kind: LeftoverKind
    name: str
    detail: str
    stack: str


def sweep(stack_id: str) -> Removed:
    """Remove everything of a stack, whatever its state; LabError naming what would not go.

    It trusts no record: everything is found by the stack's id on the machine itself.
    """
    check_name(stack_id, "stack id")
    folder = lab_home() / stack_id
    processes = _end_processes(stack_id)
    unmounted = _unmount(folder)
    freed = _free_loops(folder)
    places = [name for name in _places() if _stack_of(name) == stack_id]
    for name in places:
        delete_namespace(name)
    directories = int(folder.exists())
    _delete_folder(folder)
    _delete_locks(stack_id)
    if left := leftovers(stack_id):
        listed = "; ".join(f"{found.kind} {found.name}" for found in left)
        raise LabError(f"the sweep of {stack_id} left: {listed}")
    return Removed(
        processes=processes,
        mounts=unmounted,
        loops=freed,
        namespaces=len(places),
        directories=directories,
    )


def leftovers(stack_id: str | None = None) -> tuple[Leftover, ...]:
    """Everything of one stack, or of all, that is on this machine now; zombies do not count."""
    found = (*_left_processes(), *_left_files(), *_left_namespaces())
    return tuple(sorted(
        (item for item in found if stack_id is None or item.stack == stack_id),
        key=lambda item: (item.stack, item.kind, item.name),
    ))  # fmt: skip


def _left_processes() -> Iterator[Leftover]:
    marked = {mark.pid: mark.stack for mark in tagged()}
    inside = _members_of_places()
    for pid, stack in sorted((inside | marked).items()):
        if (process := describe(pid)) is not None:
            yield Leftover(
                kind="process", name=str(pid), detail=" ".join(process.argv)[:200], stack=stack
            )


def _left_files() -> Iterator[Leftover]:
    home = lab_home()
    behind = dict(loops())
    for point, source in mounts():
        stack = _stack_below(home, point) or _stack_below(home, behind.get(source, ""))
        if stack:
            yield Leftover(kind="mount", name=point, detail=source, stack=stack)
    for device, backing in behind.items():
        if stack := _stack_below(home, backing):
            yield Leftover(kind="loop", name=device, detail=backing, stack=stack)
    if home.exists():
        for path in sorted(home.iterdir()):
            if path.is_dir():
                yield Leftover(kind="directory", name=str(path), detail="", stack=path.name)


def _left_namespaces() -> Iterator[Leftover]:
    for name in _places():
        yield Leftover(
            kind="namespace", name=name, detail=str(PLACES / name), stack=_stack_of(name)
        )


def _places() -> list[str]:
    """The names of network namespaces that are ours by their form."""
    if not PLACES.exists():
        return []
    return sorted(path.name for path in PLACES.iterdir() if PLACE.fullmatch(path.name))


def _stack_of(place: str) -> str:
    found = PLACE.fullmatch(place)
    return found[1] if found else ""


def _stack_below(home: Path, path: str) -> str:
    """The stack in whose directory a path lies, or nothing."""
    pure = Path(path)
    return pure.relative_to(home).parts[0] if home in pure.parents else ""


def _members_of_places() -> dict[int, str]:
    """Processes in our network namespaces, whatever their environment says, with the stack."""
    stacks: dict[int, str] = {}
    for name in _places():
        try:
            stacks[(PLACES / name).stat().st_ino] = _stack_of(name)
        except OSError:
            continue
    spared = ancestors(os.getpid())
    found = ((pid, namespace(pid, "net")) for pid in process_ids() if pid not in spared)
    return {pid: stacks[net] for pid, net in found if net in stacks and is_alive(pid)}


def _end_processes(stack_id: str) -> int:
    """Kill everything of the stack, and remove the shared memory that would outlive it."""

    def find() -> set[int]:
        marked = {mark.pid for mark in tagged() if mark.stack == stack_id}
        inside = {pid for pid, stack in _members_of_places().items() if stack == stack_id}
        return marked | inside

    ours = namespace("self", "ipc")
    shared = shared_memory_of(pid for pid in find() if namespace(pid, "ipc") == ours)
    ended = end_all(find)
    remove_shared_memory(shared)
    return ended


def _unmount(folder: Path) -> int:
    """Unmount all in the stack's directory, the last mounted first."""
    behind = dict(loops())
    mine = [
        point
        for point, source in mounts()
        if folder in Path(point).parents or folder in Path(behind.get(source, "/")).parents
    ]
    for point in reversed(mine):
        run_tool(["umount", point], check=False)
    for point in reversed([p for p, _ in mounts() if p in mine]):
        run_tool(["umount", "-l", point], check=False)
    return len(mine)


def _free_loops(folder: Path) -> int:
    mine = [device for device, backing in loops() if folder in Path(backing).parents]
    for device in mine:
        run_tool(["losetup", "-d", device], check=False)
    return len(mine)


def _delete_folder(folder: Path) -> None:
    for _ in range(3):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        run_tool(["chattr", "-R", "-i", "-a", str(folder)], check=False)
    forget_home()


def _delete_locks(stack_id: str) -> None:
    """Delete the locks of verbs that were killed."""
    for name in (f"{stack_id}.lock", f"{stack_id}.roles.lock"):
        forget(lab_home() / name)
    forget_home()
