"""A host's disk: an ext4 file system of its own size in a file, so that it can really be full."""

import os
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tricenter.lab.errors import LabError, NoDisk
from tricenter.lab.stack import Stack, file_lock
from tricenter.lab.waits import TIMEOUTS

BEGINNING = 1 << 16
"""Bytes at the start of a disk, which has the description of its file system there."""


def host_folder(stack: Stack, host: str) -> Path:
    """The folder of a host in its stack's directory."""
    return stack.path / "hosts" / host


def run_tool(argv: Sequence[str], *, check: bool = True, text: str | None = None) -> str:
    """Run a program of the system and give its output; LabError with what it said."""
    try:
        done = subprocess.run(
            argv, input=text, capture_output=True, text=True, timeout=TIMEOUTS.command, check=False,
            stdin=subprocess.DEVNULL if text is None else None,
        )  # fmt: skip
    except FileNotFoundError:
        raise LabError(f"{argv[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"{' '.join(argv)} did not end in {TIMEOUTS.command:g} s") from None
    if check and done.returncode != 0:
        raise LabError(f"{' '.join(argv)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def create_disk(stack: Stack, host: str, mebibytes: int) -> None:
    """Make the disk, or let an existing one grow; a disk never shrinks."""
    image = host_folder(stack, host) / "disk.img"
    size = mebibytes << 20
    if not disk_exists(stack, host):
        _refuse_if_mounted(stack, host)
        draft = image.with_suffix(".new")
        with draft.open("wb") as file:
            os.truncate(file.fileno(), size)
        run_tool(
            [
                "mkfs.ext4",
                "-q",
                "-F",
                "-m",
                "0",
                "-E",
                "root_owner=0:0,lazy_itable_init=1",
                str(draft),
            ]
        )
        draft.rename(image)
        return
    if image.stat().st_size < size:
        _grow(stack, host, image, size)


def disk_exists(stack: Stack, host: str) -> bool:
    """Whether the host has a disk with anything on it; one that is all zeros is as good as none."""
    image = host_folder(stack, host) / "disk.img"
    try:
        with image.open("rb") as file:
            return any(file.read(BEGINNING))
    except FileNotFoundError:
        return False


def _refuse_if_mounted(stack: Stack, host: str) -> None:
    """LabError while a host runs from a disk whose file is gone: its data is still to be saved."""
    if is_mounted(disk_point(stack, host)):
        raise LabError(
            f"the disk of host {host} is deleted, but {host} still runs from it: what it has is "
            f"gone with its power. `tricenter exec {host} -- kill 1` ends it; then `tricenter up` "
            "makes a new disk"
        )


def disk_point(stack: Stack, host: str) -> Path:
    """Where a host's disk is mounted, outside the host, while it is on or somebody works on it."""
    return host_folder(stack, host) / "disk"


@contextmanager
def disk_mounted(stack: Stack, host: str) -> Generator[Path]:
    """The host's disk (its /srv) as a folder, whether it is on or off; off, only meanwhile."""
    if stack.state().network == "loopback":
        yield host_folder(stack, host) / "srv"
        return
    point = disk_point(stack, host)
    if not disk_exists(stack, host) and not is_mounted(point):
        raise NoDisk(f"host {host} of stack {stack.id} has no disk: `tricenter up` makes a new one")
    was_there = is_mounted(point)
    attach_disk(stack, host)
    try:
        yield point
    finally:
        if not was_there:
            detach_disk(stack, host)


def attach_disk(stack: Stack, host: str) -> None:
    """Mount the disk unless it is mounted."""
    folder = host_folder(stack, host)
    point, image = disk_point(stack, host), folder / "disk.img"
    with file_lock(folder / "disk.lock"):
        if is_mounted(point):
            return
        point.mkdir(mode=0o755, exist_ok=True)
        # A host that just lost power may still hold the old mount for an instant: the same loop
        # device again is the same file system, a second device would be two over one file.
        devices = _serving(image)
        if devices:
            run_tool(["mount", "-o", "noatime,discard", devices[0], str(point)])
        else:
            run_tool(["mount", "-o", "loop,noatime,discard", str(image), str(point)])


def detach_disk(stack: Stack, host: str) -> bool:
    """Unmount the disk; False when somebody outside the host still works on it."""
    point = disk_point(stack, host)
    with file_lock(host_folder(stack, host) / "disk.lock"):
        if is_mounted(point):
            run_tool(["umount", str(point)], check=False)
        return not is_mounted(point)


def _grow(stack: Stack, host: str, image: Path, size: int) -> None:
    before = image.stat().st_size
    os.truncate(image, size)
    try:
        if is_mounted(disk_point(stack, host)):
            device = loop_devices(image)[0]
            run_tool(["losetup", "-c", device])
            run_tool(["resize2fs", device])
        else:
            run_tool(["e2fsck", "-f", "-p", str(image)])
            run_tool(["resize2fs", str(image)])
    except LabError as error:
        os.truncate(image, before)
        raise LabError(
            f"the disk of host {host} did not grow ({error}); with the host off it may"
        ) from None


def is_mounted(point: Path) -> bool:
    """Whether something is mounted exactly here."""
    return any(found == str(point) for found, _ in mounts())


def mounts() -> tuple[tuple[str, str], ...]:
    """Mount point and source of every mount that this process sees, in order."""
    rows = (line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines())
    return tuple((_plain(r[4]), _plain(r[r.index("-") + 2])) for r in rows)


def loop_devices(image: Path) -> tuple[str, ...]:
    """The loop devices that stand for a file."""
    return tuple(device for device, backing in loops() if backing == str(image))


def _serving(image: Path) -> tuple[str, ...]:
    """The loop devices of this very file, and not of one before it that had its name."""
    return tuple(device for device in loop_devices(image) if not _deleted(device))


def _deleted(device: str) -> bool:
    try:
        text = Path(f"/sys/block/{Path(device).name}/loop/backing_file").read_text()
    except OSError:
        return True
    return text.strip().endswith(" (deleted)")


def loops() -> tuple[tuple[str, str], ...]:
    """Every loop device in use with the file behind it; a deleted file keeps its name."""
    found: list[tuple[str, str]] = []
    for entry in sorted(Path("/sys/block").glob("loop*/loop/backing_file")):
        try:
            backing = entry.read_text().strip().removesuffix(" (deleted)")
        except OSError:
            continue
        found.append((f"/dev/{entry.parts[3]}", backing))
    return tuple(found)


def _plain(text: str) -> str:
    # /proc writes blanks, tabs, newlines and backslashes as octal numbers.
    for octal, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(octal, character)
    return text
