"""What a keeper decides about one member, from what it saw and remembers: pure."""

from dataclasses import dataclass, replace
from typing import Literal

Act = Literal["fence", "fetch", "leave", "copy"]
"""End the server; let it restore from the archive; no longer; make the copy anew."""

FENCE_S = 2.0
"""A server that is writable though the lease is another's, while its Patroni is silent: Patroni
itself demotes within one round of its own, so this much silence is not a slow round."""
FETCH_S = 5.0
"""Seconds without following and without progress after which the archive is tried."""
STEADY_S = 3.0
"""Seconds of following after which a copy is believed: one that lacks log seems to stream for an
instant each second, until its leader refuses."""
COPY_S = 60.0
"""Seconds without progress, the archive tried, after which the copy is made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is seen of one member now.

    `answers`: its Patroni does. `writable`: its server runs and is no standby. `lease` is the
    site that holds the leader's lease, "" for nobody, None where the store does not say.
    `follows`: it streams. `position`: the last byte of the log that it has. `busy`: Patroni is
    copying or rewinding. `leader_runs` is what the leader's Patroni says. `why_not` is why the
    copy may not be made anew without a person, None where it may. `fetching`: the archive may be
    used now.
    """

    site: str
    answers: bool
    writable: bool
    lease: str | None
    follows: bool
    position: int | None
    busy: bool
    leader_runs: bool
    why_not: str | None
    fetching: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a keeper remembers of one member; times are of its own monotonic clock, in seconds."""

    silent_since: float | None = None
    follows_since: float | None = None
    stuck_since: float | None = None
    position: int | None = None


def judge(facts: Facts, memory: Memory, now: float, ttl: float) -> tuple[Act | None, Memory]:
    """The one act that is due, and what to remember. `ttl` is the life of a lease in seconds."""
    memory = _remember(facts, memory, now)
    if _must_fence(facts, memory, now, ttl):
        return "fence", memory
    if _is_steady(facts, memory, now):
        return ("leave" if facts.fetching else None), memory
    if memory.stuck_since is None or not facts.leader_runs:
        return None, memory
    stuck = now - memory.stuck_since
    if stuck >= COPY_S and facts.fetching and facts.why_not is None and not facts.writable:
        # Begun anew: a copy takes its time, and is not to be begun again meanwhile.
        return "copy", replace(memory, stuck_since=None)
    if stuck >= FETCH_S and not facts.fetching:
        return "fetch", memory
    return None, memory


def _remember(facts: Facts, memory: Memory, now: float) -> Memory:
    silent = None if facts.answers else memory.silent_since or now
    follows = (memory.follows_since or now) if facts.follows else None
    memory = replace(memory, follows_since=follows)
    settled = _is_steady(facts, memory, now) or facts.busy or not facts.answers
    moved = facts.position is not None and facts.position != memory.position
    stuck = None if settled or not facts.leader_runs else memory.stuck_since
    if stuck is None and not settled and not facts.follows and facts.leader_runs:
        stuck = now
    if moved and memory.position is not None and stuck is not None:
        stuck = now
    return Memory(
        silent_since=silent,
        follows_since=follows,
        stuck_since=stuck,
        position=facts.position if facts.position is not None else memory.position,
    )


def _is_steady(facts: Facts, memory: Memory, now: float) -> bool:
    """Whether it leads by its lease, or has followed for a while."""
    if facts.lease == facts.site:
        return True
    return memory.follows_since is not None and now - memory.follows_since >= STEADY_S


def _must_fence(facts: Facts, memory: Memory, now: float, ttl: float) -> bool:
    if not facts.writable or facts.answers or memory.silent_since is None:
        return False
    silent = now - memory.silent_since
    if facts.lease is None:
        return silent >= ttl  # nobody is left who could have renewed it
    return facts.lease != facts.site and silent >= FENCE_S
