"""One table of checks, a row each with how to mend it, for `make setup` and `tricenter doctor`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tricenter.setup import toolchain
from tricenter.setup.distribution import (
    PROGRAMS,
    Program,
    distribution_name,
    installer,
    packages_for,
)

OLDEST_PYTHON = (3, 11)
DISK_NEEDED = 4 * 2**30  # three sites, a witness and a vault, each some hundred MiB, with room
MEMORY_NEEDED = 2 * 2**30  # at most 300 MiB a site, and the programs that watch
DEFAULT_LAB_HOME = "/var/lib/tricenter"
WITHOUT = "without it, sites share the loopback network"
"""What the lab does where it may not have namespaces, TUN or loop devices."""


class Missing(Exception):
    """What a check did not find, in words for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A thing this machine should have; `probe` returns what it found or raises Missing."""

    id: str
    title: str
    probe: Callable[[], str]
    mend: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check saw."""

    check: Check
    ok: bool
    detail: str

    @property
    def mend(self) -> str:
        """The one command, or the one sentence, that brings what is missing."""
        return self.check.mend

    def as_data(self) -> dict[str, object]:
        """The finding for `--format json`."""
        return {
            "id": self.check.id,
            "title": self.check.title,
            "ok": self.ok,
            "optional": self.check.optional,
            "found": self.detail,
            "mend": None if self.ok else self.mend,
        }


def examine(checks: Iterable[Check] | None = None) -> tuple[Finding, ...]:
    """Runs all checks, in order; a check that breaks is a finding, never an exception."""
    return tuple(_examine(check) for check in (all_checks() if checks is None else checks))


def _examine(check: Check) -> Finding:
    try:
        return Finding(check=check, ok=True, detail=check.probe())
    except (Missing, OSError, subprocess.SubprocessError) as error:
        return Finding(check=check, ok=False, detail=str(error))


def all_checks() -> tuple[Check, ...]:
    """Python, Pulumi, the lab's programs, and what the lab needs of the kernel."""
    return (*_python_checks(), *_pulumi_checks(), *map(_program_check, PROGRAMS), *_lab_checks())


def _python_checks() -> tuple[Check, ...]:
    return (
        Check(
            id="python",
            title="Python 3.11 or newer",
            probe=_python,
            mend="make setup",
        ),
        Check(
            id="system-python",
            title="environment made from the system's Python",
            probe=_system_python,
            mend="rm -r .venv && make setup",
        ),
        Check(id="patroni", title="Patroni 4", probe=_patroni, mend="make setup"),
    )


def _python() -> str:
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise Missing(sys.version.split()[0])
    return f"{sys.version.split()[0]} on {distribution_name()}"


def _system_python() -> str:
    # Databases run as the user postgres, who may not read an interpreter in somebody's home.
    base = Path(sys.base_prefix).resolve()
    if str(base).startswith(("/root/", "/home/")):
        raise Missing(f"{base} is in a home that daemons of other users may not read")
    return str(base)


def _patroni() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("patroni")
    except PackageNotFoundError:
        raise Missing("not installed") from None
    if int(found.partition(".")[0]) < 4:
        raise Missing(f"{found} has no quorum commit")
    return found


def _pulumi_checks() -> tuple[Check, ...]:
    return (
        Check(id="pulumi", title="Pulumi CLI", probe=_pulumi, mend="make setup"),
        Check(
            id="language-host",
            title="Pulumi language host for Python",
            probe=_language_host,
            mend="make setup",
        ),
        Check(
            id="yaml-host",
            title="Pulumi language host for YAML (for programs that are not Python)",
            probe=_yaml_host,
            mend="make clouds",
            optional=True,
        ),
    )


def _pulumi() -> str:
    found = toolchain.find_cli()
    if found is None:
        raise Missing(f"none that is {toolchain.text(toolchain.OLDEST)} or newer")
    return f"{toolchain.text(found.version)} at {found.path}"


def _language_host() -> str:
    found = toolchain.find_language_host()
    if found is None:
        raise Missing("neither the official one nor our own is on PATH")
    return str(found)


def _yaml_host() -> str:
    found = toolchain.find_language_host(name=toolchain.YAML_HOST)
    if found is None:
        raise Missing("not on PATH")
    return str(found)


def _program_check(program: Program) -> Check:
    by = installer()
    packages = packages_for([program], by) if by else (program.name,)
    return Check(
        id=program.name.replace(" ", "-"),
        title=f"{program.name} ({program.purpose})",
        probe=lambda: _found(program),
        mend=by.line(packages) if by else f"install {program.name} by hand",
        optional=program.tests_only,
    )


def _found(program: Program) -> str:
    found = program.find()
    if found is None:
        raise Missing("not installed")
    return found


def _lab_checks() -> tuple[Check, ...]:
    return (
        Check(
            id="root",
            title="root, for network namespaces and loop devices",
            probe=_root,
            mend=f"run the lab's commands as root: sudo make demo; {WITHOUT}",
            optional=True,
        ),
        Check(
            id="namespaces",
            title="namespaces (network, PID, mount, IPC, UTS)",
            probe=_namespaces,
            mend=f"use a machine or container that may (docker run --privileged); {WITHOUT}",
            optional=True,
        ),
        Check(
            id="tun",
            title="TUN devices, for the network between sites",
            probe=lambda: _device("/dev/net/tun"),
            mend=f"modprobe tun; {WITHOUT}",
            optional=True,
        ),
        Check(
            id="loop",
            title="loop devices, for the sites' disks",
            probe=lambda: _device("/dev/loop-control"),
            mend=f"modprobe loop; {WITHOUT}",
            optional=True,
        ),
        Check(
            id="postgres-user",
            title="the user postgres",
            probe=_postgres_user,
            mend="useradd --system --shell /usr/sbin/nologin postgres",
        ),
        Check(id="disk", title="4 GiB of disk", probe=_disk, mend="free some disk space"),
        Check(id="memory", title="2 GiB of memory", probe=_memory, mend="end some programs"),
    )


def _root() -> str:
    if os.geteuid() != 0:
        raise Missing("not root")
    return "root"


def _namespaces() -> str:
    flags = ["--net", "--pid", "--mount", "--ipc", "--uts", "--fork"]
    done = subprocess.run(
        ["unshare", *flags, "true"], check=False, capture_output=True, text=True, timeout=10
    )
    if done.returncode:
        raise Missing(done.stderr.strip() or "refused")
    return "allowed"


def _device(path: str) -> str:
    if not os.access(path, os.R_OK | os.W_OK):
        raise Missing(f"{path} is missing or not allowed")
    return path


def _postgres_user() -> str:
    import pwd

    try:
        return f"uid {pwd.getpwnam('postgres').pw_uid}"
    except KeyError:
        raise Missing("no such user") from None


def _disk() -> str:
    place = Path(os.environ.get("TRICENTER_LAB_HOME", DEFAULT_LAB_HOME))
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < DISK_NEEDED:
        raise Missing(f"{free / 2**30:.1f} GiB free at {place}")
    return f"{free / 2**30:.0f} GiB free at {place}"


def _memory() -> str:
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    free = int(fields["MemAvailable"].split()[0]) * 1024
    if free < MEMORY_NEEDED:
        raise Missing(f"{free / 2**30:.1f} GiB available")
    return f"{free / 2**30:.0f} GiB available"
