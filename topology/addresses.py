"""Addresses on clouds: each site's come from its own subnet, where the lab's are its own range."""

from dataclasses import replace
from ipaddress import IPv4Network

from tricenter.topology.machines import data_disk_mib
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost

FIRST_SLOT = 10
"""The first address of a subnet that is used, as on the lab.

AWS keeps the first four and the last for itself, Google the first two and the last two
(checked 2026-11-24: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html,
https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet).
"""


def readdress(plan: Plan) -> Plan:
    """The plan with each placed host's addresses from its subnet, and its data disk's size.

    A plan without places, as the lab's, is returned as it is. The order of slots is the lab's:
    infrastructure first, then one address for each database that the site holds. Addresses of
    public records stay out: on a cloud they belong to whatever serves clients there.
    """
    if not any(host.place for host in plan.hosts):
        return plan
    hosts = tuple(_host(plan, host) for host in plan.hosts)
    address = {host.name: host.address for host in hosts}
    servers = tuple(replace(s, address=address[s.site]) for s in plan.zone.servers)
    return replace(
        plan,
        hosts=hosts,
        databases=tuple(_database(plan, database) for database in plan.databases),
        zone=replace(plan.zone, servers=servers),
    )


def own_plan(plan: Plan) -> Plan:
    """The plan as machines see it: addresses of their cloud, and self-managed databases alone."""
    own = tuple(d for d in plan.databases if d.service == "self-managed")
    names = {database.name for database in own}
    backups = tuple(
        replace(b, databases=tuple(d for d in b.databases if d in names))
        for b in plan.backups
        if names & set(b.databases)
    )
    return readdress(replace(plan, databases=own, backups=backups))


def slot_address(host: PlannedHost, slot: int) -> str:
    """An address in a host's subnet: slot 0 is infrastructure, slot n the plan's n-th database."""
    assert host.place is not None  # noqa: S101 - callers have looked
    return str(IPv4Network(host.place.subnet)[FIRST_SLOT + slot])


def _host(plan: Plan, host: PlannedHost) -> PlannedHost:
    if host.place is None:
        return host
    slots = [
        slot
        for slot, database in enumerate(plan.databases, start=1)
        if any(member.site == host.name for member in database.members)
    ]
    addresses = tuple(slot_address(host, slot) for slot in (0, *slots))
    disk = data_disk_mib(plan, host.name)
    return replace(host, address=addresses[0], addresses=addresses, disk_mib=disk)


def _database(plan: Plan, database: PlannedDatabase) -> PlannedDatabase:
    slot = plan.databases.index(database) + 1
    hosts = {host.name: host for host in plan.hosts}
    members = tuple(
        replace(member, address=slot_address(hosts[member.site], slot))
        if hosts[member.site].place
        else member
        for member in database.members
    )
    return replace(database, members=members)
