"""A site is destroyed: it loses power and network, and its disk is gone before power is back."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tricenter.drills.faults.site_loss import SiteLoss
from tricenter.lab.disk import disk_point, host_folder, is_mounted, loop_devices
from tricenter.lab.host import list_hosts, power_on
from tricenter.lab.stack import Stack
from tricenter.lab.waits import TIMEOUTS, until

NAME = "site-destroyed"


@dataclass(frozen=True, slots=True)
class SiteDestroyed:
    """The loss of one site with everything on its disk. A deployment builds it anew."""

    site: str
    cut: bool = True

    @property
    def name(self) -> str:
        """The fault's name."""
        return NAME

    @property
    def sites(self) -> tuple[str, ...]:
        """The site."""
        return (self.site,)

    @property
    def text(self) -> str:
        """What is done, in a sentence."""
        loss = SiteLoss(self.site, self.cut)
        return f"{loss.text}; its disk was deleted while it was off"

    def inject(self, stack: Stack) -> None:
        """Lose the site, then its disk; may be repeated."""
        SiteLoss(self.site, self.cut).inject(stack)
        delete_disk(stack, self.site)

    def heal(self, stack: Stack) -> None:
        """Give power back where a disk is; where none is, only a deployment brings it back."""
        there = any(spec.name == self.site for spec in list_hosts(stack))
        if there and any(path.exists() for path in _disk(stack, self.site)):
            power_on(stack, self.site)


def delete_disk(stack: Stack, host: str) -> None:
    """Delete the disk of a host that is off; fine when it is gone.

    Not before the kernel has let go of it: a loop device over the deleted file would be taken for
    the disk that comes after it.
    """
    point, (image, folder) = disk_point(stack, host), _disk(stack, host)

    def free() -> bool:
        return not is_mounted(point) and not loop_devices(image)

    until(free, TIMEOUTS.death, f"the kernel letting go of the disk of {host}")
    image.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _disk(stack: Stack, host: str) -> tuple[Path, Path]:
    """The file that is a host's disk, and the folder that is, where hosts are no namespaces."""
    folder = host_folder(stack, host)
    return folder / "disk.img", folder / "srv"


def of(site: str, *, cut: bool = True) -> SiteDestroyed:
    """The destruction of this site."""
    return SiteDestroyed(site, cut)
