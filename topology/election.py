"""The store's election: how long etcd may be without a leader, from the distance of its voices."""

from math import ceil

TICKS = 10
"""Heartbeats that an election timeout is long: etcd's tuning guide, read 2026-11-30."""
ROUNDS = 2
"""Elections that one loss may take: votes that are split are cast once more."""


def heartbeat_ms(longest_rtt: float) -> int:
    """The heartbeat of the store's leader in milliseconds, from the longest round trip in seconds.

    etcd's tuning guide asks for about the round trip between members; its default is 100.
    """
    return max(100, ceil(longest_rtt * 1000))


def election_s(longest_rtt: float) -> float:
    """Seconds until an election has begun at the latest: etcd draws one to two timeouts."""
    return 2 * TICKS * heartbeat_ms(longest_rtt) / 1000


def patience_s(longest_rtt: float) -> float:
    """Seconds for which a client of the store must be patient to outlast the loss of its leader.

    Patroni demotes a healthy leader when the store gives no answer for `retry_timeout`
    (patroni/ha.py 4.1.5, `DCSError` in `run_cycle`, read 2026-11-30).
    """
    return ROUNDS * election_s(longest_rtt)
