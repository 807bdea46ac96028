"""Whether a copy that does not follow its leader may be made anew without asking a person.

Making anew throws away what the copy has. So it must have nothing that the leader has not, and
the leader's commits must meanwhile be confirmed by somebody else.

Nothing of ours is imported: a machine's own program has the text of this module in it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

LEADS = ("leader", "standby_leader")
CONFIRMS = ("sync_standby", "quorum_standby")
COPYING = "creating replica"
"""What a member says of itself while it is copied (patroni/postgresql/misc.py of 4.1.5)."""


def follows(own: Mapping[str, Any]) -> bool:
    """Whether a member leads, streams, or is being copied, by its answer to GET /patroni."""
    if own.get("state") == COPYING:
        return True
    leads = own.get("role") in ("primary", "promoted", "master")
    streams = own.get("replication_state") == "streaming"
    return own.get("state") == "running" and (leads or streams)


def place(own: Mapping[str, Any]) -> tuple[int, int] | None:
    """A member's timeline and the last byte of the log that it has; None where it does not say."""
    log: Mapping[str, Any] = own.get("xlog") or {}
    names = ("location", "received_location", "replayed_location")
    known = [int(log[name]) for name in names if log.get(name)]
    timeline = own.get("timeline")
    return (int(timeline), max(known)) if timeline and known else None


def why_not_anew(
    site: str,
    own: Mapping[str, Any],
    leader: Mapping[str, Any] | None,
    cluster: Mapping[str, Any],
    history: Iterable[Any],
    branch: Iterable[tuple[int, int]] | None,
) -> str | None:
    """Why not, in words; None where it is safe.

    `own` and `leader` are answers to GET /patroni, `cluster` and `history` those to GET /cluster
    and /history. `branch` are the timelines that the copy comes from and where each was left, by
    its own files; None where these cannot be read.
    """
    if cluster.get("pause"):
        return "the members are in pause"
    members = cast(list[Mapping[str, Any]], cluster.get("members") or [])
    if leader is None or not any(entry.get("role") in LEADS for entry in members):
        return "no leader answers"
    others = [entry for entry in members if entry.get("name") != site]
    if not any(e.get("role") in CONFIRMS and e.get("state") == "streaming" for e in others):
        return "no other copy confirms commits"
    mine, ahead = place(own), place(leader)
    if mine is None or ahead is None or branch is None:
        return "it is not known how much of the log it has"
    left = {int(line[0]): int(line[1]) for line in history}
    if any(left.get(timeline) != where for timeline, where in branch):
        return "it comes from another timeline than the leader"
    end = ahead[1] if mine[0] == ahead[0] else left.get(mine[0], 0)
    if mine[0] > ahead[0] or mine[1] > end:
        return "it has log that the leader has not"
    return None


def read_branch(text: str) -> list[tuple[int, int]]:
    """A history file of PostgreSQL: each earlier timeline, and where it was left.

    https://www.postgresql.org/docs/15/continuous-archiving.html#BACKUP-TIMELINES
    """
    found: list[tuple[int, int]] = []
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0].isdigit():
            high, _, low = words[1].partition("/")
            found.append((int(words[0]), (int(high, 16) << 32) + int(low, 16)))
    return found
