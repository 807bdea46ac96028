"""Timing: what Patroni takes as it is; a lease outlives two slow rounds, patience an election."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from math import ceil

from tricenter.topology.election import patience_s
from tricenter.topology.links import link_between, stated_links
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Timing, Topology
from tricenter.topology.units import format_duration

LEAST: Mapping[str, float] = {"ttl": 20.0, "loop_wait": 1.0, "retry_timeout": 3.0}
"""Seconds below which Patroni takes its own least instead, with a warning in its log (config.py
4.1.5, _validate_and_adjust_timeouts, 2026-11-30)."""
LONGEST_S = 86400.0
"""Seconds of any of them: a failover that waits for a day is none."""


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the timing."""
    timing = topology.timing
    if not 0 < timing.client_timeout <= LONGEST_S:
        message = "must be longer than 0s, and 1d at most"
        yield Problem(path=("timing", "client_timeout"), id="out-of-range", message=message)
    yield from _seconds(timing)
    least = timing.loop_wait + 2 * timing.retry_timeout
    if timing.ttl < least and timing.ttl >= LEAST["ttl"]:
        message = (
            f"a lease of {format_duration(timing.ttl)} can end while its leader is well: at least "
            f"loop_wait + 2 x retry_timeout = {format_duration(least)} is needed"
        )
        yield Problem(path=("timing", "ttl"), id="lease-too-short", message=message)
    needed = patience_s(_longest(topology))
    if LEAST["retry_timeout"] <= timing.retry_timeout < needed:
        message = (
            f"{format_duration(timing.retry_timeout)} can end while the store elects: a site is "
            "lost that leads nothing but the store, and healthy leaders stop. At least "
            f"{format_duration(needed)} is needed"
        )
        yield Problem(path=("timing", "retry_timeout"), id="retry-too-short", message=message)


def _seconds(timing: Timing) -> Iterator[Problem]:
    """What Patroni would run with another value than the forecast reckons with."""
    for key, least in LEAST.items():
        value: float = getattr(timing, key)
        if value < least:
            message = (
                f"Patroni takes {format_duration(least)} for anything shorter, and "
                f"{format_duration(value)} is shorter: write {format_duration(least)} or more"
            )
            yield Problem(path=("timing", key), id="out-of-range", message=message)
        elif value > LONGEST_S:
            message = f"a failover that waits for {format_duration(value)} is none: 1d at most"
            yield Problem(path=("timing", key), id="out-of-range", message=message)
        elif value % 1:
            message = f"Patroni takes whole seconds: write {format_duration(ceil(value))}"
            yield Problem(path=("timing", key), id="out-of-range", message=message)


def _longest(topology: Topology) -> float:
    """The longest round trip between two voices, in seconds."""
    known = {*topology.cities}
    placed = [n for n, site in topology.sites.items() if site.voice and site.city in known]
    pairs = combinations([*placed, *_witnesses(topology)], 2)
    stated = stated_links(topology)
    return max((link_between(topology, a, b, stated).rtt for a, b in pairs), default=0.0)


def _witnesses(topology: Topology) -> Iterator[str]:
    """Witnesses that stand somewhere; another check names a city that there is not."""
    for name, witness in topology.witnesses.items():
        if witness.city is None or witness.city in topology.cities:
            yield name
