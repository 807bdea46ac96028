"""Voices: one for each site and witness, an odd number, so that no cut leaves two halves.

A site that holds no database may do without.
"""

from collections.abc import Iterator, Sized

from tricenter.topology.links import city_around
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.voices import voice_names


def check(topology: Topology) -> Iterator[Problem]:
    """Yield a problem for a voice that is needed, and if the number of voices is even."""
    needed = [*_needed(topology)]
    yield from needed
    voices = len(voice_names(topology))
    if voices % 2 or needed:
        return
    sites = [name for name, site in topology.sites.items() if site.voice]
    counted = f"{_count(sites, 'site')} and {_count(topology.witnesses, 'witness')}"
    mend = "add a witness in a place of its own"
    mend += ", or remove one" if topology.witnesses else ""
    if idle := sorted({*sites} - _holders(topology)):
        mend += f", or write `voice: false` at {idle[0]}, which holds no database"
    kind = "witnesses" if topology.witnesses else "sites"
    message = (
        f"{counted} are {voices} voices and a majority is {voices // 2 + 1}: when "
        f"{_minority(topology)}, and nobody leads. An odd number is needed, so {mend}"
    )
    yield Problem(path=(kind,), id="even-voices", message=message, at="key")


def _holders(topology: Topology) -> set[str]:
    """The sites that have a copy of a database."""
    return {site for one in topology.databases.values() for site in (one.prefer, *one.replicas)}


def _needed(topology: Topology) -> Iterator[Problem]:
    """A site that holds a database asks the voice beside it, also when it is cut off."""
    holders = _holders(topology)
    for name, site in topology.sites.items():
        if not site.voice and name in holders:
            message = f"{name} has a copy of a database, and a copy needs a voice beside it"
            yield Problem(path=("sites", name, "voice"), id="voice-needed", message=message)


def _minority(topology: Topology) -> str:
    """The smallest loss that leaves no majority: of a site, of a city, else a cut in two halves."""
    names = voice_names(topology)
    voices = len(names)
    if voices == 2:
        return f"{names[0]} is lost 1 of 2 voices is left"
    cities = [site.city for site in topology.sites.values() if site.voice]
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
