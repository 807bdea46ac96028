"""The store: one etcd member in each voice; it knows who leads, and needs a majority."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from tricenter.lab import configured, tls
from tricenter.lab.host import make_host_folder
from tricenter.lab.secrets import install_tls
from tricenter.lab.service import (
    ServiceSpec,
    put_service,
    remove_service,
    service_log,
    services,
)
from tricenter.lab.services.host import unit_name as host_name
from tricenter.lab.services.network import KIND as NETWORK
from tricenter.lab.stack import Stack
from tricenter.lab.store import is_healthy
from tricenter.lab.unit import Unit
from tricenter.lab.waits import until
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan
from tricenter.topology.render import etcd

KIND = "store"
COMPONENT = "FailoverAutomation"
HOLDS_DATA = True
SERVICE = "etcd"
OWNER = "postgres"
"""Runs the store as well: it reads the same key of the host as the databases."""

READY_S = 60.0

log = logging.getLogger(__name__)


def unit_name(topology: str, host: str) -> str:
    """The name of a voice's unit."""
    return logical_name(topology, host, KIND)


def units(plan: Plan) -> Iterable[Unit]:
    """One unit for each voice. They need each other to get ready, so none is after another."""
    files = tuple(etcd.files(plan))
    for host in plan.hosts:
        if host.voice:
            yield Unit(
                kind=KIND,
                name=unit_name(plan.topology, host.name),
                host=host.name,
                data={
                    "address": host.address,
                    "addresses": list(host.addresses),
                    "files": configured.texts(files, host.name, "etcd"),
                },
                after=(
                    host_name(plan.topology, host.name),
                    logical_name(plan.topology, host.name, NETWORK),
                ),
            )


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Put the voice on its host; returns once it serves, for which a majority must be there."""
    host = configured.host_of(unit)
    known = {found.name for found in services(stack, host)}
    renewed = install_tls(
        stack,
        host,
        owner=OWNER,
        names=(host, "localhost"),
        addresses=(*unit.data["addresses"], "127.0.0.1"),
    )
    make_host_folder(stack, host, "/srv/etcd", owner=OWNER)
    digest = configured.write(stack, host, unit.data["files"])
    spec = ServiceSpec(
        name=SERVICE,
        argv=("etcd", "--config-file", f"{configured.ETC}/etcd/etcd.yml"),
        user=OWNER,
        digest=digest,
    )
    put_service(stack, host, spec)
    tls.take_up(stack, host, renewed, known)
    log.info("waiting for a majority of the store")
    until(
        lambda: is_healthy(stack, host, unit.data["address"]),
        READY_S,
        f"readiness of {unit.name}; its log ends: {service_log(stack, host, SERVICE, 5)}",
        every=0.2,
    )
    return observe(stack, unit) or {}


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """Whether the voice runs, with which configuration, and how the host's certificate is."""
    found = configured.seen(stack, unit, SERVICE)
    return found and {**found, "certificate": tls.word(stack, configured.host_of(unit))}


def remove(stack: Stack, unit: Unit) -> None:
    """End the voice; its data goes with the host's disk."""
    remove_service(stack, configured.host_of(unit), SERVICE)
