"""Waiting, with a bound, for the members of a database to follow a leader that is new."""

from collections.abc import Collection

from tricenter.lab.errors import LabError, NotFollowed
from tricenter.lab.host import is_on
from tricenter.lab.patroni import is_settled, member_states
from tricenter.lab.stack import Stack
from tricenter.lab.waits import until
from tricenter.topology.plan import PlannedDatabase

FOLLOW_S = 30.0
"""They are there, and only reconnect, or restart."""


def await_followers(stack: Stack, database: PlannedDatabase, awaited: Collection[str]) -> None:
    """Wait until each of these sites has settled, unless it loses its power; else NotFollowed."""
    late: list[str] = []

    def settled() -> bool:
        states = member_states(stack, database)
        late[:] = [site for site in awaited if not is_settled(states[site]) and is_on(stack, site)]
        return not late

    try:
        until(settled, FOLLOW_S, database.name, every=0.2)
    except LabError:
        raise NotFollowed(
            f"{database.name} has its new leader, but {', '.join(sorted(late))} did not follow "
            f"it within {FOLLOW_S:g} s: tricenter status says why"
        ) from None
