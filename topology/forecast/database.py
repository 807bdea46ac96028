"""One database in one situation: who leads it then, what is lost, how long it takes."""

from dataclasses import replace

from tricenter.topology.forecast.facts import DatabaseFacts, Facts
from tricenter.topology.forecast.loss import Loss, loss_of_copies, loss_of_leader
from tricenter.topology.forecast.model import (
    NONE,
    DatabaseForecast,
    Decides,
    Interval,
    Term,
    machine_time,
    person_time,
    total,
)
from tricenter.topology.forecast.restore import best_copy, restore_terms
from tricenter.topology.forecast.situation import Situation
from tricenter.topology.forecast.voters import (
    Commits,
    candidates,
    commits_under,
    losses_left,
    successor,
)

UNTOUCHED = frozenset({"lose-vault", "drop-table", "delete-backup"})
"""Classes that no client notices."""
KEPT = Loss(interval=NONE, likely=0.0, reason="the leader lives on", bound=0.0)


def database_after(facts: Facts, now: Situation, db: DatabaseFacts) -> DatabaseForecast:
    """The forecast of one database."""
    copies = tuple(site for site in db.members if site in now.reachable)
    if now.scenario.table == db.name:
        return _table_restored(facts, now, db, copies)
    if not copies and now.scenario.isolated in db.members:
        return _out_of_reach(facts, db)
    if not copies:
        return _restored(facts, now, db)
    if db.leader in now.reachable:
        return _leader_stays(facts, now, db, copies)
    return _promoted(facts, now, db, copies)


def _leader_stays(
    facts: Facts, now: Situation, db: DatabaseFacts, copies: tuple[str, ...]
) -> DatabaseForecast:
    cut = now.scenario.cut
    behind = frozenset(cut) - {db.leader} if cut and db.leader in cut else frozenset[str]()
    commits = commits_under(facts, db, db.leader, now.reachable - behind)
    if not now.store:
        # Without the store's majority a leader steps down, whatever else it still has.
        terms = (facts.terms.noticed, now.approve, facts.terms.by_hand, *_arrival(facts, now))
        return _made(facts, db, copies, db.leader, "approve", KEPT, terms, commits)
    terms = () if now.scenario.kind in UNTOUCHED else _unmoved(facts, now, db, behind)
    return _made(facts, db, copies, db.leader, "automatic", KEPT, terms, commits)


def _unmoved(
    facts: Facts, now: Situation, db: DatabaseFacts, behind: frozenset[str]
) -> tuple[Term, ...]:
    left = {voter for voter in db.voters if voter in now.reachable and voter not in behind}
    terms: list[Term] = []
    if (left or not db.strict) and (len(left) < db.waits or db.synchronous - left):
        terms.append(facts.terms.voter_lost)
    if not now.named:
        terms.append(_unnamed(facts))
    return (*terms, facts.terms.reply)


def _promoted(
    facts: Facts, now: Situation, db: DatabaseFacts, copies: tuple[str, ...]
) -> DatabaseForecast:
    left = frozenset(copies)
    safe = candidates(db, left) if now.store else ()
    leader = successor(facts, db, safe or copies)
    commits = commits_under(facts, db, leader, now.reachable)
    # Before anyone changes the list it still names the lost sites: whoever is left must do.
    waiting = sum(voter in left for voter in db.eligible if voter != leader) < db.waits
    terms = facts.terms
    ends = [terms.lease, terms.race] if now.store else [terms.noticed, terms.by_hand]
    automatic = bool(safe) and not now.by_choice
    loss = loss_of_leader(facts, now, db, leader, left, automatic=automatic)
    if now.scenario.isolated and now.store:
        ends.insert(1, terms.fence)
    if not automatic:
        ends.insert(1, now.approve)
        if now.store and not safe:
            ends[-1] = terms.appointed
    if commits.writable and waiting:
        ends.append(terms.shrink)
    return _made(
        facts,
        db,
        copies,
        leader,
        "automatic" if automatic else "approve",
        loss,
        (*ends, *_arrival(facts, now)),
        commits,
        promotes=True,
    )


def _arrival(facts: Facts, now: Situation) -> tuple[Term, ...]:
    dns = facts.terms.dns if now.named else _unnamed(facts)
    return (dns, facts.terms.client)


