"""A host of the lab: the place of one site or witness, with its addresses and its disk."""

from collections.abc import Iterable, Mapping
from typing import Any

from tricenter.lab.services.stack import unit_name as stack_name
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

KIND = "host"
COMPONENT = "SiteNetwork"
WRITES = None
HOLDS_DATA = True


def unit_name(topology: str, host: str) -> str:
    """The name of a host's unit, after which its services come."""
    return logical_name(topology, host, "host")


def units(plan: Plan) -> Iterable[Unit]:
    """One unit for each site and witness."""
    for host in plan.hosts:
        yield Unit(
            kind=KIND,
            name=unit_name(plan.topology, host.name),
            host=host.name,
            data={
                "kind": host.kind,
                "addresses": list(host.addresses),
                "disk_mib": host.disk_mib,
            },
            after=(stack_name(plan.topology),),
        )


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Make the host, or repair what is left of it, and switch it on."""
    from tricenter.lab.host import HostSpec, create_host, power_on

    name = _name(unit)
    spec = HostSpec(
        name=name,
        addresses=tuple(unit.data["addresses"]),
        disk_mib=unit.data["disk_mib"],
        kind=unit.data["kind"],
    )
    create_host(stack, spec)
    power_on(stack, name)
    return observe(stack, unit) or {}


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """The host as it is recorded, with a disk of 0 where that is gone, and whether it is on."""
    from tricenter.lab.disk import disk_exists
    from tricenter.lab.host import is_on

    found = next((spec for spec in stack.hosts() if spec.name == unit.host), None)
    if found is None:
        return None
    there = "bounded-disk" not in stack.can or disk_exists(stack, found.name)
    return {
        "kind": found.kind,
        "addresses": list(found.addresses),
        "disk_mib": found.disk_mib if there else 0,
        "on": is_on(stack, found.name),
    }


def remove(stack: Stack, unit: Unit) -> None:
    """Switch the host off and delete it with its disk."""
    from tricenter.lab.host import delete_host

    delete_host(stack, _name(unit))


def _name(unit: Unit) -> str:
    if unit.host is None:
        raise ValueError(f"{unit.name} has no host")
    return unit.host
