"""pgBackRest in a site: its configuration, its TLS server, and the repository where it is kept."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from tricenter.lab.services.host import unit_name as host_name
from tricenter.lab.services.store import unit_name as store_name
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

KIND = "repository"
COMPONENT = "SnapshotLifecycle"
WRITES = "/srv/etc/pgbackrest"
HOLDS_DATA = True
SERVICE = "pgbackrest"
OWNER = "postgres"
SERVER = "server.conf"


def unit_name(topology: str, site: str) -> str:
    """The name of a site's unit, after which its archiving works."""
    return logical_name(topology, site, KIND)


def units(plan: Plan) -> Iterable[Unit]:
    """One for each site that has a part in backups."""
    from tricenter.topology.render.patroni import backup_of
    from tricenter.topology.render.pgbackrest import files, sites

    texts: dict[str, dict[str, str]] = {}
    for file in files(plan):
        site, _, name = file.path.split("/")
        texts.setdefault(site, {})[name] = file.text
    for site in sites(plan):
        kept = [
            database.name
            for database in plan.databases
            if (backup := backup_of(plan, database.name)) and backup.repositories[0] == site
        ]
        yield Unit(
            kind=KIND,
            name=unit_name(plan.topology, site),
            host=site,
            data={"address": plan.host(site).address, "files": texts[site], "keeps": kept},
            after=(host_name(plan.topology, site), store_name(plan.topology, site)),
        )


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Write the configuration, make the folders, run the server; returns when it listens.

    The host's certificate is there: the store, which comes before, has put it.
    """
    from tricenter.lab.backup.key import key_text
    from tricenter.lab.host import make_host_folder, write_host_file
    from tricenter.lab.secrets import install_secret
    from tricenter.lab.service import ServiceSpec, TcpProbe, put_service, wait_service
    from tricenter.topology.render.pgbackrest import ETC, PORT, REPOSITORY, SECRETS

    site = _site(unit)
    for folder in ("/srv/log/pgbackrest", "/srv/spool"):
        make_host_folder(stack, site, folder, owner=OWNER, mode=0o750)
    if unit.data["keeps"]:
        make_host_folder(stack, site, REPOSITORY, owner=OWNER, mode=0o750)
        make_host_folder(stack, site, SECRETS, owner=OWNER, mode=0o700)
        install_secret(stack, site, f"{SECRETS}/cipher.conf", key_text(key(stack)))
    for name, text in unit.data["files"].items():
        write_host_file(stack, site, f"{ETC}/{name}", text)
    argv = ("pgbackrest", f"--config={ETC}/{SERVER}", "server")
    probe = TcpProbe(address=unit.data["address"], port=PORT)
    spec = ServiceSpec(name=SERVICE, argv=argv, user=OWNER, ready=probe, digest=_digest(unit))
    put_service(stack, site, spec)
    wait_service(stack, site, SERVICE)
    return dict(unit.data)


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """The configuration that is there; None without a server."""
    from tricenter.lab.host import read_host_file
    from tricenter.lab.service import read_service
    from tricenter.topology.render.pgbackrest import ETC

    site = _site(unit)
    if read_service(stack, site, SERVICE) is None:
        return None
    found: dict[str, str] = {}
    for name in unit.data["files"]:
        content = read_host_file(stack, site, f"{ETC}/{name}")
        if content is not None:
            found[name] = content.decode()
    return {**unit.data, "files": found}


def remove(stack: Stack, unit: Unit) -> None:
    """End the server. Backups stay on the disk until the host goes."""
    from tricenter.lab.service import read_service, remove_service

    site = _site(unit)
    if site in {host.name for host in stack.hosts()} and read_service(stack, site, SERVICE):
        remove_service(stack, site, SERVICE)


def key(stack: Stack) -> str:
    """The key of the stack's repositories; without it a vault is of no use."""
    from tricenter.lab.secrets import password

    return password(stack, "pgbackrest-repository")


def _site(unit: Unit) -> str:
    assert unit.host is not None  # noqa: S101 - `units` gives every unit its site
    return unit.host


def _digest(unit: Unit) -> str:
    return hashlib.sha256(unit.data["files"][SERVER].encode()).hexdigest()[:12]
