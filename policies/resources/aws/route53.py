"""Route 53: records by how they choose an answer."""

from collections.abc import Iterator
from typing import Literal

from tricenter.policies.resources.dns_facts import Record, Zone
from tricenter.policies.resources.facts import Fact
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known, each, holds_unknown, walk

Routing = Literal["simple", "failover", "geo", "other"]
POLICIES: dict[str, Routing] = {
    "failoverRoutingPolicies": "failover",
    "geolocationRoutingPolicies": "geo",
    "geoproximityRoutingPolicy": "other",
    "latencyRoutingPolicies": "other",
    "weightedRoutingPolicies": "other",
    "multivalueAnswerRoutingPolicy": "other",
    "cidrRoutingPolicy": "other",
}


def record(made: Resource) -> Iterator[Fact]:
    """One record; several with the same name and other set identifiers answer together."""
    used = [key for key in POLICIES if made.read(key) not in (None, False, [])]
    routing: Routing = POLICIES[used[0]] if used else "simple"
    alias = made.read("aliases")
    secondary = _secondary(made)
    everywhere = _everywhere(made) if routing == "geo" else None
    yield Record(
        place=made.place,
        title=f"record {made.name}",
        domain=made.text("name"),
        kind=made.text("type"),
        routing=routing,
        addresses=None if alias is not None else _addresses(made),
        ttl=made.number("ttl"),
        checked=None if alias is not None else False,
        check=made.link("healthCheckId"),
        alias=made.link("aliases.name"),
        evaluates=None if alias is None else made.flag("aliases.evaluateTargetHealth"),
        everywhere=everywhere,
        secondary=secondary,
        last=secondary if everywhere is None else everywhere,
        zone=made.link("zoneId"),
    )


def zone(made: Resource) -> Iterator[Fact]:
    """A zone."""
    yield Zone(
        place=made.place,
        title=f"zone {made.name}",
        identities=made.identities("zoneId"),
        domain=made.text("name"),
    )


def _addresses(made: Resource) -> Known[tuple[str, ...]]:
    found = made.read("records")
    return UNKNOWN if holds_unknown(found) else tuple(str(one) for one in each(found))


def _everywhere(made: Resource) -> Known[bool]:
    country = made.read("geolocationRoutingPolicies.country")
    return UNKNOWN if country is UNKNOWN else country == "*"  # the provider's word for default


def _secondary(made: Resource) -> Known[bool]:
    found = walk(made.props, "failoverRoutingPolicies.type")
    return UNKNOWN if found is UNKNOWN else found == "SECONDARY"


READS = {
    "aws:route53/record:Record": record,
    "aws:route53/zone:Zone": zone,
}
