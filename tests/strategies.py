"""Topologies for property tests: one to five sites, witnesses, databases, buildings, backups."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tricenter.topology.spec import Topology

Spec = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

SITES = ("alder", "birch", "cedar", "dogwood", "elm")
CITIES = ("north", "south", "west")
TIMINGS = ((20, 1, 7), (20, 2, 5), (20, 5, 5), (30, 5, 10))
POWER = (
    {},
    {"feeds": ["grid-1", "grid-2"], "ups": "15min", "generator": "24h", "generator_start": "1min"},
    {"feeds": ["grid-3"], "ups": "15min"},
)
SMALL_FACILITIES = st.sampled_from(POWER)


@st.composite
def specs(draw: Draw, *, facilities: bool = True) -> Spec:
    """The data of a valid spec, as a YAML reader would give it."""
    sites = list(SITES[: draw(st.integers(1, 5))])
    cities = {site: draw(st.sampled_from(CITIES)) for site in sites}
    spec: Spec = {
        "apiVersion": "tricenter/v1",
        "name": "grown",
        "cities": {
            city: {"at": [10.0 * CITIES.index(city), 5.0]} for city in sorted(set(cities.values()))
        },
        "sites": {
            site: {
                "city": cities[site],
                "capacity": {"tps": draw(st.integers(1000, 9000)), "connections": 900},
                "facility": dict(draw(SMALL_FACILITIES)) if facilities else {},
            }
            for site in sites
        },
        "witnesses": _witnesses(draw, sites, cities),
        "databases": {
            name: _database(draw, sites) for name in ("books", "cards")[: draw(st.integers(1, 2))]
        },
        "dns": {"zone": "pay.example.com"},
        "timing": _timing(draw),
    }
    if draw(st.booleans()):
        _back_up(draw, spec, sites)
    if draw(st.booleans()):
        approve = {"mode": "approve", "decide": "10min"}
        kinds = ("lose-city", "lose-all", "lose-pair")
        spec["failover"] = dict.fromkeys(kinds if len(sites) > 1 else kinds[:2], approve)
    return spec


@st.composite
def topologies(draw: Draw, *, facilities: bool = True) -> Topology:
    """A valid topology."""
    return Topology.model_validate(draw(specs(facilities=facilities)))


def _witnesses(draw: Draw, sites: list[str], cities: dict[str, str]) -> Spec:
    """Zero to two witnesses, so that the number of voices is odd."""
    more = draw(st.sampled_from((0, 2))) + (1 if len(sites) % 2 == 0 else 0)
    places = ({"at": [60.0, 60.0]}, {"city": cities[sites[0]]})
    return {f"judge-{n}": dict(draw(st.sampled_from(places))) for n in range(min(more, 3))}


def _database(draw: Draw, sites: list[str]) -> Spec:
    prefer = draw(st.sampled_from(sites))
    others = [site for site in sites if site != prefer]
    replicas = draw(st.lists(st.sampled_from(others), min_size=1, unique=True)) if others else []
    mode = draw(st.sampled_from(("quorum", "sync", "async"))) if others else "async"
    spec: Spec = {
        "prefer": prefer,
        "size": "10GiB",
        "load": {"tps": draw(st.integers(1, 3000)), "connections": 100},
    }
    if mode == "async":
        return spec | {"commit": {"mode": mode}, "replicas": {site: {} for site in replicas}}
    voters = replicas[: draw(st.integers(1, len(replicas)))]
    return spec | {
        "commit": {"mode": mode, "acks": draw(st.integers(1, len(voters)))},
        "replicas": {site: {"voter": site in voters} for site in replicas},
    }


def _timing(draw: Draw) -> Spec:
    ttl, loop_wait, retry = draw(st.sampled_from(TIMINGS))
    return {"ttl": f"{ttl}s", "loop_wait": f"{loop_wait}s", "retry_timeout": f"{retry}s"}


def _back_up(draw: Draw, spec: Spec, sites: list[str]) -> None:
    copies = [draw(st.sampled_from(sites))]
    if draw(st.booleans()):
        spec["vaults"] = {"cellar": {}}
        copies.append("cellar")
    spec["backups"] = {
        "nightly": {
            "of": sorted(spec["databases"]),
            "schedule": "0 2 * * *",
            "copies": copies,
            **({"log": {"ship": "15min"}} if draw(st.booleans()) else {}),
        }
    }
