"""Acknowledged writes that a scenario may lose, as an interval with its reason."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tricenter.topology.forecast.facts import DatabaseFacts, Facts
from tricenter.topology.forecast.model import NONE, Interval
from tricenter.topology.forecast.restore import Copy, best_copy
from tricenter.topology.forecast.situation import Situation
from tricenter.topology.forecast.voters import keeps_every_write
from tricenter.topology.forecast.words import join, seconds
from tricenter.topology.units import format_duration

FLUSH = 0.02
"""Seconds in which a replica writes what it received; losses of 0.01 s were measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What may be lost in seconds, what is lost while links keep up, and why."""

    interval: Interval
    likely: float
    reason: str


def loss_of_leader(
    facts: Facts,
    now: Situation,
    db: DatabaseFacts,
    leader: str,
    left: AbstractSet[str],
    *,
    automatic: bool,
) -> Loss:
    """The loss when `leader` takes over and only the copies `left` are there."""
    if keeps_every_write(db.mode, db.voters, db.waits, left):
        have = [voter for voter in db.voters if voter in left]
        reason = f"each commit waited for {_count(db)}, and {join(have)} cannot all lack it"
        if len(have) == 1:
            reason = f"each commit waited for {_count(db)}, {have[0]} among them"
        return Loss(interval=NONE, likely=0.0, reason=reason)
    in_flight = facts.rtt[db.leader, leader] + FLUSH
    if db.waits:
        first = db.voters[: db.waits]
        likely = 0.0 if any(site in left for site in first) else in_flight
        why = f"{leader} is not in every commit (a commit waits for {_count(db)})"
    else:
        likely = in_flight
        why = "commits wait for no replica"
        if automatic:
            why += " (one that is more than 1 MiB behind is not promoted by itself)"
    longest, bound = _bound(facts, now, db, leader, automatic=automatic)
    if now.scenario.isolated and not db.waits:
        # Clients inside the cut site are acknowledged until their leader steps down.
        demotion = facts.terms.demotion
        likely += demotion
        why += f", and clients inside are served for up to {demotion:g} s more"
        longest = None if longest is None else longest + demotion
    return Loss(
        interval=Interval(low=0.0, high=longest), likely=round(likely, 6), reason=f"{why}; {bound}"
    )


def _bound(
    facts: Facts, now: Situation, db: DatabaseFacts, leader: str, *, automatic: bool
) -> tuple[float | None, str]:
    """The most that a lagging replica can lack, in seconds, and what ensures it."""
    replica = db.replicas.get(leader)
    most = replica.max_lag if replica is not None else None
    stalls = replica is not None and most is not None and replica.on_excess == "stall"
    if stalls and facts.timings.can_stall:
        return most, f"writes stall when {leader} lags more"
    # A person can fetch the log from a vault before the promotion; Patroni reads it in sites only.
    copy = best_copy(db, now.scenario.unreachable | now.scenario.vaults, sites_only=automatic)
    if copy is not None and copy.has_log:
        shipped = format_duration(copy.age)
        return copy.age, f"what it lacks is in the log that {copy.backup} ships within {shipped}"
    if copy is not None and not automatic:
        return copy.age, f"the last backup of {copy.backup} is at most {seconds(copy.age)} old"
    if stalls:
        return None, "nothing bounds its lag: this target cannot stall writes, only alarm"
    if most is not None:
        return None, "nothing bounds its lag: max_lag only alarms"
    return None, "nothing bounds its lag"


def loss_of_copies(db: DatabaseFacts, copy: Copy | None) -> Loss:
    """The loss when no site has a copy left and the database is restored."""
    if copy is None:
        reason = (
            "no copy is left, neither in a site nor in a vault"
            if db.backups
            else (f"no backup has {db.name}")
        )
        return Loss(interval=Interval(low=0.0, high=None), likely=0.0, reason=reason)
    what = "ships its log" if copy.has_log else "is made without log, at longest"
    every = "within" if copy.has_log else "every"
    reason = f"{copy.backup} {what} {every} {format_duration(copy.age)} to {copy.places[-1]}"
    return Loss(interval=Interval(low=0.0, high=copy.age), likely=copy.age, reason=reason)


def _count(db: DatabaseFacts) -> str:
    if db.mode == "sync" and db.waits < len(db.voters):
        return join(list(db.voters[: db.waits]))
    noun = "voter" if len(db.voters) == 1 else "voters"
    return f"{db.waits} of {len(db.voters)} {noun}"
