"""A member: one site's copy of a database, under Patroni. Its role is nowhere in its unit."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from tricenter.lab import configured
from tricenter.lab.copies import reason
from tricenter.lab.drift import drift
from tricenter.lab.errors import LabError
from tricenter.lab.host import make_host_folder, read_host_file, run_in_host
from tricenter.lab.machine import machine_of
from tricenter.lab.patroni import (
    Member,
    change_config,
    config,
    is_settled,
    member_state,
    reload_member,
    rest_password,
)
from tricenter.lab.scram import verifier
from tricenter.lab.secrets import install_secret, password
from tricenter.lab.server_settings import overrides, reset_overrides
from tricenter.lab.service import (
    ServiceSpec,
    put_service,
    read_service,
    remove_service,
    service_log,
    start_service,
)
from tricenter.lab.services import store
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.lab.waits import until
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan
from tricenter.topology.render import patroni

KIND = "member"
COMPONENT = "ReplicatedDatabase"
HOLDS_DATA = True
OWNER = "postgres"
WRITES = f"{configured.ETC}/patroni"
READY_S = 180.0
BETWEEN_S = 5.0
"""How long a copy may take to find its new leader before it is said not to follow."""
SOCKET_PATH = 107
"""Bytes that the kernel allows for the path of a socket."""

log = logging.getLogger(__name__)


def unit_name(topology: str, site: str, database: str) -> str:
    """The name of a member's unit."""
    return logical_name(topology, site, KIND, database)


def units(plan: Plan) -> Iterable[Unit]:
    """One unit for each copy. The preferred site's comes first, so that it creates the database.

    That is an order of making and no role: whoever leads later, nothing of a unit changes.
    """
    files = tuple(patroni.files(plan))
    voices = tuple(store.unit_name(plan.topology, host.name) for host in plan.hosts if host.voice)
    for database in plan.databases:
        dynamic = patroni.dynamic_config(plan, database)
        first = unit_name(plan.topology, database.prefer, database.name)
        for member in database.members:
            name = unit_name(plan.topology, member.site, database.name)
            folder = f"patroni/{database.name}"
            yield Unit(
                kind=KIND,
                name=name,
                host=member.site,
                data={
                    "database": database.name,
                    "address": member.address,
                    "port": member.port,
                    "rest_port": member.rest_port,
                    "version": database.version,
                    "dynamic": dynamic,
                    "files": configured.texts(files, member.site, folder),
                },
                after=(*voices, first) if name != first else voices,
            )


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Put the member on its site; returns once it leads or streams, under the plan's settings."""
    host = configured.host_of(unit)
    database: str = unit.data["database"]
    name = patroni.service_name(database)
    _check_socket(stack, host, database, unit.data["port"])
    known = read_service(stack, host, name) is not None
    before = configured.seen(stack, unit, name) if known else None
    _install_secrets(stack, host, database)
    make_host_folder(stack, host, "/srv/pg", owner=OWNER)
    _link_programs(stack, host, unit.data["version"])
    digest = configured.write(stack, host, unit.data["files"])
    # No digest in the definition: Patroni takes a changed file without ending connections.
    put_service(stack, host, _definition(database))
    member = Member(site=host, address=unit.data["address"], rest_port=unit.data["rest_port"])
    if before is not None and before["config"] != digest:
        reload_member(stack, member)
    if known:
        start_service(stack, host, name)
    log.info("waiting for %s to lead or to stream", unit.name)
    try:
        until(
            lambda: is_settled(member_state(stack, member)),
            READY_S,
            f"readiness of {unit.name}",
            every=0.25,
        )
    except LabError as error:
        raise LabError(f"{error}{_why(stack, host, name)}") from None
    change_config(stack, member, unit.data["dynamic"])
    if overrides(stack, host, database, unit.data["port"]):
        reset_overrides(stack, host, database, unit.data["port"])
    return observe(stack, unit) or {}


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """Whether the member runs and follows, with which files, and what is in force beside them.

    `drift` are the settings in force that are not the plan's, in sentences. Its role is no part
    of this.
    """
    seen = configured.seen(stack, unit, patroni.service_name(unit.data["database"]))
    if seen is None:
        return None
    host = configured.host_of(unit)
    member = Member(site=host, address=unit.data["address"], rest_port=unit.data["rest_port"])
    shared = config(stack, member) if seen["running"] else None
    found = () if shared is None else drift(unit.data["dynamic"], shared)
    if shared is not None:
        found += overrides(stack, host, unit.data["database"], unit.data["port"])
    return {
        **seen,
        "follows": bool(seen["running"]) and _follows(stack, member),
        "drift": [str(entry) for entry in found],
    }


