"""cloud-init: what a bare Debian machine on a cloud is told, so that it becomes one site."""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from math import floor
from typing import TYPE_CHECKING, Any

import yaml

from tricenter.topology.errors import TricenterError
from tricenter.topology.log_shipping import pace_of
from tricenter.topology.machine_program import NODE, PROGRAM, node, program
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost
from tricenter.topology.render import (
    RenderedFile,
    bundle,
    etcd,
    fill,
    patroni,
    pgbackrest,
    powerdns,
)
from tricenter.topology.services import services, stanzas

BUILDERS, LOCK = "/etc/tricenter/builders.txt", "/etc/tricenter/patroni.txt"
"""Patroni of the lab's version with all that it needs, by hashes, and what builds two of these;
setup/machine_lock.py writes both."""
DEBIAN = ("12", "bookworm", "15")
"""Debian's release, its code name, its PostgreSQL: the lab's, so that every program is the same."""
OWN_VERSIONS = range(14, 19)
"""PostgreSQL's majors in the project's own archive for that release, checked 2026-11-24:
https://wiki.postgresql.org/wiki/Apt"""
CLOCKS = {"aws": "169.254.169.123", "gcp": "metadata.google.internal"}
PACKAGES = (
    "chrony", "cron", "etcd-client", "etcd-server", "iproute2", "pgbackrest", "python3-venv",
    "unattended-upgrades",
)  # fmt: skip
ACCURACY = 1
"""Seconds that a timer may be late; systemd's own default is a minute (systemd.timer(5))."""
BACKUP_AGAIN_S = 1800
"""Seconds until a backup that failed is tried again: by then a failover is over. What hung with the
leader that it read from is ended by pgBackRest's own `protocol-timeout`, half an hour."""
MASKED = ("etcd", "postgresql", "pdns", "pgbackrest")
"""The distribution's own services, which would start with settings of their own."""


if TYPE_CHECKING:
    Dumper = yaml.SafeDumper
else:
    # libyaml writes the same bytes twenty times as fast (tests/test_cloud_init.py compares them).
    Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class CloudInitError(TricenterError):
    """A site cannot be described to its machine."""


def user_data(plan: Plan, host: PlannedHost, stack: str, *, embed: bool = True) -> str:
    """The #cloud-config of a host of a plan that `readdress` has seen; no secret is in it."""
    told = settings(plan, host, stack, embed=embed)
    return "#cloud-config\n" + yaml.dump(told, Dumper=Texts, sort_keys=False, width=1000)


def settings(plan: Plan, host: PlannedHost, stack: str, *, embed: bool = True) -> dict[str, Any]:
    """What a first boot does, by the keys of cloud-init's modules; other forms are made of it."""
    cloud = cloud_of(host)
    return {
        "hostname": host.name,
        "fqdn": f"{host.name}.{plan.topology}.internal",
        "manage_etc_hosts": False,
        "users": ["default"],
        "disable_root": True,
        "ssh_pwauth": False,
        "timezone": "UTC",
        "ntp": {"enabled": True, "ntp_client": "chrony", "servers": [CLOCKS[cloud]], "pools": []},
        "bootcmd": [["systemctl", "mask", *(f"{name}.service" for name in MASKED)]],
        "package_update": True,
        "package_upgrade": True,
        "packages": [*PACKAGES, *_own_packages(plan, host)],
        "write_files": [*_write_files(plan, host, stack, embed=embed)],
        "runcmd": _commands(plan, host),
    }


def host_files(plan: Plan, host: PlannedHost) -> dict[str, str]:
    """The very files of the lab for a host, by their path on it."""
    start = f"{host.name}/"
    return {
        "/srv/etc/" + file.path.removeprefix(start): file.text
        for file in _files_of_all(plan)
        if file.path.startswith(start)
    }


@lru_cache(maxsize=2)
def _files_of_all(plan: Plan) -> tuple[RenderedFile, ...]:
    made = (etcd.files(plan), patroni.files(plan), powerdns.files(plan), pgbackrest.files(plan))
    return tuple(chain.from_iterable(made))


