"""Disks that are full or nearly so, asked from outside: a program inside could need the space."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tricenter.lab.at_once import at_once
from tricenter.lab.disk import disk_point, host_folder, is_mounted
from tricenter.lab.observed import Status
from tricenter.lab.services.vault import image_of
from tricenter.lab.stack import Stack
from tricenter.lab.unwell import EVERY, Breaks, Unwell, on
from tricenter.lab.unwell.majority import can_spare
from tricenter.topology.plan import Plan

FULL, NEARLY = 0.97, 0.85
"""Shares of a disk. PostgreSQL and etcd stop at the last byte; what is left at 97 % of the
example's disks is less than two segments of the log."""
ENOUGH = 256 << 20
"""Bytes with which a lab on the machine's own disk goes on, however large that is."""
LARGE = "du -xhd2 /srv"
SUPERBLOCK, EXT4 = 1024, 0xEF53
"""Where it is, and its magic number (Linux, fs/ext4/ext4.h, struct ext4_super_block)."""
DEPTH = 2
"""How deep below /srv the largest is looked for: /srv/pg/ledger-a says more than /srv/pg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A disk as it is now, in bytes; `hosts` are those whose /srv is on it, or one vault.

    `largest` is the folder with most in it and its size, None where it was not looked for.
    """

    hosts: tuple[str, ...]
    size: int
    free: int
    largest: tuple[str, int] | None = None
    vault: bool = False

    @property
    def used(self) -> float:
        """The share that is in use."""
        return 1.0 - self.free / self.size if self.size else 0.0


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """The disks of hosts with power; on a lab that shares the machine's, that one disk once."""
    disks = tuple(_disks(stack, tuple(on(seen))))
    keeping = {site for backup in plan.backups for site in backup.repositories}
    filled = {host for disk in disks if disk.used >= FULL for host in disk.hosts}
    spare = can_spare(plan, seen, filled)
    for disk in disks:
        yield judged(disk, keeps=bool(keeping & set(disk.hosts)), spare=spare)
    for vault in plan.vaults:
        size, free = room_of_image(image_of(stack, vault.name))
        disk = Disk(hosts=(vault.name,), size=size, free=free, vault=True)
        if disk.used >= NEARLY:
            yield judged(disk, keeps=True, spare=True)


def judged(disk: Disk, *, keeps: bool, spare: bool) -> Unwell:
    """What a disk above NEARLY means; `keeps`: a repository of backups is on it.

    `spare`: the store loses one more voice and has its majority, with those on full disks lost.
    """
    names = ", ".join(disk.hosts)
    full = disk.free <= 0 or disk.used >= FULL
    share = f"{disk.used * 100:.0f} %"
    left = f"{disk.free >> 20} of {disk.size >> 20} MiB are free"
    if disk.largest:
        left += f", most is in {disk.largest[0]} ({disk.largest[1] >> 20} MiB)"
    breaks = [Breaks(measure="failover", database=EVERY)] if full and not spare else []
    breaks += [Breaks(measure="archive", database=EVERY)] if full and keeps else []
    return Unwell(
        code="disk-full" if full else "disk-nearly-full",
        where=disk.hosts[0],
        says=f"the disk of {names} is {'full' if full else 'nearly full'} ({share}): {left}",
        next="tricenter backups" if disk.vault else f"tricenter exec {disk.hosts[0]} -- {LARGE}",
        mends="person",
        breaks=tuple(breaks),
    )


def _disks(stack: Stack, hosts: tuple[str, ...]) -> Iterator[Disk]:
    """Each disk that has little left, once, with all hosts that are on it."""
    shared = "bounded-disk" not in stack.can
    places: dict[int, list[tuple[str, Path]]] = {}
    for host in hosts:
        place = host_folder(stack, host) / "srv" if shared else disk_point(stack, host)
        if shared or is_mounted(place):
            with suppress(OSError):
                places.setdefault(place.stat().st_dev, []).append((host, place))

    def disk(found: list[tuple[str, Path]]) -> Disk | None:
        names, first = tuple(host for host, _ in found), found[0][1]
        try:
            said = os.statvfs(first)
        except OSError:
            return None
        size, free = said.f_blocks * said.f_frsize, said.f_bavail * said.f_frsize
        now = Disk(hosts=names, size=size, free=free)
        if now.used < NEARLY or (shared and free > ENOUGH):
            return None
        return replace(now, largest=None if shared else largest_folder(first))

    yield from filter(None, at_once(disk, places.values()))


def room_of_image(image: Path) -> tuple[int, int]:
    """Size and free bytes of an ext4 file system by its superblock, without a mount; 0 for none.

    A vault is attached only while it is used, and what its superblock says is of the last time.
    """
    try:
        with image.open("rb") as file:
            file.seek(SUPERBLOCK)
            block = file.read(1024)
        magic = int.from_bytes(block[0x38:0x3A], "little")
        size, reserved, free, log = (
            int.from_bytes(block[at : at + 4], "little") for at in (0x04, 0x08, 0x0C, 0x18)
        )
    except OSError:
        return 0, 0
    if magic != EXT4:
        return 0, 0
    return size << (10 + log), max(0, free - reserved) << (10 + log)


def largest_folder(top: Path) -> tuple[str, int] | None:
    """The file or folder with most in it, as the host names it, and its size."""
    sizes: dict[str, int] = {}
    for folder, names, files in os.walk(top):
        names[:] = [name for name in names if not os.path.ismount(f"{folder}/{name}")]
        parts = Path(folder).relative_to(top).parts
        for name in files:
            key = "/".join(("/srv", *(*parts, name)[:DEPTH]))
            with suppress(OSError):
                size = os.lstat(f"{folder}/{name}").st_blocks * 512
                sizes[key] = sizes.get(key, 0) + size
    return max(sizes.items(), key=lambda entry: entry[1]) if sizes else None
