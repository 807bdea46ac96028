"""Zones for property tests: records with rules, weights and both address families."""

from typing import Any

from hypothesis import strategies as st

from tricenter.topology.asked import PlannedRequest
from tricenter.topology.plan import PlannedPool, PlannedRecord, PlannedZone

SITES = ("alder", "birch", "cedar", "dogwood")
REGIONS = {"alder": "r-1", "birch": "r-1", "cedar": "r-2", "dogwood": "r-3"}
PLACES = (
    "CN",
    "HK",
    "DE",
    "CZ",
    "US",
    "US-CA",
    "CA-ON",
    "EH",
    "continent:EU",
    "continent:AS",
    "continent:AN",
)
CLIENTS = (
    *PLACES,
    "US-NY",
    "CA-QC",
    "JP",
    "FR",
    "MA",
    "AQ",
    "continent:NA",
    "continent:AF",
    "XX",
    None,
)
ZONE = "pay.example.com"
ASKED = PlannedRequest(scheme="https", host="www.example.com", path="/a/health.txt")


@st.composite
def records(draw: Any, *, label: str | None = None) -> PlannedRecord:
    """A record as a checked spec gives it: every step has sites, one rule is for everyone."""
    sites: list[str] = [*SITES[: draw(st.integers(1, 4))]]
    addresses = {site: _addresses(draw, index) for index, site in enumerate(sites)}
    each = draw(st.booleans()) and draw(st.booleans())
    weights = {site: draw(st.integers(0, 2)) for site in sites} if draw(st.booleans()) else {}
    if weights and not any(weights.values()):
        weights[sites[0]] = 1
    every = [address for found in addresses.values() for address in found]
    by_address = {a: draw(st.integers(0, 2)) for a in every[:4]} if each else {}
    name = draw(st.sampled_from(("api", "@", "*"))) if label is None else label
    unchecked = draw(st.sets(st.sampled_from(every), max_size=2)) if draw(st.booleans()) else ()
    return PlannedRecord(
        name=ZONE if name == "@" else f"{name}.{ZONE}",
        ttl=5.0,
        addresses=tuple(sorted(addresses.items())),
        weights=() if each else tuple(sorted(weights.items())),
        address_weights=tuple(by_address.items()),
        pools=_pools(draw, sites),
        check_port=443,
        check_interval=draw(st.sampled_from((1.0, 10.0, 30.0))),
        check_timeout=1.0,
        check_failures=draw(st.sampled_from((2, 20))),
        latency=() if each or weights or draw(st.booleans()) else tuple(REGIONS.items()),
        last_resort=_last_resort(every) if draw(st.booleans()) else (),
        when_all_down=draw(st.sampled_from(("serve-all", "serve-none"))),
        unchecked=tuple(sorted(unchecked)),
        request=draw(st.sampled_from((None, ASKED))),
    )


def zone_of(*found: PlannedRecord) -> PlannedZone:
    """The zone with these records."""
    return PlannedZone(name=ZONE, writer_ttl=1.0, servers=(), records=found, clients=())


def every_address(record: PlannedRecord) -> list[str]:
    """All of a record's addresses."""
    return [address for _, addresses in record.addresses for address in addresses]


def _addresses(draw: Any, index: int) -> tuple[str, ...]:
    four, six = draw(st.sampled_from(((1, 0), (2, 0), (1, 1), (0, 1), (2, 2), (9, 0), (0, 5))))
    return (
        *(f"203.0.113.{index * 20 + n + 1}" for n in range(four)),
        *(f"2001:db8::{index * 20 + n + 1:x}" for n in range(six)),
    )


def _last_resort(every: list[str]) -> tuple[str, ...]:
    """Two addresses of each family that the record has."""
    kinds = {":" in address for address in every}
    four, six = ("192.0.2.201", "192.0.2.202"), ("2001:db8:f::1", "2001:db8:f::2")
    return (four if False in kinds else ()) + (six if True in kinds else ())


def _pools(draw: Any, sites: list[str]) -> tuple[PlannedPool, ...]:
    places = draw(st.lists(st.sampled_from(PLACES), unique=True, max_size=8))
    rules = draw(st.integers(1, 4)) if places else 1
    geos = [places[n :: rules - 1] for n in range(rules - 1)] if rules > 1 else []
    groups = [*filter(None, geos), ["*"]]
    if draw(st.booleans()):
        groups.reverse()
    return tuple(PlannedPool(geos=tuple(g), steps=_steps(draw, sites)) for g in groups)


def _steps(draw: Any, sites: list[str]) -> tuple[tuple[str, ...], ...]:
    order = draw(st.permutations(sites))[: draw(st.integers(1, len(sites)))]
    steps: list[list[str]] = [[order[0]]]
    for site in order[1:]:
        if draw(st.booleans()):
            steps[-1].append(site)
        else:
            steps.append([site])
    return tuple(map(tuple, steps))