def site_object(plan: Plan, host: PlannedHost, stack: str) -> str:
    """What a site's bucket holds for its machine, as JSON: by it a changed spec reaches the site.

    Its files, all bundles, and the machine's own program with what it is told.
    """
    held = {
        "files": host_files(plan, host),
        "bundles": {file.path: file.text for file in bundle.files_for(plan, stack)},
        "machine": _machine(plan, host, stack),
    }
    return json.dumps(held, sort_keys=True)


def secret_name(stack: str, site: str) -> str:
    """What the cloud's store calls a site's secret."""
    return f"{stack}-{site}"


class Texts(Dumper):
    """YAML in which a text of several lines stays readable."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar(  # pyright: ignore[reportUnknownMemberType]
        "tag:yaml.org,2002:str", value, style=style
    )


Texts.add_representer(str, _text)


def cloud_of(host: PlannedHost) -> str:
    """The cloud that a host is on; raises CloudInitError on the lab."""
    if host.place is None:
        raise CloudInitError(f"{host.name} has no place on a cloud")
    return host.place.cloud


def _databases(plan: Plan, host: PlannedHost) -> list[PlannedDatabase]:
    return [d for d in plan.databases if any(m.site == host.name for m in d.members)]


def major(database: PlannedDatabase) -> str:
    """PostgreSQL's major version of a database; raises CloudInitError where none can be had."""
    found = (database.version or DEBIAN[2]).partition(".")[0]
    if int(found) not in OWN_VERSIONS:
        raise CloudInitError(
            f"database {database.name}: PostgreSQL {found} is not to be had for Debian "
            f"{DEBIAN[0]}, only {OWN_VERSIONS[0]} to {OWN_VERSIONS[-1]}"
        )
    return found


def _own_packages(plan: Plan, host: PlannedHost) -> list[str]:
    """Packages that depend on what the host does; PostgreSQL by its major."""
    majors = {major(database) for database in _databases(plan, host)}
    found = [f"postgresql-{each}" for each in sorted(majors & {DEBIAN[2]})]
    found += ["postgresql-common"]  # makes the user that everything runs as
    if any(server.site == host.name for server in plan.zone.servers):
        found += ["pdns-backend-bind", "pdns-backend-lua2", "pdns-server"]
    return sorted(found)


def _newer(plan: Plan, host: PlannedHost) -> list[str]:
    """Packages from PostgreSQL's own archive."""
    majors = {major(database) for database in _databases(plan, host)} - {DEBIAN[2]}
    return [f"postgresql-{each}" for each in sorted(majors)]


def _write_files(
    plan: Plan, host: PlannedHost, stack: str, *, embed: bool
) -> Iterator[dict[str, Any]]:
    for path, text in _machine(plan, host, stack).items():
        yield _file(path, text)
    if _databases(plan, host):
        for path in (BUILDERS, LOCK):
            yield _file(path, fill(f"cloud-init/{path.rpartition('/')[2]}", {}))
    if embed:
        held = json.dumps(host_files(plan, host), sort_keys=True)
        yield _file("/var/lib/tricenter/files.json", held, "0600")
    yield _file(
        "/etc/postgresql-common/createcluster.d/tricenter.conf", "create_main_cluster = false\n"
    )
    yield _file("/etc/apt/preferences.d/tricenter", fill("cloud-init/preferences.j2", {}))
    yield _file("/etc/apt/apt.conf.d/60tricenter", fill("cloud-init/upgrades.j2", {}))
    yield _unit("tricenter-prepare.service", _node_unit("prepare"))
    yield _unit("tricenter-update.service", _node_unit("update"))
    yield _unit("tricenter-update.timer", _timer("update", 300, 30))
    for service in services(plan, host):
        text = fill("cloud-init/service.j2", {"unit": service})
        yield _unit(f"tricenter-{service.name}.service", text)
    if kept := stanzas(plan, host):
        values = {
            "stanzas": kept,
            "etc": pgbackrest.ETC,
            "secrets": pgbackrest.SECRETS,
            "repository": pgbackrest.REPOSITORY,
            "again": BACKUP_AGAIN_S,
        }
        yield _file("/etc/cron.d/tricenter-backup", fill("cloud-init/backup.cron.j2", values))
        yield _unit("tricenter-ship.service", _node_unit("ship"))
        ships = [b.ship for b in plan.backups if b.repositories[:1] == (host.name,)]
        pause = min(pace_of(ship).pause for ship in ships)
        yield _unit("tricenter-ship.timer", _ship_timer(pause))


