"""A plan with the addresses at which its parts are reached from this machine's own processes."""

from dataclasses import replace

from tricenter.lab.machine import machine_of
from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost, PlannedRecord


def reached_plan(stack: Stack, plan: Plan) -> Plan:
    """The same plan as a program outside the hosts meets it; identical where hosts are real."""
    machine = machine_of(stack)

    def at(address: str) -> str:
        return machine.reach(stack, address, 0)[0]

    def host(entry: PlannedHost) -> PlannedHost:
        addresses = tuple(map(at, entry.addresses))
        return replace(entry, address=at(entry.address), addresses=addresses)

    def database(entry: PlannedDatabase) -> PlannedDatabase:
        members = tuple(replace(member, address=at(member.address)) for member in entry.members)
        return replace(entry, members=members)

    def record(entry: PlannedRecord) -> PlannedRecord:
        addresses = tuple((site, tuple(map(at, found))) for site, found in entry.addresses)
        port = machine.reach(stack, "", entry.check_port)[1]
        return replace(
            entry,
            addresses=addresses,
            check_port=port,
            last_resort=tuple(map(at, entry.last_resort)),
            unchecked=tuple(map(at, entry.unchecked)),
            address_weights=tuple((at(one), weight) for one, weight in entry.address_weights),
        )

    servers = tuple(replace(server, address=at(server.address)) for server in plan.zone.servers)
    records = tuple(map(record, plan.zone.records))
    return replace(
        plan,
        hosts=tuple(map(host, plan.hosts)),
        databases=tuple(map(database, plan.databases)),
        zone=replace(plan.zone, servers=servers, records=records),
        clients=tuple(replace(client, address=at(client.address)) for client in plan.clients),
    )
