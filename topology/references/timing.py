"""Timing: what Patroni demands of its own settings, so that a lease outlives two slow rounds."""

from collections.abc import Iterator

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
