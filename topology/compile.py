"""Compiling: a checked topology, a target and the observed roles become a plan."""

import hashlib
import json
from collections.abc import Mapping
from ipaddress import IPv4Network
from itertools import combinations
from types import MappingProxyType

from tricenter.topology.forecast import Forecast, forecast
from tricenter.topology.forecast.words import interval, recovery
from tricenter.topology.lab_addresses import site_address, witness_address
from tricenter.topology.links import link_between, stated_links
from tricenter.topology.observed import NOTHING, Runs
from tricenter.topology.placement import Places, machine_of, place_sites, place_vaults, service_of
from tricenter.topology.plan import (
    Plan,
    PlannedBackup,
    PlannedClient,
    PlannedDatabase,
    PlannedFailover,
    PlannedHost,
    PlannedMember,
    PlannedObjective,
    PlannedOutcome,
    PlannedScenario,
    PlannedTiming,
    PlannedVault,
)
from tricenter.topology.spec import Topology
from tricenter.topology.sync_order import sync_order
from tricenter.topology.voices import voice_names
from tricenter.topology.zone import answers, plan_zone

Roles = Mapping[str, str]
NO_ROLES: Roles = MappingProxyType({})
POSTGRES_PORT = 5432
PATRONI_PORT = 8008
CLIENT_SLOT = 10
CLIENT_RTT = 0.01
"""Assumed round trip between clients of the lab and every site, in seconds."""


def compile_plan(
    topology: Topology,
    target: str = "lab",
    roles: Roles = NO_ROLES,
    expected: Forecast | None = None,
    running: Runs = NOTHING,
) -> Plan:
    """The plan of a topology on a target; `roles` names the observed leader's site by database,
    `running` what its copies are seen to run on.

    `expected` is the topology's forecast by preference, for a caller that has it already.
    """
    databases = tuple(
        _database(topology, name, index, target, (roles, running))
        for index, name in enumerate(sorted(topology.databases))
    )
    hosts = tuple(_hosts(topology, databases, place_sites(topology, target)))
    vaults = place_vaults(topology, target)
    stated = stated_links(topology)
    links = tuple(
        link_between(topology, a, b, stated)
        for a, b in combinations((host.name for host in hosts), 2)
    )
    return Plan(
        topology=topology.name,
        digest=digest(topology),
        target=target,
        hosts=hosts,
        links=links,
        databases=databases,
        zone=plan_zone(topology, {host.name: host.address for host in hosts}, target),
        backups=tuple(_backup(topology, name) for name in sorted(topology.backups)),
        vaults=tuple(
            PlannedVault(name=name, medium=vault.medium, disk_mib=vault.lab, place=vaults.get(name))
            for name, vault in sorted(topology.vaults.items())
        ),
        clients=_clients(topology),
        timing=PlannedTiming(
            ttl=topology.timing.ttl,
            loop_wait=topology.timing.loop_wait,
            retry_timeout=topology.timing.retry_timeout,
            client_timeout=topology.timing.client_timeout,
        ),
        scenarios=_scenarios(topology, expected or forecast(topology, target=target)),
        failover=tuple(
            PlannedFailover(scenario=scenario, mode=failover.mode, decide=failover.decide)
            for scenario, failover in sorted(topology.failover.items())
        ),
        objectives=tuple(
            PlannedObjective(scenario=scenario, rpo=objective.rpo, rto=objective.rto)
            for scenario, objective in sorted(topology.objectives.items())
        ),
    )