def _follows(stack: Stack, member: Member) -> bool:
    """Whether it leads or follows; right after a change of leader everyone is between both."""
    try:
        return until(lambda: is_settled(member_state(stack, member)), BETWEEN_S, "", every=0.25)
    except LabError:
        return False


def _why(stack: Stack, host: str, name: str) -> str:
    """The reason in its log and the next command; else how its log ends."""
    found = reason(service_log(stack, host, name, 200).splitlines())
    if found is not None:
        return f": {found.says}; `tricenter rejoin {host}` brings it back"
    return f"; its log ends:\n{service_log(stack, host, name, 8)}"


def remove(stack: Stack, unit: Unit) -> None:
    """End the member; its data stays on the site's disk."""
    remove_service(stack, configured.host_of(unit), patroni.service_name(unit.data["database"]))


def _check_socket(stack: Stack, host: str, database: str, port: int) -> None:
    """LabError where the folder of all labs is so deep that a socket's path is too long."""
    socket = f"{patroni.socket_folder(database)}/.s.PGSQL.{port}"
    path = machine_of(stack).localise(stack, host, socket)
    if len(path.encode()) > SOCKET_PATH:
        raise LabError(
            f"{path} is too long for a socket: {len(path.encode())} bytes, {SOCKET_PATH} are "
            "allowed; set TRICENTER_LAB_HOME to a folder with a shorter name"
        )


def _definition(database: str) -> ServiceSpec:
    folder = f"{configured.ETC}/patroni/{database}"
    program = ["/run/tricenter/venv/bin/python", "-m", "patroni", folder]
    return ServiceSpec(
        name=patroni.service_name(database),
        argv=tuple(program),
        user=OWNER,
        env={"MALLOC_ARENA_MAX": "2"},
        after=(store.SERVICE,),
        stop_timeout=60.0,
    )


def _install_secrets(stack: Stack, host: str, database: str) -> None:
    """Put the passwords beside the configuration, and the application's verifier for its role."""
    folder = f"{configured.ETC}/patroni/{database}"
    make_host_folder(stack, host, folder, owner=OWNER)
    roles = {
        role: {"password": password(stack, f"{database}-{role}")}
        for role in ("replication", "rewind")
    }
    secrets = {
        "restapi": {"authentication": {"username": "operator", "password": rest_password(stack)}},
        "postgresql": {"authentication": roles},
    }
    text = json.dumps(secrets, indent=1) + "\n"
    install_secret(stack, host, f"{folder}/secrets.yml", text, owner=OWNER)
    role = patroni.APPLICATION
    script = f"{folder}/{role}.sql"
    if read_host_file(stack, host, script) is None:
        made = verifier(password(stack, f"{database}-{role}"))
        install_secret(stack, host, script, _application_sql(role, made), owner=OWNER)


def _application_sql(role: str, made: str) -> str:
    """Makes the application's role and database where they are missing: a restore has them."""
    return (  # the names are ours, a verifier has no quotes
        f"SELECT 'CREATE ROLE {role}'"  # noqa: S608
        f" WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec\n"
        f"ALTER ROLE {role} LOGIN PASSWORD '{made}';\n"
        f"SELECT 'CREATE DATABASE {role} OWNER {role}'"
        f" WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{role}') \\gexec\n"
    )


def _link_programs(stack: Stack, host: str, version: str | None) -> None:
    """Let the host find PostgreSQL's programs at the place that the configuration names."""
    from tricenter.setup.distribution import postgres_directory

    if version is not None:
        return
    found = postgres_directory()
    if found is None:
        raise LabError("PostgreSQL 15 or newer is not installed: run `tricenter doctor`")
    link = patroni.DEFAULT_BINARIES
    make_host_folder(stack, host, link.rpartition("/")[0], owner="root", mode=0o755)
    run_in_host(stack, host, ["ln", "-sfn", str(found), link], check=True)
