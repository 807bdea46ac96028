"""Restoring from copies: how old the newest one may be, and how long it takes to be back."""

from collections.abc import Set as AbstractSet

from tricenter.topology.forecast.copies import Copy
from tricenter.topology.forecast.facts import DatabaseFacts, Facts
from tricenter.topology.forecast.model import Term

FASTER, SLOWER = 1.5, 2.0
"""How much better or worse than its usual rate a restore runs, on other machines and at other
hours: assumptions."""


def best_copy(db: DatabaseFacts, lost: AbstractSet[str], *, by_itself: bool = False) -> Copy | None:
    """The freshest copy outside of what is lost; None if nothing is left.

    `by_itself` leaves out what no server reads by itself while it is promoted.
    """
    left = [
        (copy.age, copy.backup, -index, copy)
        for index, copy in enumerate(db.copies)
        if copy.stands - lost and (copy.log_for == "server" or not by_itself)
    ]
    return min(left, key=lambda entry: entry[:3])[3] if left else None


def restore_terms(facts: Facts, db: DatabaseFacts, copy: Copy) -> tuple[Term, ...]:
    """The terms of a restore once it is decided: prepare, fetch, replay.

    Of a database of the stated size, at the worst moment, which is just before the next backup.
    """
    t = facts.timings
    start = Term(
        name="decide",
        low=t.prepared[0],
        high=t.prepared[1],
        source="a person chooses the copy and the moment, and where; machines must stand ready",
        person=True,
    )
    if not copy.has_log:
        return (start, _fetch(facts, db, copy))
    usual = copy.since_full * db.tps / t.replay_rate
    replay = Term(
        name="replay",
        low=usual / FASTER,
        high=usual * SLOWER,
        source=f"log of {copy.since_full / 3600:g} h since the last backup, "
        f"{db.tps} tps replayed at {t.replay_rate:g}, which is assumed",
        likely=usual,
    )
    return (start, _fetch(facts, db, copy), replay)


def _fetch(facts: Facts, db: DatabaseFacts, copy: Copy) -> Term:
    least, start, most = facts.timings.restore_start
    measured = facts.restores.get(db.name)
    if db.size is None:
        source = f"from {copy.place}: the size of the database is not stated"
        return Term(name="restore", low=least, high=None, source=source)
    rate = facts.timings.restore_rate if measured is None else measured.rate
    how = "which is assumed: no restore test was measured"
    if measured is not None:
        how = f"as the restore test of {measured.day} measured"
    usual = db.size / rate
    return Term(
        name="restore",
        low=least + usual / FASTER,
        high=most + usual * SLOWER,
        source=f"from {copy.place}: {db.size} MiB at {rate:g} MiB/s, {how}",
        likely=start + usual,
    )
