"""Links: between two places that exist, each pair once."""

from collections.abc import Iterator

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.wording import suggest_or_list

LONGEST_RTT_S = 10.0
"""Seconds of the longest round trip; by a satellite in a high orbit it is below one."""


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the links."""
    known = {*topology.sites, *topology.witnesses}
    seen: dict[frozenset[str], int] = {}
    for index, link in enumerate(topology.links):
        path = ("links", index, "between")
        for end, name in enumerate(link.between):
            if name not in known:
                near = suggest_or_list(name, known, "sites and witnesses")
                message = f"there is no site or witness '{name}'{near}"
                yield Problem(path=(*path, end), id="unknown-site", message=message)
        pair = frozenset(link.between)
        if len(pair) == 1:
            message = f"a link needs two places, but both ends are '{link.between[0]}'"
            yield Problem(path=(*path, 1), id="same-site", message=message)
        elif pair in seen:
            message = f"this pair is given already by links[{seen[pair]}]: keep one of them"
            yield Problem(path=path, id="duplicate-entry", message=message)
        seen.setdefault(pair, index)
        if link.rtt <= 0:
            message = "a round trip takes time: write what was measured, such as 1ms"
            yield Problem(path=("links", index, "rtt"), id="out-of-range", message=message)
        elif link.rtt > LONGEST_RTT_S:
            message = "no two places on Earth are that far apart: 10s at most"
            yield Problem(path=("links", index, "rtt"), id="out-of-range", message=message)
