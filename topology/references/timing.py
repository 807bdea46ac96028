"""Timing: a lease outlives two slow rounds, and the patience with the store its election."""

from collections.abc import Iterator
from itertools import combinations

from tricenter.topology.election import patience_s
from tricenter.topology.links import link_between
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.units import format_duration


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the timing."""
    timing = topology.timing
    for key in ("ttl", "loop_wait", "retry_timeout", "client_timeout"):
        if getattr(timing, key) <= 0:
            message = "must be longer than 0s"
            yield Problem(path=("timing", key), id="out-of-range", message=message)
    least = timing.loop_wait + 2 * timing.retry_timeout
    if timing.ttl < least:
        message = (
            f"a lease of {format_duration(timing.ttl)} can end while its leader is well: at least "
            f"loop_wait + 2 x retry_timeout = {format_duration(least)} is needed"
        )
        yield Problem(path=("timing", "ttl"), id="lease-too-short", message=message)
    needed = patience_s(_longest(topology))
    if 0 < timing.retry_timeout < needed:
        message = (
            f"{format_duration(timing.retry_timeout)} can end while the store elects: a site is "
            "lost that leads nothing but the store, and healthy leaders stop. At least "
            f"{format_duration(needed)} is needed"
        )
        yield Problem(path=("timing", "retry_timeout"), id="retry-too-short", message=message)


def _longest(topology: Topology) -> float:
    """The longest round trip between two voices, in seconds."""
    known = {*topology.cities}
    placed = [n for n, site in topology.sites.items() if site.city in known]
    pairs = combinations([*placed, *_witnesses(topology)], 2)
    return max((link_between(topology, a, b).rtt for a, b in pairs), default=0.0)


def _witnesses(topology: Topology) -> Iterator[str]:
    """Witnesses that stand somewhere; another check names a city that there is not."""
    for name, witness in topology.witnesses.items():
        if witness.city is None or witness.city in topology.cities:
            yield name
