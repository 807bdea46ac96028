"""The last lines of a status: that all is well, or what keeps one from saying so."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tricenter.topology.plan import Plan

WELL = "all is well"


def verdict(
    plan: "Plan", leaders: Mapping[str, str | None], unknown_lags: Iterable[str], *, unwell: bool
) -> tuple[str, ...]:
    """The lines for a stack: `leaders` by database, `unknown_lags` the copies of which nobody can
    tell how far they are behind, as `database in site`.

    All is well only where everything could be asked. Who leads is no fault: a site that leads
    though another is preferred is told, with the verb that gives it back.
    """
    said = [
        f"{database.name} is led by {leader}, and prefers {database.prefer}: tricenter failback"
        for database in plan.databases
        if (leader := leaders.get(database.name)) is not None and leader != database.prefer
    ]
    blind = sorted(unknown_lags)
    if blind:
        said.append(f"not known how far behind: {', '.join(blind)}")
    if unwell:
        return tuple(said)
    return (*said, "nothing else is to be said of what could be asked" if blind else WELL)
