"""Cloud DNS: record sets by how they choose an answer."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from tricenter.policies.resources.facts import Fact, Record
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known, each

ADDRESSES = frozenset({"rrdatas", "externalEndpoints", "ipAddress"})


def record_set(made: Resource) -> Iterator[Fact]:
    """One record set. Locations answer for the nearest others, so there is no default to miss."""
    policy = made.read("routingPolicy")
    routing = _routing(made)
    yield Record(
        place=made.place,
        title=f"record {made.name}",
        domain=made.text("name"),
        kind=made.text("type"),
        routing=routing,
        addresses=_addresses(made.read("rrdatas") if policy is None else policy),
        ttl=made.number("ttl"),
        checked=None
        if routing == "geo" and made.read("type") == "CNAME"
        else _checked(made, policy),
        everywhere=True if routing == "geo" else None,
        zone=made.link("managedZone"),
    )


def _routing(made: Resource) -> Literal["simple", "failover", "geo", "other"]:
    if made.read("routingPolicy") is None:
        return "simple"
    if made.read("routingPolicy.primaryBackup") is not None:
        return "failover"
    return "geo" if made.read("routingPolicy.geos") is not None else "other"


def _checked(made: Resource, policy: Any) -> Known[bool]:
    """By a check of external addresses, or by that of an internal load balancer's backends."""
    if policy is UNKNOWN:
        return UNKNOWN
    return policy is not None and (
        made.read("routingPolicy.healthCheck") is not None or "internalLoadBalancers" in str(policy)
    )


def _addresses(value: Any) -> Known[tuple[str, ...]]:
    if value is UNKNOWN:
        return UNKNOWN
    inside = cast(Mapping[str, Any], value if isinstance(value, Mapping) else {"rrdatas": value})
    found = list(_inside(inside))
    return UNKNOWN if UNKNOWN in found else tuple(sorted({str(one) for one in found}))


def _inside(value: Mapping[str, Any]) -> Iterator[Known[str]]:
    """The addresses, whatever else of the policy is not known yet."""
    for key, inner in value.items():
        if key in ADDRESSES and inner is UNKNOWN:
            yield UNKNOWN
        for item in each(inner):
            if isinstance(item, Mapping):
                yield from _inside(cast(Mapping[str, Any], item))
            elif key in ADDRESSES:
                yield item if item is UNKNOWN else str(item)


READS = {"gcp:dns/recordSet:RecordSet": record_set}
