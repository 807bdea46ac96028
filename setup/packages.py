"""Brings the lab's programs from the distribution, with none of their services left running."""

import contextlib
import os
import subprocess
from collections.abc import Generator, Sequence
from pathlib import Path

from tricenter.setup.distribution import (
    PROGRAMS,
    Installer,
    Program,
    distribution_name,
    installer,
    packages_for,
)
from tricenter.setup.steps import Stopped, run, say

# Debian asks this program before a package may start its service; 101 means "no".
POLICY = Path("/usr/sbin/policy-rc.d")
REFUSE = "#!/bin/sh\n# from tricenter's set-up, removed at its end\nexit 101\n"
# postgresql-common makes a database cluster of the system's when it is installed, unless told so.
CLUSTERS = Path("/etc/postgresql-common/createcluster.d/tricenter.conf")
NO_CLUSTER = "# from tricenter's set-up, removed at its end\ncreate_main_cluster = false\n"
SERVICES = {"etcd-server": "etcd", "pdns-server": "pdns", "postgresql": "postgresql"}


def install_programs() -> None:
    """Installs what is missing; raises Stopped where that takes root or another distribution."""
    missing = [program for program in PROGRAMS if program.find() is None]
    if not missing:
        say("all there")
        return
    names = ", ".join(program.name for program in missing)
    by = installer()
    if by is None:
        raise Stopped(f"no known package installer; install by hand: {names}")
    line = by.line(packages_for(missing, by))
    if by.name != "apt-get":
        raise Stopped(
            f"missing on {distribution_name()}: {names}. Bring them with: {line} (set-up installs "
            "by itself on Debian only; names of packages may differ here)"
        )
    if os.geteuid() != 0:
        raise Stopped(f"missing: {names}. Bring them with: {line}")
    _install(missing, by)


def _install(missing: Sequence[Program], by: Installer) -> None:
    needed = [program for program in missing if not program.tests_only]
    wanted = [program for program in missing if program.tests_only]
    run(["apt-get", "update", "-qq"])
    with _no_services():
        for group, required in ((needed, True), (wanted, False)):
            packages = packages_for(group, by)
            if not packages:
                continue
            say(f"installing {' '.join(packages)}")
            quiet = ["-qq", "-o", "Dpkg::Use-Pty=0"]
            try:
                run([*by.command, *quiet, *packages], DEBIAN_FRONTEND="noninteractive")
            except Stopped:
                if required:
                    raise
                say(f"went on without {' '.join(packages)}: tests that need them are skipped")
            else:
                _disable(packages)
    say("the packages' own services were not started and will not start at boot")


@contextlib.contextmanager
def _no_services() -> Generator[None]:
    """While packages are installed: no service starts and no database cluster is made."""
    ours: list[Path] = []
    try:
        for path, text, mode in ((POLICY, REFUSE, 0o755), (CLUSTERS, NO_CLUSTER, 0o644)):
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                path.chmod(mode)
                ours.append(path)
        yield
    finally:
        for path in ours:
            path.unlink(missing_ok=True)


def _disable(packages: Sequence[str]) -> None:
    if not Path("/run/systemd/system").exists():
        return
    for package in packages:
        if package in SERVICES:
            subprocess.run(
                ["systemctl", "disable", "--quiet", SERVICES[package]],
                check=False,
                stdin=subprocess.DEVNULL,
            )
