"""Names below a record: of its sites, and of the levels by which a cloud steers to them."""

from collections.abc import Iterator
from ipaddress import ip_network

from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import PlannedPool, PlannedRecord, PlannedZone

LONGEST_LABEL = 63
"""Characters between two dots, RFC 1035 section 2.3.4."""
EVERYONE = "everyone"
WEIGHTED = "_weighted_"
LATENCY = "_latency_"
SUBNETS = "_subnets_"


class NameClash(TricenterError):
    """Two things of the zone would have one name; the text says which, and what to rename."""


def base_of(record: PlannedRecord) -> str:
    """Where a record's further names go: the record's own name, `_any` for its asterisk."""
    return f"_any{record.name[1:]}" if record.name.startswith("*") else record.name


def site_name(record: PlannedRecord, site: str) -> str:
    """The name of one site's addresses: `binjiang.api.pay.example.com`."""
    return f"{site}.{base_of(record)}"


def group_name(record: PlannedRecord, sites: tuple[str, ...]) -> str:
    """The name of the addresses of the sites of a step, which share the answer."""
    if len(sites) == 1:
        return site_name(record, sites[0])
    # Two labels deep where one would be too long; no name of a site has an underscore.
    joined = [f"_{site}" for site in sorted(sites)]
    label = "".join(joined)
    return f"{label if len(label) <= LONGEST_LABEL else '.'.join(joined)}.{base_of(record)}"


def weighted_name(record: PlannedRecord, sites: tuple[str, ...]) -> str:
    """The name at which one of the sites is chosen by weight; no other policy is ever there.

    No label of sites ends in an underscore.
    """
    return f"{WEIGHTED}.{group_name(record, sites)}"


def latency_name(record: PlannedRecord, sites: tuple[str, ...]) -> str:
    """The name at which one region's sites are chosen by latency, and nothing else ever is."""
    return f"{LATENCY}.{group_name(record, sites)}"


def location_of(subnet: str) -> str:
    """A subnet as a location of a collection: 16 characters at most, letters, digits and `-`.

    Of IPv4 subnets a collection takes up to 24 bits, so that the fourth number is 0; of IPv6 48.
    """
    found = ip_network(subnet)
    if found.version == 4:
        return f"{found.network_address}-{found.prefixlen}".replace(".", "-")
    return f"{found.network_address.packed[:6].hex()}-{found.prefixlen}"


def subnets_name(record: PlannedRecord, pool: PlannedPool) -> str:
    """The name at which clients of a rule's places are told apart by subnet, and by nothing else.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html
    (checked 2026-12-01)
    """
    return f"{SUBNETS}.{rule_name(record, pool)}"


def rule_id(pool: PlannedPool) -> str:
    """What a rule is called: its first place or subnet, which no other rule of the record has."""
    if not pool.geos:
        return location_of(pool.subnets[0])
    return EVERYONE if "*" in pool.geos else pool.geos[0].lower().replace(":", "-")


def rule_name(record: PlannedRecord, pool: PlannedPool, depth: int = 0) -> str:
    """The name at which a rule's order is followed, from its step number `depth` on."""
    label = f"_{rule_id(pool)}" + (f"-{depth + 1}" if depth else "")
    return f"{label}.{base_of(record)}"


def orderless_name(record: PlannedRecord, pool: PlannedPool) -> str:
    """The name of what a rule without any step answers, counted before the first step."""
    return f"_{rule_id(pool)}-0.{base_of(record)}"


def entry_name(record: PlannedRecord, pool: PlannedPool, depth: int = 0) -> str:
    """The name of a rule's step; of a rule without one, a name that no failover pair ever has."""
    return rule_name(record, pool, depth) if pool.steps else orderless_name(record, pool)


def label_of(zone: PlannedZone, record: PlannedRecord) -> str:
    """The record as the spec calls it: `@` for the zone's own name."""
    return record.name.removesuffix(zone.name).rstrip(".") or "@"


def refuse_clashes(zone: PlannedZone) -> None:
    """Raise NameClash where a site's name of a record is the name of another record."""
    taken = {record.name for record in zone.records}
    for record, site in _sites(zone):
        name = site_name(record, site)
        if name in taken:
            raise NameClash(
                f"{name} is a record of the spec and also site '{site}' of {record.name}: "
                "rename the record"
            )


def _sites(zone: PlannedZone) -> Iterator[tuple[PlannedRecord, str]]:
    for record in zone.records:
        for site, _ in record.addresses:
            yield record, site


def slug(text: str) -> str:
    """A text as a part of a logical name: letters, digits, dots and hyphens, of an address too."""
    return text.replace(":", "-").replace("*", "_any").replace("@", "_apex")


def subject_of(zone: str, name: str, family: str, identifier: str | None = None) -> str:
    """What a record set is called in a logical name: its name in the zone, its type, its id."""
    relative = name.removesuffix(zone).rstrip(".") or "@"
    return "-".join(slug(part) for part in (relative, family.lower(), identifier) if part)
