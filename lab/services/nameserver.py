"""A name server: PowerDNS in a site, which answers for the zone with what it finds healthy."""

import logging
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from tricenter.lab import configured
from tricenter.lab.errors import LabError
from tricenter.lab.resolve import ask
from tricenter.lab.service import ServiceSpec, put_service, remove_service
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
READY_S = 30.0
WARM_S = 5.0

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
    digest = configured.write(stack, host, unit.data["files"])
    spec = ServiceSpec(
        name=SERVICE,
        argv=("pdns_server", f"--config-dir={configured.ETC}/pdns"),
        user="pdns",
        env={"MALLOC_ARENA_MAX": "1"},
        digest=digest,
    )
    put_service(stack, host, spec)
    log.info("waiting for the name server of %s to answer", host)
    address: str = unit.data["address"]
    for name in (*unit.data["names"], *unit.data["writers"]):
        answers = partial(ask, stack, host, address, name)
        what = f"an answer of {unit.name} for {name}"
        until(lambda answers=answers: answers() is not None, READY_S, what)
    for name in unit.data["writers"]:
        try:
            until(partial(ask, stack, host, address, name), WARM_S, f"a leader behind {name}")
        except LabError as error:
            log.info("%s", error)
    return observe(stack, unit) or {}


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """Whether the name server runs, with which zone."""
    return configured.seen(stack, unit, SERVICE)


def remove(stack: Stack, unit: Unit) -> None:
    """End the name server."""
    remove_service(stack, configured.host_of(unit), SERVICE)
