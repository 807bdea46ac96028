"""Steering: places that the services of the zone can tell apart, and what they choose among."""

from collections.abc import Iterator, Sequence

from tricenter.topology.countries import country_of
from tricenter.topology.placement import stated_place
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.spec_dns import is_address, network
from tricenter.topology.zone import cloud_services

GEOLOCATION = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html"
POLICIES = "https://docs.cloud.google.com/dns/docs/routing-policies-overview#geolocation-policy"
OVERVIEW = "https://docs.cloud.google.com/dns/docs/routing-policies-overview"
FAILOVER = "https://docs.cloud.google.com/dns/docs/routing-policies-overview#failover-policy"
"""Where the services say what they can do, checked 2026-12-01."""
LATENCIES = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html"
SUBNETS = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html"
LONGEST = {4: 24, 6: 48}
"""Bits of a subnet that Route 53 takes, at least one (2026-12-01)."""
MOST_WEIGHTED = 100
"""Weighted record sets of one name and type, by botocore's text on their weight (2026-12-01)."""
WEIGHTED = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html"


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield what a service of the zone cannot do: states and provinces that it has no location
    for, latencies that it does not measure, more weights than it takes, and a last resort behind
    what has no room for one."""
    services = cloud_services(topology, target)
    if "route53" in services:
        yield from _weighted(topology)
    if "cloud-dns" in services:
        yield from _last_resorts(topology)
    yield from _latencies(topology, target, services)
    yield from _subnets(topology, services)
    for label, record in topology.dns.records.items():
        for index, rule in enumerate(record.rules):
            for place, geo in enumerate(rule.geo):
                country = country_of(geo)
                if country == geo:
                    continue
                path = ("dns", "records", label, "rules", index, "geo", place)
                if "cloud-dns" in services:
                    message = (
                        f"Cloud DNS knows its clients by Google's regions, not by states "
                        f"({POLICIES}): name the country, {country}"
                    )
                    yield Problem(path=path, id="no-states", message=message)
                elif not _located(geo):
                    message = (
                        f"of states and provinces Route 53 has those of the United States alone "
                        f"({GEOLOCATION}): name the country, {country}"
                    )
                    yield Problem(path=path, id="no-states", message=message)


def _located(geo: str) -> bool:
    # Here, since a start without states needs none of the clouds' tables of regions.
    from tricenter.topology.dns.continents import known

    return known(geo)


def _weighted(topology: Topology) -> Iterator[Problem]:
    """Steps whose addresses have weights, each of which is a record set of one name."""
    for label, record in topology.dns.records.items():
        if not any(map(is_address, record.weights)):
            continue
        steps = [step for rule in record.rules for step in rule.order] or [tuple(record.answers)]
        most = max(sum(len(record.answers.get(site, ())) for site in step) for step in steps)
        if most > MOST_WEIGHTED:
            message = (
                f"Route 53 weighs {MOST_WEIGHTED} addresses of one step at most ({WEIGHTED}), and "
                f"here are {most}: give weights to sites, or make several steps"
            )
            path = ("dns", "records", label, "weights")
            yield Problem(path=path, id="too-many-weights", message=message, at="key")


def _last_resorts(topology: Topology) -> Iterator[Problem]:
    """Cloud DNS has one backup behind the first addresses, and none behind weights."""
    for label, record in topology.dns.records.items():
        if not record.last_resort:
            continue
        path = ("dns", "records", label, "last_resort")
        if record.weights:
            message = (
                f"a weighted policy of Cloud DNS has nothing behind it ({FAILOVER}): remove "
                "`weights`, or say `when_all_down`"
            )
            yield Problem(path=path, id="no-last-resort", message=message, at="key")
        elif any(len(rule.order) > 1 for rule in record.rules):
            message = (
                f"Cloud DNS has one backup behind the first step ({FAILOVER}), which the later "
                "steps are: make each order one step, or say `when_all_down`"
            )
            yield Problem(path=path, id="no-last-resort", message=message, at="key")


def _latencies(topology: Topology, target: str, services: Sequence[str]) -> Iterator[Problem]:
    """Route 53 alone measures latencies, between clients and the regions of AWS."""
    for label, record in topology.dns.records.items():
        if not record.latency:
            continue
        path = ("dns", "records", label, "latency")
        if "cloud-dns" in services:
            message = (
                f"Cloud DNS measures no latency, it goes by the nearest region ({OVERVIEW}): "
                "serve the zone from Route 53 alone, or write rules by place"
            )
            yield Problem(path=path, id="no-latency", message=message, at="key")
            continue
        for site in record.answers:
            stated = stated_place(topology, site, target)
            if stated is not None and stated[0] != "aws":
                message = (
                    f"Route 53 measures latencies to regions of AWS alone ({LATENCIES}), and "
                    f"'{site}' is on Google Cloud: write rules by place"
                )
                yield Problem(path=path, id="no-latency", message=message, at="key")


def _subnets(topology: Topology, services: Sequence[str]) -> Iterator[Problem]:
    """Route 53 tells clients apart by subnets, not by the smallest ones; Cloud DNS does not."""
    for label, record in topology.dns.records.items():
        for index, rule in enumerate(record.rules):
            path = ("dns", "records", label, "rules", index, "subnets")
            if rule.subnets and "cloud-dns" in services:
                message = (
                    f"Cloud DNS knows clients by Google's regions, not by subnets ({POLICIES}): "
                    "serve the zone from Route 53 alone, or write rules by place"
                )
                yield Problem(path=path, id="no-subnets", message=message, at="key")
                continue
            for place, subnet in enumerate(rule.subnets):
                found = network(subnet)
                if not 1 <= found.prefixlen <= LONGEST[found.version]:
                    message = (
                        f"of subnets Route 53 takes 1 to {LONGEST[found.version]} bits, not "
                        f"{subnet} ({SUBNETS}): name the one around it, or * as `geo` for everyone"
                    )
                    yield Problem(path=(*path, place), id="no-subnets", message=message)
