"""Names that follow leaders are out of every cache within the RTO of losing a site."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import site_rto
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.units import format_duration


def find(facts: Facts) -> Iterator[Finding]:
    """Names of leaders that resolvers keep too long."""
    rto, ttl = site_rto(facts.topology), facts.topology.dns.writer_ttl
    aged = [
        term
        for scenario in facts.forecast.scenarios
        if scenario.kind == "lose-site"
        for entry in scenario.databases
        for term in entry.terms
        if term.name == "dns" and term.high is not None
    ]
    worst = max(aged, key=lambda term: term.high or 0.0, default=None)
    if rto is not None and worst is not None and (worst.high or 0.0) > rto:
        message = (
            f"with {format_duration(ttl)} resolvers may keep the old leader for "
            f"{format_duration(worst.high or 0.0)} ({worst.source}), longer than the "
            f"{format_duration(rto)} that losing a site takes by the objectives"
        )
        yield Finding(path=("dns", "writer_ttl"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("practice", "TTL"), cite("bank-2011", "art. 25")),
    fix="shorten `dns.writer_ttl`",
    also_in=("APRL 3538aa48 (by hand)",),
    passes="dns: {writer_ttl: 2s}",
    fails="dns: {writer_ttl: 45s}",
    find=find,
)
