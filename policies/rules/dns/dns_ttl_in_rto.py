"""The TTL of each public name is within the RTO of losing a site."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import site_rto
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.units import format_duration


def find(facts: Facts) -> Iterator[Finding]:
    """Names that resolvers keep too long.

    Once: whoever asks a cache gets what is left of the TTL (RFC 1034, section 3.6), and the time
    until the loss is seen is the rule's dns-address-checked-in-time.
    """
    rto = site_rto(facts.topology)
    for label, record in sorted(facts.topology.dns.records.items()):
        if rto is not None and record.ttl > rto:
            message = (
                f"resolvers keep {label} for up to {format_duration(record.ttl)}, longer than the "
                f"{format_duration(rto)} that losing a site takes by the objectives"
            )
            yield Finding(path=("dns", "records", label, "ttl"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("practice", "TTL"), cite("bank-2011", "art. 25")),
    fix="shorten the TTL",
    also_in=(
        "APRL 7d09523b (by hand)",
        "Trusted Advisor C056F80cR3 (60 s)",
    ),
    passes="dns: {records: {api: {ttl: 20s}}}",
    fails="dns: {records: {api: {ttl: 60s}}}",
    find=find,
)
