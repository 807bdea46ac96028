"""The keeper of a site: fences, fetches and copies by itself what is safe (`lab/keeper`)."""

from collections.abc import Iterable, Mapping
from typing import Any

from tricenter.lab import configured
from tricenter.lab.service import ServiceSpec, put_service, remove_service, wait_service
from tricenter.lab.services.member import unit_name as member_name
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

KIND = "keeper"
COMPONENT = "FailoverAutomation"
SERVICE = "keeper"
WRITES = f"{configured.ETC}/keeper"
OWNER = "postgres"
"""Its own members' user: it may end their servers and read their secrets, and nothing more."""


def units(plan: Plan) -> Iterable[Unit]:
    """One for each site with a copy of a database."""
    for site in plan.sites:
        if members := plan.members_of(site.name):
            yield Unit(
                kind=KIND,
                name=logical_name(plan.topology, site.name, KIND),
                host=site.name,
                data={"files": {f"{configured.ETC}/keeper/keeper.json": _text(plan, site.name)}},
                after=tuple(
                    member_name(plan.topology, site.name, member.database) for member in members
                ),
            )


def _text(plan: Plan, site: str) -> str:
    from tricenter.lab.keeper.watched import Watch, Watched, written
    from tricenter.topology.render import etcd, patroni

    store = (address.rpartition(":") for address in etcd.client_hosts(plan, site))
    watch = Watch(
        site=site,
        ttl=plan.timing.ttl,
        members=tuple(
            Watched(
                database=member.database,
                address=member.address,
                rest_port=member.rest_port,
                data=f"/srv/pg/{member.database}",
                sockets=patroni.socket_folder(member.database),
                secrets=f"{configured.ETC}/patroni/{member.database}/secrets.yml",
                log=f"/srv/log/{patroni.service_name(member.database)}.log",
                archived=patroni.backup_of(plan, member.database) is not None,
            )
            for member in plan.members_of(site)
        ),
        store=tuple((host, int(port)) for host, _, port in store),
    )
    return written(watch)


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Write its task and run it."""
    host = configured.host_of(unit)
    digest = configured.write(stack, host, unit.data["files"])
    program = ("/run/tricenter/venv/bin/python", "-m", "tricenter.lab.keeper")
    put_service(stack, host, ServiceSpec(name=SERVICE, argv=program, user=OWNER, digest=digest))
    wait_service(stack, host, SERVICE)
    return observe(stack, unit) or {}


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """Whether it runs, with which task."""
    return configured.seen(stack, unit, SERVICE)


def remove(stack: Stack, unit: Unit) -> None:
    """End it."""
    remove_service(stack, configured.host_of(unit), SERVICE)
