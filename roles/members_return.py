"""How a copy of a self-managed database comes back: by itself, by the archive, or made anew.

From here only Patroni's interface is reached. The archive is opened to a copy by its machine's own
program, within minutes; so a copy that does not get on is waited for that long.
"""

from collections.abc import Callable, Mapping
from time import monotonic, sleep
from typing import Any

from tricenter.roles.interface import Return, RoleError, Say, Way
from tricenter.roles.patroni_members import Members
from tricenter.roles.services import EVERY_S, OFFLINE_EVERY_S, is_offline
from tricenter.topology.copy_anew import COPYING, follows, place

WAIT_S = 420.0
"""Seconds without progress after which the archive is given up: a machine looks each 300 s."""
COPY_S = 6 * 3600.0

Mapped = Mapping[str, Any] | None


def returning(members: Members, leader: str | None, site: str, *, anew: bool) -> Return:
    """The cheapest way that is safe, and why; RoleError where nobody leads."""
    name = members.database.name
    if leader is None:
        raise RoleError(f"{name} has no leader to come back to: `tricenter failover` appoints one")
    states = members.states()
    own, first = states.get(site), states.get(leader)

    def way(word: Way, why: str) -> Return:
        return Return(database=name, site=site, way=word, why=why)

    if site == leader:
        return way("none", "it leads")
    more = _more(own, first)
    if anew:
        return way("copy", f"as you asked{more}")
    if own is None:
        return way("wait", "it does not answer: is its machine on?")
    if own.get("state") == COPYING:
        return way("wait", "it is being copied")
    if follows(own):
        return way("none", "it follows its leader")
    said = own.get("replication_state") or own.get("state")
    return way("wait", f"it says: {said}; its machine opens the archive to it{more}")


def rejoin(members: Members, leader: Callable[[], str | None], copy: Return, say: Say) -> None:
    """Bring one copy back; returns once it follows. RoleError where no way leads there."""
    if copy.way == "none":
        return
    name, site = copy.database, copy.site
    if copy.way != "copy":
        say(f"{name} in {site}: {copy.why}")
        if _follows(members, site, WAIT_S, say):
            return
        say(f"{name} in {site} does not get on: it is copied anew")
    first = leader()
    if first is None or first == site:
        raise RoleError(f"{name} is led by {first or 'nobody'}: nothing to copy from")
    own = members.states().get(site)
    if own is None:
        raise RoleError(f"{name} in {site} does not answer: bring its machine back first")
    if own.get("state") != COPYING:
        members.command(site, "/reinitialize", {"force": True})
    say(f"{name} in {site} is copied anew from {first}")
    if not _follows(members, site, COPY_S, say):
        raise RoleError(f"the copy of {name} in {site} is not whole after {COPY_S:g} s")


def _follows(members: Members, site: str, patience: float, say: Say) -> bool:
    """Wait while the copy gets on; whether it follows in the end."""
    before, moved = None, monotonic()
    while monotonic() - moved < patience:
        own = members.states().get(site)
        if own is not None and follows(own) and own.get("state") != COPYING:
            return True
        here = place(own) if own else None
        if here is not None and here != before:
            before, moved = here, monotonic()
            say(f"{members.database.name} in {site} has the log up to byte {here[1]}")
        sleep(OFFLINE_EVERY_S if is_offline() else EVERY_S)
    return False


def _more(own: Mapped, first: Mapped) -> str:
    """What a person must know before a copy is thrown away."""
    mine, ahead = place(own or {}), place(first or {})
    if mine is None or ahead is None or mine[1] <= ahead[1]:
        return ""
    return f"; it has {mine[1] - ahead[1]} bytes of log more than its leader, which would be lost"
