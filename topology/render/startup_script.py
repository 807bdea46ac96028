"""A first boot as a script of the shell, for images that have no cloud-init."""

from tricenter.topology.plan import Plan, PlannedHost
from tricenter.topology.render import fill
from tricenter.topology.render.cloud_init import settings


def startup_script(plan: Plan, host: PlannedHost, stack: str, *, embed: bool = True) -> str:
    """What cloud-init would do with the same settings, as a script that is run at each boot.

    It does its work once. With DESTDIR it writes its files below that folder, and prints each
    command, its words parted by tabs, where it would run it.
    """
    told = settings(plan, host, stack, embed=embed)
    (clock,) = told["ntp"]["servers"]
    chrony = fill("first-boot/chrony.conf.j2", {"clock": clock})
    return fill(
        "first-boot/startup-script.sh.j2",
        {
            "first": told["bootcmd"],
            "zone": told["timezone"],
            "files": [_file("/etc/chrony/chrony.conf", chrony), *told["write_files"]],
            "packages": told["packages"],
            "commands": told["runcmd"],
        },
    )


def head() -> str:
    """What every such script begins with: how it writes a file and runs a command."""
    return fill("first-boot/head.sh.j2", {})


def _file(path: str, text: str) -> dict[str, str]:
    return {"path": path, "permissions": "0644", "content": text}