def _rebuilt(facts: Facts) -> tuple[Term, ...]:
    """With every site built anew their name servers are back as well."""
    dns = facts.terms.dns
    return (replace(dns, source=f"once sites are built anew, {dns.source}"), facts.terms.client)


def _unnamed(facts: Facts) -> Term:
    ttl = facts.timings.writer_ttl
    return Term(
        name="dns",
        low=0.0,
        high=None,
        source=f"no name server is left: names die after their TTL of {ttl:g} s",
    )


def _endless_wait() -> Term:
    source = "no voter is left and commits are strict: writes wait for one to come back"
    return Term(name="commit", low=0.0, high=None, source=source)


def _out_of_reach(facts: Facts, db: DatabaseFacts) -> DatabaseForecast:
    """The only copy is alive behind a cut network: nothing is lost, and nobody else serves it."""
    source = "the only site that has it is cut off: clients wait for the network"
    wait = Term(name="detect", low=0.0, high=None, source=source)
    alone = Commits(mode=db.mode, voters=(), waits=0, latency=None)
    return _made(facts, db, (), db.leader, "impossible", KEPT, (wait,), alone)


def _restored(facts: Facts, now: Situation, db: DatabaseFacts) -> DatabaseForecast:
    copy = best_copy(db, now.scenario.unreachable | now.scenario.vaults)
    loss = loss_of_copies(db, copy)
    gone = Commits(mode="none", voters=(), waits=0, latency=None)
    if copy is None:
        never = Term(name="restore", low=0.0, high=None, source=loss.reason)
        return _made(facts, db, (), None, "impossible", loss, (never,), gone)
    ready = min(now.reachable, default=None)
    ends = _rebuilt(facts) if ready is None else _arrival(facts, now)
    terms = (facts.terms.noticed, now.approve, *restore_terms(facts, db, copy), *ends)
    return _made(facts, db, (), ready, "approve", loss, terms, gone)


def _table_restored(
    facts: Facts, now: Situation, db: DatabaseFacts, copies: tuple[str, ...]
) -> DatabaseForecast:
    """The dropped table comes back from a copy; replicas have dropped it with the leader."""
    commits = commits_under(facts, db, db.leader, now.reachable)
    copy = best_copy(db, frozenset())
    if copy is None:
        loss = Loss(
            interval=Interval(low=0.0, high=None),
            likely=0.0,
            reason="no backup has the database, and every replica drops the table too",
        )
        never = Term(name="restore", low=0.0, high=None, source=loss.reason)
        return _made(facts, db, copies, db.leader, "impossible", loss, (never,), commits)
    if copy.has_log:
        reason = "the table is restored to just before the statement; other data goes on"
        loss = Loss(interval=NONE, likely=0.0, reason=reason)
    else:
        reason = "the table is as old as the last backup: no log is shipped; other data goes on"
        loss = Loss(interval=Interval(low=0.0, high=copy.age), likely=copy.age, reason=reason)
    terms = (facts.terms.noticed, now.approve, *restore_terms(facts, db, copy))
    return _made(facts, db, copies, db.leader, "approve", loss, terms, commits)


def _made(
    facts: Facts,
    db: DatabaseFacts,
    copies: tuple[str, ...],
    leader: str | None,
    decides: Decides,
    loss: Loss,
    terms: tuple[Term, ...],
    commits: Commits,
    *,
    promotes: bool = False,
) -> DatabaseForecast:
    alive = frozenset(copies)
    if not commits.writable and leader is not None and decides != "impossible" and copies:
        decides = "impossible"
        terms = (*terms, _endless_wait())
    return DatabaseForecast(
        database=db.name,
        serves=copies if leader is None else (leader, *(s for s in copies if s != leader)),
        leader_before=db.leader,
        leader_after=leader,
        decides=decides,
        promotes=promotes,
        rpo=loss.interval,
        rpo_likely=loss.likely,
        rpo_reason=loss.reason,
        rpo_bound=loss.bound,
        rto=total(terms),
        person=person_time(terms),
        machine=machine_time(terms),
        terms=terms,
        commit_mode_after=commits.mode,
        commit_latency_after=commits.latency,
        losses_left=losses_left(facts, leader, commits, alive) if leader in alive else 0,
        alone_for=facts.terms.alone if promotes and commits.waits and not db.strict else 0.0,
    )
