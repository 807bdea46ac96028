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
    """What may be lost in seconds, what is lost while links keep up, and why.

    `bound` is what the target holds commits back for, so that no failure exceeds it; None where
    nothing does.
    """

    interval: Interval
    likely: float
    reason: str
    bound: float | None = None


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
    if keeps_every_write(db.voters, db.waits, left):
        have = [voter for voter in db.voters if voter in left]
        reason = f"each commit waited for {_count(db)}, and {join(have)} cannot all lack it"
        if len(have) == 1:
            reason = f"each commit waited for {_count(db)}, {have[0]} among them"
        return Loss(interval=NONE, likely=0.0, reason=reason, bound=0.0)
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
    longest, held, what = _longest(now, db, leader, automatic=automatic)
    if now.scenario.isolated and not db.waits:
        # Clients inside the cut site are acknowledged until their leader steps down.
        demotion = facts.terms.demotion
        likely += demotion
        why += f", and clients inside are served for up to {demotion:g} s more"
        longest = None if longest is None else longest + demotion
        held = None if held is None else held + demotion
    return Loss(
        interval=Interval(low=0.0, high=longest),
        likely=round(likely, 6),
        reason=f"{why}; {what}",
        bound=held,
    )


def _longest(
    now: Situation, db: DatabaseFacts, leader: str, *, automatic: bool
) -> tuple[float | None, float | None, str]:
    """The most that a lagging replica can lack while backups work, and whatever fails; and why."""
    if leader in db.stalls:
        most = db.stalls[leader]
        return most, most, f"writes stall when {leader} lags more than {format_duration(most)}"
    replica = db.replicas.get(leader)
    # A person can fetch the log from a vault before the promotion; Patroni reads it in sites only.
    copy = best_copy(db, now.scenario.unreachable | now.scenario.vaults, by_itself=automatic)
    if copy is not None and copy.log_for != "nobody":
        what = f"what it lacks is in the log that {copy.backup} ships within {seconds(copy.age)}"
        return copy.age, None, f"{what}, and no commit waits for that"
    if copy is not None and not automatic:
        what = "log" if copy.has_log else "last backup"
        return copy.age, None, f"the {what} of {copy.backup} is at most {seconds(copy.age)} old"
    if replica is not None and replica.max_lag is not None and replica.on_excess == "stall":
        return None, None, "nothing bounds its lag: this target cannot stall writes, only alarm"
    if replica is not None and replica.max_lag is not None:
        return None, None, "nothing bounds its lag: max_lag only alarms"
    return None, None, "nothing bounds its lag"


def loss_of_copies(db: DatabaseFacts, copy: Copy | None) -> Loss:
    """The loss when no site has a copy left and the database is restored."""
    if copy is None:
        reason = (
            "no copy is left, neither in a site nor in a vault"
            if db.copies
            else (f"no backup has {db.name}")
        )
        return Loss(interval=Interval(low=0.0, high=None), likely=0.0, reason=reason)
    what = "ships its log within" if copy.has_log else "without log is complete after at most"
    reason = f"{copy.backup} {what} {seconds(copy.age)} in {copy.place}, and no commit waits for it"
    return Loss(interval=Interval(low=0.0, high=copy.age), likely=copy.age, reason=reason)


def _count(db: DatabaseFacts) -> str:
    noun = "voter" if len(db.voters) == 1 else "voters"
    return f"{db.waits} of {len(db.voters)} {noun}"
