"""The cold vault: a disk that is attached only while it is written or read.

On it, `pool/` has what pgBackRest wrote (backups and the log), each piece once and never
changed; `generations/N/` has the small files that describe it at one moment, so that a
generation with the pool is a whole repository; `ships.jsonl` has a line for each shipment, the
last thing written: a copy without its line does not count.
"""

import fcntl
import json
import os
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tricenter.lab.backup.definition import VaultDisk
from tricenter.lab.backup.segments import SEGMENT
from tricenter.lab.disk import is_mounted, loop_devices, run_tool
from tricenter.lab.errors import LabError
from tricenter.lab.inside import here
from tricenter.lab.stack import file_lock
from tricenter.lab.waits import until

RUN = here("/run/vault")
SHIPS = "ships.jsonl"
ATTACH_WAIT = 120.0
"""Seconds to wait for a vault that another host has attached."""


@contextmanager
def attached(disk: VaultDisk, *, writable: bool) -> Generator[Path]:
    """The vault as a folder, mounted meanwhile; one user at a time in a host."""
    if Path(disk.image).is_dir():
        with _opened(Path(disk.image)):
            yield Path(disk.image)
        return
    RUN.mkdir(mode=0o755, parents=True, exist_ok=True)
    point = RUN / disk.name
    point.mkdir(mode=0o755, exist_ok=True)
    descriptor = os.open(RUN / f"{disk.name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        detach(point)  # left by a process that was killed
        devices = loop_devices(Path(disk.image))
        if not devices:
            raise LabError(f"vault {disk.name} is not plugged in; `tricenter up` plugs it in")
        options = "rw,noatime" if writable else "ro"
        # Reading and writing exclude each other, also between hosts: the kernel refuses the
        # second way of mounting one disk.
        until(
            lambda: _mount(devices[0], point, options), ATTACH_WAIT, f"attaching vault {disk.name}"
        )
        try:
            yield point
        finally:
            detach(point)
    finally:
        os.close(descriptor)


@contextmanager
def _opened(folder: Path) -> Generator[None]:
    """A vault without a disk of its own, passable for others only meanwhile; one user at a time."""
    with file_lock(folder.with_suffix(".lock")):
        folder.chmod(0o755)
        try:
            yield
        finally:
            folder.chmod(0o700)


def detach(point: Path) -> None:
    """Unmount a vault if it is mounted here."""
    if is_mounted(point):
        run_tool(["umount", str(point)])


def release_abandoned() -> None:
    """Detach what a process that was killed has left attached in this host."""
    for lock in RUN.glob("*.lock"):
        with lock.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its user lives
            detach(lock.with_suffix(""))


def _mount(device: str, point: Path, options: str) -> bool:
    argv = ["mount", "-t", "ext4", "-o", options, device, str(point)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60.0, check=False)
    if done.returncode == 0:
        return True
    if "already mounted" in done.stderr or "busy" in done.stderr:
        return False
    raise LabError(f"cannot attach {device}: {done.stderr.strip()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """A moment of a vault: its number, its folder, and the backups that it describes."""

    number: int
    path: Path
    backups: Mapping[str, tuple[Mapping[str, Any], ...]]

    def is_whole(self, root: Path, database: str, before: datetime | None) -> bool:
        """Whether a backup of the database that ended by then is wholly in the pool."""
        for backup in self.backups.get(database, ()):
            parts = (backup["label"], *backup["needs"])
            early = before is None or datetime.fromisoformat(backup["stopped"]) <= before
            if early and all((root / "pool" / "backup" / database / p).is_dir() for p in parts):
                return True
        return False


def generations(root: Path) -> tuple[Generation, ...]:
    """The generations of an attached vault, oldest first."""
    found: list[Generation] = []
    for path in (root / "generations").glob("[0-9]*"):
        record = json.loads((path / "record.json").read_text(encoding="utf-8"))
        backups = {name: tuple(entries) for name, entries in record["backups"].items()}
        found.append(Generation(number=int(path.name), path=path, backups=backups))
    return tuple(sorted(found, key=lambda generation: generation.number))


def ships(root: Path) -> tuple[Mapping[str, Any], ...]:
    """The shipments that an attached vault has received whole, oldest first."""
    try:
        lines = (root / SHIPS).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ()
    found: list[Mapping[str, Any]] = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue  # torn by a power loss: that shipment does not count
    return tuple(found)


def choose(root: Path, database: str, before: datetime | None) -> Generation:
    """The newest generation from which the database can be restored to a moment."""
    for generation in reversed(generations(root)):
        if generation.is_whole(root, database, before):
            return generation
    when = f" that ended before {before.isoformat()}" if before else ""
    raise LabError(f"the vault has no whole backup of {database}{when}")


def build_view(root: Path, generation: Generation, database: str, target: Path) -> None:
    """Make a repository out of a generation and the pool: a folder of links, for reading."""
    for kind in ("archive", "backup"):
        folder = target / kind / database
        folder.mkdir(mode=0o755, parents=True)
        for described in (generation.path / kind / database).iterdir():
            (folder / described.name).symlink_to(described)
        for piece in (root / "pool" / kind / database).iterdir():
            if not piece.name.startswith("."):
                link = _link_log if kind == "archive" else _link
                link(piece, folder / piece.name)


def _link(piece: Path, target: Path) -> None:
    target.symlink_to(piece)


def _link_log(piece: Path, target: Path) -> None:
    """Link a part of the log; of two contents of one segment only the one that came later.

    The earlier one was set aside in the repository, and stays in the vault for its time; both
    together would be refused.
    """
    files = sorted(piece.glob("*/*"), key=lambda path: path.stat().st_mtime)
    kept = {path.name[:24] if SEGMENT.fullmatch(path.name) else path.name: path for path in files}
    if len(kept) == len(files):
        _link(piece, target)
        return
    for path in (*kept.values(), *(path for path in piece.iterdir() if path.is_file())):
        place = target / path.relative_to(piece)
        place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        place.symlink_to(path)
