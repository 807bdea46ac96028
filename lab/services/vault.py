"""A cold vault: a disk outside every host, plugged in as a device, never left mounted."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tricenter.lab.services.stack import unit_name as stack_name
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

KIND = "vault"
COMPONENT = "SnapshotLifecycle"
WRITES = None
HOLDS_DATA = True


def unit_name(topology: str, vault: str) -> str:
    """The name of a vault's unit."""
    return logical_name(topology, vault, KIND)


def units(plan: Plan) -> Iterable[Unit]:
    """One for each vault of the topology."""
    for vault in plan.vaults:
        yield Unit(
            kind=KIND,
            name=unit_name(plan.topology, vault.name),
            host=None,
            data={"vault": vault.name, "disk_mib": vault.disk_mib, "medium": vault.medium},
            after=(stack_name(plan.topology),),
        )


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Make the disk, or let it grow, and plug it in; where hosts have none, a folder will do."""
    from tricenter.lab.disk import loop_devices, run_tool
    from tricenter.lab.stack import file_lock

    image = image_of(stack, unit.data["vault"])
    if _is_folder(stack):
        image.mkdir(mode=0o700, parents=True, exist_ok=True)
        image.parent.chmod(0o711)  # the owner of a database reads in it while it is open
        return dict(unit.data)
    image.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file_lock(image.with_suffix(".lock")):
        size = int(unit.data["disk_mib"]) << 20
        if not image.exists():
            draft = image.with_suffix(".new")
            with draft.open("wb") as file:
                os.truncate(file.fileno(), size)
            run_tool(["mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=1", str(draft)])
            draft.rename(image)
        if not loop_devices(image):
            run_tool(["losetup", "--find", str(image)])
        if image.stat().st_size < size:
            os.truncate(image, size)
            device = loop_devices(image)[0]
            run_tool(["losetup", "-c", device])
            # resize2fs asks for a check first; e2fsck answers 1 when it has mended something.
            run_tool(["e2fsck", "-fp", device], check=False)
            run_tool(["resize2fs", device])
    return dict(unit.data)


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """What the disk is; None when there is none."""
    from tricenter.lab.disk import loop_devices

    image = image_of(stack, unit.data["vault"])
    if not image.exists():
        return None
    if image.is_dir():
        return dict(unit.data)
    plugged = bool(loop_devices(image))
    found = {**unit.data, "disk_mib": image.stat().st_size >> 20}
    return found if plugged else {**found, "medium": "unplugged"}


def remove(stack: Stack, unit: Unit) -> None:
    """Unplug the disk and delete it with all that is on it."""
    from tricenter.lab.backup.protect import unmark_tree
    from tricenter.lab.disk import loop_devices, run_tool

    image = image_of(stack, unit.data["vault"])
    if image.is_dir():
        unmark_tree(image)
        shutil.rmtree(image)
    for device in loop_devices(image):
        run_tool(["losetup", "-d", device], check=False)
    for path in image.parent.glob(f"{image.stem}.*"):
        path.unlink(missing_ok=True)
    if image.parent.is_dir() and not any(image.parent.iterdir()):
        image.parent.rmdir()


def image_of(stack: Stack, vault: str) -> Path:
    """The image of a vault's disk; where hosts have no disks, the folder that stands for it."""
    ending = "folder" if _is_folder(stack) else "img"
    return stack.path / "vaults" / f"{vault}.{ending}"


def names(stack: Stack) -> tuple[str, ...]:
    """The vaults that a stack has."""
    ending = image_of(stack, "x").suffix
    return tuple(sorted(path.stem for path in (stack.path / "vaults").glob(f"*{ending}")))


def _is_folder(stack: Stack) -> bool:
    return "bounded-disk" not in stack.can
