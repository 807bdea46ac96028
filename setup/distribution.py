"""What this machine's distribution calls the programs that the lab runs."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

OS_RELEASE = Path("/etc/os-release")
EXTRA_PATH = ("/usr/sbin", "/sbin", "/usr/local/sbin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program from the distribution: how to find it and which package has it, by installer."""

    name: str
    purpose: str
    packages: Mapping[str, tuple[str, ...]]
    find: Callable[[], str | None] = field(compare=False)
    tests_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Installer:
    """A package installer and the command line that installs without asking."""

    name: str
    command: tuple[str, ...]

    def line(self, packages: Sequence[str]) -> str:
        """The command a user types, with sudo where needed."""
        sudo = "" if os.geteuid() == 0 else "sudo "
        return sudo + " ".join([*self.command, *packages])


INSTALLERS = (
    Installer(name="apt-get", command=("apt-get", "install", "-y", "--no-install-recommends")),
    Installer(name="dnf", command=("dnf", "install", "-y")),
    Installer(name="zypper", command=("zypper", "--non-interactive", "install")),
    Installer(name="pacman", command=("pacman", "-S", "--noconfirm")),
)


def installer() -> Installer | None:
    """The first installer this machine has."""
    return next((each for each in INSTALLERS if shutil.which(each.name)), None)


def distribution_name(release: Path = OS_RELEASE) -> str:
    """The distribution as it calls itself."""
    try:
        lines = release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return "an unknown system"
    fields = dict(line.split("=", 1) for line in lines if "=" in line)
    return fields.get("PRETTY_NAME", "an unknown system").strip('"')


def which(name: str) -> str | None:
    """`name` on PATH or in the folders of system programs, which users' PATHs often lack."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *EXTRA_PATH])
    return shutil.which(name, path=path)


def postgres_directory() -> Path | None:
    """The folder with `initdb` and `postgres` of the newest PostgreSQL from 15 on."""
    candidates = [
        *Path("/usr/lib/postgresql").glob("*/bin"),  # Debian and kin
        *Path("/").glob("usr/pgsql-*/bin"),  # the project's own RPMs
    ]
    numbered = [
        (int("".join(filter(str.isdigit, found.parent.name))), found)
        for found in candidates
        if (found / "initdb").exists()
    ]
    recent = [pair for pair in numbered if pair[0] >= 15]
    return max(recent)[1] if recent else None


def _postgres() -> str | None:
    found = postgres_directory()
    return str(found / "postgres") if found else None


def _library(pattern: str) -> Callable[[], str | None]:
    def find() -> str | None:
        roots = (Path("/usr/lib"), Path("/usr/lib64"))
        return next((str(path) for root in roots for path in root.glob(pattern)), None)

    return find


def _program(
    name: str,
    purpose: str,
    debian: str,
    fedora: str,
    *,
    find: Callable[[], str | None] | None = None,
    tests_only: bool = False,
) -> Program:
    return Program(
        name=name,
        purpose=purpose,
        packages={"apt-get": (debian,), "dnf": (fedora,)},
        find=find or (lambda: which(name)),
        tests_only=tests_only,
    )


PROGRAMS: tuple[Program, ...] = (
    _program("postgres", "the databases", "postgresql", "postgresql-server", find=_postgres),
    _program("etcd", "the store that elects leaders", "etcd-server", "etcd"),
    _program("etcdctl", "looking into the store", "etcd-client", "etcd"),
    _program("pdns_server", "the name servers", "pdns-server", "pdns"),
    _program(
        "pdns bind backend",
        "zones as files",
        "pdns-backend-bind",
        "pdns-backend-bind",
        find=_library("**/libbindbackend.so"),
    ),
    _program("pgbackrest", "backups", "pgbackrest", "pgbackrest"),
    _program("dig", "asking the name servers", "bind9-dnsutils", "bind-utils"),
    _program("ip", "networks of the sites", "iproute2", "iproute"),
    _program("unshare", "namespaces of the sites", "util-linux", "util-linux"),
    _program("losetup", "bounded disks of the sites", "mount", "util-linux"),
    _program("mkfs.ext4", "bounded disks of the sites", "e2fsprogs", "e2fsprogs"),
    _program("rsync", "cold copies", "rsync", "rsync"),
    _program(
        "libfaketime",
        "moving clocks",
        "libfaketime",
        "libfaketime",
        find=_library("**/faketime/libfaketime.so.1"),
    ),
    _program("chromium", "reports", "chromium", "chromium", tests_only=True),
    _program("chromedriver", "reports", "chromium-driver", "chromedriver", tests_only=True),
    _program("node", "validators of others", "nodejs", "nodejs", tests_only=True),
    _program("npm", "validators of others", "npm", "npm", tests_only=True),
)


def packages_for(programs: Sequence[Program], by: Installer) -> tuple[str, ...]:
    """The packages that bring `programs`, each once; the programs' names where unknown."""
    named = [
        package
        for program in programs
        for package in program.packages.get(by.name, (program.name,))
    ]
    return tuple(dict.fromkeys(named))
