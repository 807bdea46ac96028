"""Route 53: records by how they choose an answer."""

from collections.abc import Iterator
from typing import Literal

from tricenter.policies.resources.facts import Fact, Record
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
    yield Record(
        place=made.place,
        title=f"record {made.name}",
        domain=made.text("name"),
        kind=made.text("type"),
        routing=routing,
        addresses=None if alias is not None else _addresses(made),
        ttl=made.number("ttl"),
        checked=_checked(made, routing),
        everywhere=_everywhere(made) if routing == "geo" else None,
        secondary=_secondary(made),
        zone=made.link("zoneId"),
    )


def _addresses(made: Resource) -> Known[tuple[str, ...]]:
    found = made.read("records")
    return UNKNOWN if holds_unknown(found) else tuple(str(one) for one in each(found))


def _checked(made: Resource, routing: Routing) -> Known[bool] | None:
    """By a check of its own, or by that of what it is an alias of.

    A location's alias needs none: its target chooses by health, and no other location stands in.
    """
    if made.read("healthCheckId") is not None:  # also one that is made only now
        return True
    if made.read("aliases") is not None:
        evaluated = made.flag("aliases.evaluateTargetHealth")
        return None if routing == "geo" and evaluated is False else evaluated
    return False


def _everywhere(made: Resource) -> Known[bool]:
    country = made.read("geolocationRoutingPolicies.country")
    return UNKNOWN if country is UNKNOWN else country == "*"


def _secondary(made: Resource) -> Known[bool]:
    found = walk(made.props, "failoverRoutingPolicies.type")
    return UNKNOWN if found is UNKNOWN else found == "SECONDARY"


READS = {"aws:route53/record:Record": record}
