"""Planning the zone: servers, records, pools by the place of the client."""

from collections.abc import Mapping
from typing import Literal

from tricenter.topology.asked import PlannedRequest
from tricenter.topology.lab_addresses import public_address
from tricenter.topology.placement import clouds_of, stated_place
from tricenter.topology.plan import (
    PlannedPool,
    PlannedRecord,
    PlannedServer,
    PlannedZone,
)
from tricenter.topology.spec import Topology
from tricenter.topology.spec_dns import Check, Record, is_address

DEFAULT_PROVIDER = "name-servers"


def plan_zone(topology: Topology, addresses: Mapping[str, str], target: str = "lab") -> PlannedZone:
    """The zone of a topology; `addresses` has the infrastructure address of each host."""
    servers = tuple(
        PlannedServer(site=site, provider=provider, address=addresses[site])
        for provider, sites in server_sites(topology)
        for site in sites
    )
    zone = topology.dns.zone
    return PlannedZone(
        name=zone,
        writer_ttl=topology.dns.writer_ttl,
        servers=servers,
        records=tuple(
            _record(topology, label, record, target)
            for label, record in sorted(topology.dns.records.items())
        ),
        clients=tuple(sorted(topology.dns.clients.items())),
        services=cloud_services(topology, target),
    )


def server_sites(topology: Topology) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Which sites run name servers of which provider; every site where the spec names none."""
    named = {
        name: provider.servers
        for name, provider in sorted(topology.dns.providers.items())
        if provider.service == "powerdns"
    }
    return tuple(named.items()) or ((DEFAULT_PROVIDER, tuple(sorted(topology.sites))),)


def cloud_services(topology: Topology, target: str) -> tuple[Literal["route53", "cloud-dns"], ...]:
    """The cloud services that serve the zone: those the spec names, else each cloud's own."""
    clouds = clouds_of(target)
    if not clouds:
        return ()
    named = {provider.service for provider in topology.dns.providers.values()}
    own = {"aws": "route53", "gcp": "cloud-dns"}
    wanted = named & {"route53", "cloud-dns"} or {own[cloud] for cloud in clouds}
    services: tuple[Literal["route53", "cloud-dns"], ...] = ("route53", "cloud-dns")
    return tuple(service for service in services if service in wanted)


def _record(topology: Topology, label: str, record: Record, target: str) -> PlannedRecord:
    zone = topology.dns.zone
    found = answers(topology, label)
    everyone = PlannedPool(geos=("*",), steps=(tuple(sorted(found)),))
    pools = tuple(
        PlannedPool(geos=rule.geo, steps=rule.order, subnets=rule.subnets) for rule in record.rules
    )
    weights = sorted(record.weights.items())
    name = zone if label == "@" else f"{label}.{zone}"
    return PlannedRecord(
        name=name,
        ttl=record.ttl,
        addresses=tuple(sorted(found.items())),
        weights=tuple(one for one in weights if not is_address(one[0])),
        address_weights=tuple(one for one in weights if is_address(one[0])),
        pools=pools or (everyone,),
        check_port=record.check.tcp,
        check_interval=record.check.interval,
        check_timeout=record.check.timeout,
        check_failures=record.check.failures,
        when_all_down=record.when_all_down,
        unchecked=tuple(
            address
            for site, addresses in sorted(found.items())
            for address in addresses
            if {site, address} & set(record.unchecked)
        ),
        request=_request(record.check, name),
        last_resort=record.last_resort,
        latency=_regions(topology, sorted(found), target) if record.latency else (),
    )


def _regions(topology: Topology, sites: list[str], target: str) -> tuple[tuple[str, str], ...]:
    """The sites that are on AWS, whose service knows latencies, with their regions."""
    stated = [(site, stated_place(topology, site, target)) for site in sites]
    return tuple((site, at[1].region) for site, at in stated if at and at[0] == "aws")


def _request(check: Check, name: str) -> PlannedRequest | None:
    if check.https:
        return PlannedRequest(scheme="https", host=check.https.host or name, path=check.https.path)
    if check.http:
        return PlannedRequest(scheme="http", host=check.http.host or name, path=check.http.path)
    return None


def answers(topology: Topology, label: str) -> dict[str, tuple[str, ...]]:
    """A record's addresses by site: stated, or made from the lab's own range by `allocate`."""
    record = topology.dns.records[label]
    if record.answers:
        return dict(record.answers)
    count = record.allocate or 1
    position = sorted(topology.dns.records).index(label)
    return {
        site: tuple(public_address(index, position, slot) for slot in range(count))
        for index, site in enumerate(sorted(topology.sites))
    }
