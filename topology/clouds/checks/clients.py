"""Clients: places that the services of the zone can tell apart."""

from collections.abc import Iterator

from tricenter.topology.countries import country_of
from tricenter.topology.dns.continents import known
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.zone import cloud_services

GEOLOCATION = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html"
POLICIES = "https://docs.cloud.google.com/dns/docs/routing-policies-overview#geolocation-policy"
"""Where the services say what they can do, checked 2026-12-01."""


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield the states and provinces of rules that a service of the zone has no location for."""
    services = cloud_services(topology, target)
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
                elif not known(geo):
                    message = (
                        f"of states and provinces Route 53 has those of the United States alone "
                        f"({GEOLOCATION}): name the country, {country}"
                    )
                    yield Problem(path=path, id="no-states", message=message)
