"""Cloud DNS: record sets by how they choose an answer."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from tricenter.policies.resources.dns_facts import Record, Zone
from tricenter.policies.resources.facts import Fact
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known, each, holds_unknown, walk

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
        addresses=_addresses(_answered(made, routing)),
        ttl=made.number("ttl"),
        checked=None
        if routing == "geo" and made.read("type") == "CNAME"
        else _checked(made, policy),
        standby=_addresses(made.read("routingPolicy.primaryBackup.backupGeos"))
        if routing == "failover"
        else None,
        everywhere=True if routing == "geo" else None,
        zone=made.link("managedZone"),
    )


def zone(made: Resource) -> Iterator[Fact]:
    """A zone."""
    yield Zone(
        place=made.place,
        title=f"zone {made.name}",
        identities=made.identities("name"),
        domain=made.text("dnsName"),
    )


def _answered(made: Resource, routing: str) -> Any:
    """What is answered while everything is well."""
    if routing == "failover":
        return made.read("routingPolicy.primaryBackup.primary")
    policy = made.read("routingPolicy")
    return made.read("rrdatas") if policy is None else policy


def _routing(made: Resource) -> Literal["simple", "failover", "geo", "other"]:
    if made.read("routingPolicy") is None:
        return "simple"
    if made.read("routingPolicy.primaryBackup") is not None:
        return "failover"
    return "geo" if made.read("routingPolicy.geos") is not None else "other"


def _checked(made: Resource, policy: Any) -> Known[bool]:
    """Whether each answer is one that Cloud DNS checks: what stands as a checked target, where
    addresses need the record's check and load balancers have their own. What stands as plain data
    is answered whatever becomes of it.

    https://cloud.google.com/dns/docs/routing-policies-overview#health-checks (2026-11-30)
    """
    if policy is UNKNOWN:
        return UNKNOWN
    if made.read("routingPolicy.primaryBackup") is not None:
        return _targets_checked(made, made.read("routingPolicy.primaryBackup.primary"))
    items = [*each(made.read("routingPolicy.geos")), *each(made.read("routingPolicy.wrrs"))]
    answers = [_item_checked(made, item) for item in items]
    if False in answers:
        return False
    return UNKNOWN if UNKNOWN in answers or (not items and holds_unknown(policy)) else bool(items)


def _item_checked(made: Resource, item: Any) -> Known[bool]:
    if item is UNKNOWN:
        return UNKNOWN
    if any(True for _ in each(walk(item, "rrdatas"))):
        return False
    return _targets_checked(made, walk(item, "healthCheckedTargets"))


def _targets_checked(made: Resource, targets: Any) -> Known[bool]:
    if targets is None or targets is UNKNOWN:
        return False if targets is None else UNKNOWN
    addresses = walk(targets, "externalEndpoints")
    if any(True for _ in each(addresses)) or addresses is UNKNOWN:
        return made.read("routingPolicy.healthCheck") is not None
    balancers = walk(targets, "internalLoadBalancers")
    return UNKNOWN if balancers is UNKNOWN else any(True for _ in each(balancers))


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


READS = {
    "gcp:dns/recordSet:RecordSet": record_set,
    "gcp:dns/managedZone:ManagedZone": zone,
}
