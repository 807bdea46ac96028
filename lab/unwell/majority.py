"""Whether the store outlives the next loss, with some of its voices already counted as lost."""

from collections.abc import Collection

from tricenter.lab.observed import Status
from tricenter.topology.plan import Plan


def can_spare(plan: Plan, seen: Status, lost: Collection[str] = ()) -> bool:
    """Whether one voice more may go: those that serve and are not `lost` stay a majority."""
    voices = sum(host.voice for host in plan.hosts)
    serving = sum(host.voice is True and host.name not in lost for host in seen.hosts)
    return serving - 1 > voices // 2