def _machine(plan: Plan, host: PlannedHost, stack: str) -> dict[str, str]:
    return {NODE: _node(plan, host, stack), PROGRAM: program()}


def _node(plan: Plan, host: PlannedHost, stack: str) -> str:
    """What the machine's own program is told, as JSON."""
    links = {patroni.DEFAULT_BINARIES: f"/usr/lib/postgresql/{DEBIAN[2]}/bin"}
    links |= {
        f"/usr/lib/postgresql/{d.version}": f"/usr/lib/postgresql/{major(d)}"
        for d in _databases(plan, host)
        if d.version and d.version != major(d)
    }
    told = node(plan, host, secret=secret_name(stack, host.name), links=links)
    return json.dumps(told, indent=1, sort_keys=True)


def _commands(plan: Plan, host: PlannedHost) -> list[list[str]]:
    """What the first boot runs, after the packages: lists of arguments, no shell."""
    units = [f"tricenter-{service.name}.service" for service in services(plan, host)]
    timers = ["tricenter-update.timer"]
    timers += ["tricenter-ship.timer"] if stanzas(plan, host) else []
    commands = [["systemctl", "daemon-reload"]]
    if newer := _newer(plan, host):
        # Debian itself brings the archive's address and key, so nothing new has to be trusted.
        script = "/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh"
        install = ["apt-get", "install", "-y", "--no-install-recommends"]
        commands += [["apt-get", "install", "-y", "gnupg"], [script, "-y", DEBIAN[1]]]
        commands += [[*install, *newer]]
    if _databases(plan, host):
        # From whatever index: what has not the lock's hash is not installed.
        pip = ["/opt/patroni/bin/pip", "install", "--no-input", "--require-hashes", "--no-deps"]
        commands += [
            ["python3", "-m", "venv", "/opt/patroni"],
            [*pip, "--only-binary=:all:", "-r", BUILDERS],
            [*pip, "--no-build-isolation", "--use-pep517", "-r", LOCK],
        ]
    commands += [["systemctl", "enable", "tricenter-prepare.service", *units, *timers]]
    return [*commands, ["systemctl", "start", "--no-block", *units, *timers]]


def _node_unit(verb: str) -> str:
    what = {
        "prepare": "Makes this machine ready for the site's services",
        "update": "Takes the newest files of the site",
        "ship": "Copies the repository to the vaults",
    }[verb]
    return fill("cloud-init/node.service.j2", {"verb": verb, "what": what})


def _ship_timer(pause: float) -> str:
    """Ships at most `pause` seconds after the last time has ended, whatever the timer adds."""
    every = max(1, floor((pause - ACCURACY) * 4 / 5))
    return _timer("ship", every, min(30, floor(pause - ACCURACY) - every))


def _timer(verb: str, seconds: int, delay: int) -> str:
    values = {"verb": verb, "every": seconds, "delay": delay, "accuracy": ACCURACY}
    return fill("cloud-init/timer.j2", values)


def _file(path: str, text: str, mode: str = "0644") -> dict[str, Any]:
    return {"path": path, "permissions": mode, "content": text}


def _unit(name: str, text: str) -> dict[str, Any]:
    return _file(f"/etc/systemd/system/{name}", text)