def digest(topology: Topology) -> str:
    """Twelve hexadecimal digits that change when the topology's meaning changes.

    The order of keys has none: the engine hands on a spec that is an object in whatever order. Nor
    has who let a change destroy data, or which records of drills count: a drill of the topology
    shows as much without them.
    """
    meant = topology.model_dump(mode="json", by_alias=True, exclude={"may_destroy", "drills"})
    text = json.dumps(meant, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _hosts(
    topology: Topology, databases: tuple[PlannedDatabase, ...], places: Places
) -> list[PlannedHost]:
    voices = voice_names(topology)
    hosts: list[PlannedHost] = []
    for index, name in enumerate(sorted(topology.sites)):
        site = topology.sites[name]
        members = [m.address for d in databases for m in d.members if m.site == name]
        public = [
            a
            for label in sorted(topology.dns.records)
            for a in answers(topology, label).get(name, ())
        ]
        hosts.append(
            PlannedHost(
                name=name,
                kind="site",
                city=site.city,
                voice=name in voices,
                address=site_address(index, 0),
                addresses=(site_address(index, 0), *members, *public),
                disk_mib=site.lab.disk,
                capacity_tps=site.capacity.tps,
                capacity_connections=site.capacity.connections,
                place=places.get(name),
            )
        )
    for index, name in enumerate(sorted(topology.witnesses)):
        address = witness_address(index)
        hosts.append(
            PlannedHost(
                name=name,
                kind="witness",
                city=topology.witnesses[name].city,
                voice=True,
                address=address,
                addresses=(address,),
                disk_mib=topology.witnesses[name].lab.disk,
                capacity_tps=0,
                capacity_connections=0,
                place=places.get(name),
            )
        )
    return hosts


def _database(
    topology: Topology, name: str, index: int, target: str, seen: tuple[Roles, Runs]
) -> PlannedDatabase:
    roles, running = seen
    spec = topology.databases[name]
    order = sorted(topology.sites)
    home = topology.sites[spec.prefer].city
    asked = sync_order(topology, name)
    members: list[PlannedMember] = []
    for site in order:
        if site != spec.prefer and site not in spec.replicas:
            continue
        replica = spec.replicas.get(site)
        members.append(
            PlannedMember(
                database=name,
                site=site,
                address=site_address(order.index(site), index + 1),
                port=POSTGRES_PORT,
                rest_port=PATRONI_PORT,
                voter=replica is None or replica.voter,
                failover_priority=2 if topology.sites[site].city == home else 1,
                sync_priority=len(asked) - asked.index(site) if site in asked else 0,
                max_lag=replica.max_lag if replica else None,
                on_excess=replica.on_excess if replica else "alarm",
                machine=machine_of(topology, name, site, target),
                running=running.get((name, site)),
            )
        )
    return PlannedDatabase(
        name=name,
        engine=spec.engine,
        version=spec.version,
        prefer=spec.prefer,
        leader=roles.get(name, spec.prefer),
        mode=spec.commit.mode,
        acks=spec.commit.acks,
        strict=spec.commit.strict,
        load_tps=spec.load.tps,
        load_connections=spec.load.connections,
        writer=f"{name}-rw.{topology.dns.zone}",
        reader=f"{name}-ro.{topology.dns.zone}",
        members=tuple(members),
        service=service_of(topology, name, target),
        size_mib=spec.size,
    )


def _backup(topology: Topology, name: str) -> PlannedBackup:
    spec = topology.backups[name]
    return PlannedBackup(
        name=name,
        databases=spec.of,
        full=spec.schedule.full,
        incremental=spec.schedule.incremental,
        daily=spec.keep.daily,
        weekly=spec.keep.weekly,
        monthly=spec.keep.monthly,
        ship=spec.log.ship if spec.log else None,
        repositories=tuple(copy for copy in spec.copies if copy in topology.sites),
        vaults=tuple(copy for copy in spec.copies if copy in topology.vaults),
        immutable=spec.immutable,
        restore_test=spec.restore_test,
    )


def _clients(topology: Topology) -> tuple[PlannedClient, ...]:
    clients: list[PlannedClient] = []
    for geo, subnets in sorted(topology.dns.clients.items()):
        first = next((subnet for subnet in subnets if ":" not in subnet), None)
        if first is not None:
            address = _client_address(first)
            name = "client-" + geo.lower().replace(":", "-")
            clients.append(PlannedClient(name=name, geo=geo, address=address, rtt=CLIENT_RTT))
    return tuple(clients)


def _client_address(subnet: str) -> str:
    """An address inside a subnet, the tenth where there are as many."""
    network = IPv4Network(subnet)
    return str(network[min(CLIENT_SLOT, max(0, network.num_addresses - 2))])


def _scenarios(topology: Topology, expected: Forecast) -> tuple[PlannedScenario, ...]:
    """The scenarios as runbooks tell them. Observed roles stay out: a failover changes no plan."""
    return tuple(
        PlannedScenario(
            id=scenario.id,
            kind=scenario.kind,
            target=scenario.target,
            title=scenario.title,
            lost=scenario.domain,
            majority=scenario.voices_left >= expected.majority,
            explanation=scenario.explanation,
            outcomes=tuple(
                PlannedOutcome(
                    database=entry.database,
                    prefer=topology.databases[entry.database].prefer,
                    decides=entry.decides,
                    leader=entry.leader_after,
                    rpo=interval(entry.rpo),
                    rto=recovery(entry.person, entry.machine),
                )
                for entry in scenario.databases
            ),
        )
        for scenario in expected.scenarios
    )
