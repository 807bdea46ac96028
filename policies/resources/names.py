"""Names of DNS records: which of them are one name, however each is written."""

from collections.abc import Iterator

from tricenter.policies.resources.dns_facts import Record, Zone
from tricenter.policies.resources.facts import Link
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.values import UNKNOWN, Known

ADDRESS_KINDS = frozenset({"A", "AAAA"})
STAR = "\\052"
"""How Route 53 writes a star."""
Key = tuple[str, str, str]
"""Zone, name and kind of a record."""


def by_domain(graph: Graph) -> list[tuple[Record, ...]]:
    """The records, together with the others of the same zone, name and kind."""
    found: dict[Key, list[Record]] = {}
    for record in graph.of(Record):
        found.setdefault(key_of(graph, record), []).append(record)
    return [tuple(records) for records in found.values()]


def key_of(graph: Graph, record: Record) -> Key:
    """What is the same of all records that answer one question; of a name that is not known yet
    nothing is."""
    name = full_name(record.domain, _zone(graph, record.zone))
    written = record.place.urn if name is UNKNOWN or name is None else name
    return zone_key(graph, record.zone), written, _kind(record)


def zone_key(graph: Graph, link: Link | None) -> str:
    """Which zone: by its resource, else by what the record says of it."""
    zone = _zone(graph, link)
    if zone is not None:
        return zone.place.urn
    if link is None:
        return ""
    if link.name is UNKNOWN:
        return " ".join(sorted(link.urns))
    return link.name.rpartition("/")[2]


def full_name(written: Known[str] | None, zone: Zone | None) -> Known[str] | None:
    """A name as the service keeps it: small, with the zone's domain, without the final dot.

    Route 53 takes a name without the zone's domain for one below it, as its provider does:
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route53_record
    (2026-11-30)
    """
    if written is UNKNOWN or written is None:
        return written
    name = written.lower().rstrip(".").replace(STAR, "*")
    domain = zone.domain if zone is not None else None
    if not isinstance(domain, str):
        return name
    domain = domain.lower().rstrip(".")
    if name == domain or name.endswith(f".{domain}"):
        return name
    return f"{name}.{domain}" if name else domain


def perhaps_one(graph: Graph, record: Record) -> Iterator[Record]:
    """The records that may be of the same name, where nothing in the stack says the zone's domain:
    one is written short, the other in full."""
    if _zone(graph, record.zone) is not None or not isinstance(record.domain, str):
        return
    zone, name, kind = key_of(graph, record)
    for other in graph.of(Record):
        there = key_of(graph, other)
        alike = there[0] == zone and there[2] == kind and isinstance(other.domain, str)
        if alike and name != there[1] and _one_begins(name, there[1]):
            yield other


def _one_begins(name: str, other: str) -> bool:
    return name.startswith(f"{other}.") or other.startswith(f"{name}.")


def _zone(graph: Graph, link: Link | None) -> Zone | None:
    found = graph.find(link, Zone)
    return found if isinstance(found, Zone) else None


def _kind(record: Record) -> str:
    return record.kind.upper() if isinstance(record.kind, str) else record.place.urn
