"""The TTL of the names that follow leaders, twice, is within the RTO of losing a site."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import site_rto
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.units import format_duration


def find(facts: Facts) -> Iterator[Finding]:
    """Names of leaders that resolvers keep too long."""
    rto, ttl = site_rto(facts.topology), facts.topology.dns.writer_ttl
    if rto is not None and 2 * ttl > rto:
        message = (
            f"resolvers keep the old leader for up to 2 x {format_duration(ttl)}, longer than the "
            f"{format_duration(rto)} that losing a site takes by the objectives"
        )
        yield Finding(path=("dns", "writer_ttl"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("practice", "TTL"), cite("bank-2011", "art. 25")),
    fix="shorten `dns.writer_ttl`",
    also_in=("APRL 3538aa48 (by hand)",),
    passes="dns: {writer_ttl: 2s}",
    fails="dns: {writer_ttl: 30s}",
    find=find,
)
