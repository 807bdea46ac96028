"""The front: a stand-in for the user's application, listening on a site's public addresses."""

import json
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from tricenter.lab import configured
from tricenter.lab.resolve import PORT
from tricenter.lab.service import ServiceSpec, TcpProbe, put_service, remove_service, wait_service
from tricenter.lab.services.host import unit_name as host_name
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

KIND = "front"
COMPONENT = "GeoDns"
SERVICE = "front"
WRITES = f"{configured.ETC}/front"
CONFIG = f"{configured.ETC}/front/front.json"


def units(plan: Plan) -> Iterable[Unit]:
    """One unit for each site that has public addresses."""
    for site in plan.sites:
        listen = [
            [address, record.check_port]
            for record in plan.zone.records
            for address in dict(record.addresses).get(site.name, ())
            if ip_address(address).version == 4 and address in site.addresses
        ]
        if listen:
            yield Unit(
                kind=KIND,
                name=logical_name(plan.topology, site.name, KIND),
                host=site.name,
                data={"listen": listen, "files": {CONFIG: _config(plan, site.name, listen)}},
                after=(host_name(plan.topology, site.name),),
            )


def _config(plan: Plan, site: str, listen: list[list[Any]]) -> str:
    servers = sorted(plan.zone.servers, key=lambda server: (server.site != site, server.site))
    data = {
        "site": site,
        "listen": [{"address": address, "port": port} for address, port in listen],
        "dns_port": PORT,
        "name_servers": [server.address for server in servers],
        "writers": {database.name: database.writer for database in plan.databases},
        "sites": {m.address: m.site for d in plan.databases for m in d.members},
    }
    return json.dumps(data, indent=1) + "\n"


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Put the front on its site; returns once it accepts connections."""
    host = configured.host_of(unit)
    digest = configured.write(stack, host, unit.data["files"])
    address, port = unit.data["listen"][0]
    spec = ServiceSpec(
        name=SERVICE,
        argv=("/run/tricenter/venv/bin/python", "-m", "tricenter.lab.front", CONFIG),
        user="nobody",
        ready=TcpProbe(address=address, port=int(port)),
        digest=digest,
    )
    put_service(stack, host, spec)
    wait_service(stack, host, SERVICE)
    return observe(stack, unit) or {}


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """Whether the front runs, with which configuration."""
    return configured.seen(stack, unit, SERVICE)


def remove(stack: Stack, unit: Unit) -> None:
    """End the front."""
    remove_service(stack, configured.host_of(unit), SERVICE)
