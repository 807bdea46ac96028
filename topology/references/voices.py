"""Voices: one for each site and witness, an odd number, so that no cut leaves two halves."""

from collections.abc import Iterator, Sized

from tricenter.topology.links import city_around
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology


def check(topology: Topology) -> Iterator[Problem]:
    """Yield a problem if the number of voices is even."""
    voices = len(topology.sites) + len(topology.witnesses)
    if voices % 2:
        return
    counted = f"{_count(topology.sites, 'site')} and {_count(topology.witnesses, 'witness')}"
    mend = "add a witness in a place of its own"
    mend += ", or remove one" if topology.witnesses else ""
    kind = "witnesses" if topology.witnesses else "sites"
    message = (
        f"{counted} are {voices} voices and a majority is {voices // 2 + 1}: when "
        f"{_minority(topology)}, and nobody leads. An odd number is needed, so {mend}"
    )
    yield Problem(path=(kind,), id="even-voices", message=message, at="key")


def _minority(topology: Topology) -> str:
    """The smallest loss that leaves no majority: of a site, of a city, else a cut in two halves."""
    voices = len(topology.sites) + len(topology.witnesses)
    if voices == 2:
        return f"{min(topology.sites)} is lost 1 of 2 voices is left"
    cities = [site.city for site in topology.sites.values()]
    cities += [city for w in topology.witnesses.values() if (city := city_around(topology, w))]
    for city in sorted(set(cities)):
        left = voices - cities.count(city)
        if left <= voices // 2:
            verb = "is" if left == 1 else "are"
            return f"{city} is lost {left} of {voices} voices {verb} left"
    return f"the network is cut in two halves each has {voices // 2} of {voices} voices"


def _count(named: Sized, word: str) -> str:
    """'no witness', '1 witness', '2 witnesses'."""
    plural = word + ("es" if word.endswith("s") else "s")
    return f"{len(named) or 'no'} {word if len(named) < 2 else plural}"
