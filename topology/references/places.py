"""Cities, sites and witnesses: names that are free, cities that exist, coordinates on the globe."""

from collections.abc import Iterator

from tricenter.topology.errors import Path
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.wording import suggest_or_list


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about where things stand."""
    yield from _cities(topology)
    yield from _coordinates(topology)
    yield from _names(topology)
    yield from _disks(topology)


def _cities(topology: Topology) -> Iterator[Problem]:
    named: list[tuple[Path, str | None]] = [
        (("sites", name, "city"), site.city) for name, site in topology.sites.items()
    ]
    for kind in ("witnesses", "vaults", "partners"):
        places = getattr(topology, kind)
        named += [((kind, name, "city"), place.city) for name, place in places.items()]
    for path, city in named:
        if city is not None and city not in topology.cities:
            near = suggest_or_list(city, topology.cities, "cities")
            yield Problem(path=path, id="unknown-city", message=f"there is no city '{city}'{near}")
    used = {site.city for site in topology.sites.values()} | {city for _, city in named}
    for city in topology.cities:
        if city not in used:
            message = "nothing stands in this city: remove it, or name it in a site"
            yield Problem(path=("cities", city), id="unused-city", message=message, at="key")


def _coordinates(topology: Topology) -> Iterator[Problem]:
    for kind in ("cities", "witnesses", "vaults", "partners"):
        for name, place in getattr(topology, kind).items():
            if place.at is None:
                continue
            for index, (degrees, most) in enumerate(zip(place.at, (90, 180), strict=True)):
                if not -most <= degrees <= most:
                    axis = ("latitude", "longitude")[index]
                    message = f"{degrees:g} is no {axis}: write [latitude, longitude] in degrees"
                    yield Problem(
                        path=(kind, name, "at", index), id="out-of-range", message=message
                    )
            if kind != "cities" and place.city is not None:
                message = "give either `city` or `at`: a city has its own coordinates"
                yield Problem(path=(kind, name, "at"), id="conflict", message=message, at="key")


def _names(topology: Topology) -> Iterator[Problem]:
    """Sites, witnesses and vaults are hosts, and links and copies name them without their kind."""
    taken = dict.fromkeys(topology.sites, "site")
    for kind, word in (("witnesses", "witness"), ("vaults", "vault")):
        for name in getattr(topology, kind):
            if name in taken:
                message = f"there is a {taken[name]} of this name already: choose another"
                yield Problem(path=(kind, name), id="name-taken", message=message, at="key")
            taken.setdefault(name, word)


def _disks(topology: Topology) -> Iterator[Problem]:
    sized: list[tuple[Path, int]] = []
    for kind in ("sites", "witnesses"):
        places = getattr(topology, kind)
        sized += [((kind, name, "lab", "disk"), place.lab.disk) for name, place in places.items()]
    sized += [(("vaults", name, "lab"), vault.lab) for name, vault in topology.vaults.items()]
    sized += [
        (("databases", n, "size"), d.size) for n, d in topology.databases.items() if d.size == 0
    ]
    for path, size in sized:
        if size == 0:
            message = "nothing fits in there: write a size such as 2GiB"
            yield Problem(path=path, id="out-of-range", message=message)
