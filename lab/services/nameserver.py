"""A name server: PowerDNS in a site, which answers for the zone with what it finds healthy."""

import logging
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from tricenter.lab import configured
from tricenter.lab.errors import LabError
from tricenter.lab.files import host_file_status
from tricenter.lab.host import run_in_host
from tricenter.lab.resolve import ask
from tricenter.lab.service import (
    ServiceSpec,
    put_service,
    read_service,
    remove_service,
    restart_service,
)
from tricenter.lab.services.host import unit_name as host_name
from tricenter.lab.services.member import unit_name as member_name
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.lab.waits import until
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan
from tricenter.topology.render import powerdns

KIND = "nameserver"
COMPONENT = "GeoDns"
SERVICE = "pdns"
WRITES = f"{configured.ETC}/pdns"
READY_S = 30.0
WARM_S = 5.0
CONTROL_S = 5.0
ZONE = f"{configured.ETC}/pdns/zone"
IN_FORCE = "in force"
LOADED = re.compile(r"On-disk file: \S+ \((\d+)\)")

log = logging.getLogger(__name__)


def units(plan: Plan) -> Iterable[Unit]:
    """One unit for each name server: after the members, so that it has leaders to name."""
    files = tuple(powerdns.files(plan))
    names = [record.name for record in plan.zone.records]
    names += [database.reader for database in plan.databases]
    members = tuple(
        member_name(plan.topology, member.site, member.database)
        for database in plan.databases
        for member in database.members
    )
    for server in plan.zone.servers:
        yield Unit(
            kind=KIND,
            name=logical_name(plan.topology, server.site, KIND),
            host=server.site,
            data={
                "address": server.address,
                "names": names,
                "writers": [database.writer for database in plan.databases],
                "zone": plan.zone.name,
                "files": configured.texts(files, server.site, "pdns"),
            },
            after=(host_name(plan.topology, server.site), *members),
        )


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Put the name server on its site; returns once it answers and has checked what it names.

    PowerDNS checks an address only after the first question for it, so every name is asked here.
    Until the first check is through, about a second, a writer's name has no answer and a public
    name has what it has when all is down; a wrong leader is never named. A database that has no
    leader is not waited for long: that is no fault of the name server.
    """
    host = configured.host_of(unit)
    before = configured.seen(stack, unit, SERVICE)
    digest = configured.write(stack, host, unit.data["files"])
    spec = ServiceSpec(
        name=SERVICE,
        argv=("pdns_server", f"--config-dir={configured.ETC}/pdns"),
        user="pdns",
        env={"MALLOC_ARENA_MAX": "1"},
        digest=digest,
    )
    unchanged = read_service(stack, host, SERVICE) == spec
    put_service(stack, host, spec)
    if unchanged and before is not None and before["config"] != digest:
        # Only the files were others: it may have started with them.
        restart_service(stack, host, SERVICE)
    log.info("waiting for the name server of %s to answer", host)
    address: str = unit.data["address"]
    for name in (*unit.data["names"], *unit.data["writers"]):
        answers = partial(ask, stack, host, address, name)
        what = f"an answer of {unit.name} for {name}"
        until(lambda answers=answers: answers() is not None, READY_S, what)
    if zone_state(stack, host, unit.data["zone"]) != IN_FORCE:
        _control(stack, host, "bind-reload-now", unit.data["zone"])
    for name in unit.data["writers"]:
        try:
            until(partial(ask, stack, host, address, name), WARM_S, f"a leader behind {name}")
        except LabError as error:
            log.info("%s", error)
    return observe(stack, unit) or {}


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """Whether the name server runs, with which files, and whether it serves the zone in them."""
    found = configured.seen(stack, unit, SERVICE)
    if found is None or "zone" not in unit.data:
        return found  # made by an earlier version
    return {**found, "zone": zone_state(stack, configured.host_of(unit), unit.data["zone"])}


def zone_state(stack: Stack, host: str, zone: str) -> str:
    """IN_FORCE where the running server has loaded the zone's file as it is on the disk now."""
    said = _control(stack, host, "bind-domain-extended-status", zone)
    try:
        file = host_file_status(stack, host, ZONE)
    except (OSError, LabError):
        file = None
    return "no file" if file is None else zone_word(said, int(file.st_ctime))


def zone_word(said: str, changed: int) -> str:
    """What PowerDNS's status of a zone means; `changed` is when its file was, as the kernel says.

    Beside the file's name PowerDNS tells when the file that it has loaded had been changed (seen
    with 4.7.3 on 2026-11-30).
    """
    if "Status: parsed into memory" not in said:
        return "not loaded" if said else "no answer"
    loaded = LOADED.search(said)
    return IN_FORCE if loaded and int(loaded[1]) == changed else "of another file"


def _control(stack: Stack, host: str, *command: str) -> str:
    """What the running server answers to a command; nothing where it does not."""
    argv = ["pdns_control", f"--config-dir={configured.ETC}/pdns", *command]
    try:
        return run_in_host(stack, host, argv, timeout=CONTROL_S).stdout
    except LabError:
        return ""


def remove(stack: Stack, unit: Unit) -> None:
    """End the name server."""
    remove_service(stack, configured.host_of(unit), SERVICE)
