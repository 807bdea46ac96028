"""Settings that a promise of the spec rests on, by the last part of their name, and what it is.

`commits`: an acknowledged write is in another site; `failover`: another site takes over in its
time; `archive`: the newest moments can be restored. Words of Patroni 4.1 (dynamic configuration)
and PostgreSQL 15 to 17 (runtime-config), 2026-11-30.
"""

from collections.abc import Mapping
from typing import Literal

Rests = Literal["commits", "failover", "archive"]

PROMISING: Mapping[str, Rests] = {
    "synchronous_mode": "commits",
    "synchronous_mode_strict": "commits",
    "synchronous_node_count": "commits",
    "check_timeline": "commits",
    "maximum_lag_on_failover": "commits",
    "synchronous_commit": "commits",
    "synchronous_standby_names": "commits",
    "fsync": "commits",
    "full_page_writes": "commits",
    "standby_cluster": "failover",
    "pause": "failover",
    "ttl": "failover",
    "loop_wait": "failover",
    "retry_timeout": "failover",
    "primary_stop_timeout": "failover",
    "archive_mode": "archive",
    "archive_command": "archive",
    "archive_library": "archive",
}


def rests(name: str) -> Rests | None:
    """What a promise loses by a setting, named with dots as Patroni nests it; None for nothing."""
    return PROMISING.get(name.rpartition(".")[2])
