"""A dead address is left out of answers, and its TTL over, within the RTO of losing a site."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import noticing, site_rto
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.units import format_duration


def find(facts: Facts) -> Iterator[Finding]:
    """Names that still answer with a dead site when its loss should be over."""
    topology, rto = facts.topology, site_rto(facts.topology)
    if rto is None:
        return
    for label in sorted(topology.dns.records):
        record = topology.dns.records[label]
        for index, name in enumerate(record.unchecked):
            message = (
                f"nobody checks {name}, so {label} may answer with it for as long as it is dead, "
                f"but losing a site is over within {format_duration(rto)} by the objectives"
            )
            yield Finding(path=("dns", "records", label, "unchecked", index), message=message)
        check = noticing(facts, record.check)
        # A TTL that is too long whatever the checks are is the rule's dns-ttl-in-rto.
        longest = check.longest + (record.ttl if record.ttl <= rto else 0.0)
        if longest > rto:
            message = (
                f"{label} may answer with a dead site for {format_duration(longest)} "
                f"({check.failures} checks {format_duration(check.interval)} apart, the last given "
                f"up after {format_duration(check.timeout)}, then the TTL), but losing a site is "
                f"over within {format_duration(rto)} by the objectives"
            )
            keys = record.check.model_fields_set
            key = "interval" if "interval" in keys else "failures" if "failures" in keys else "tcp"
            yield Finding(path=("dns", "records", label, "check", key), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2011", "art. 25"), cite("aws-rel", "REL11-BP01")),
    fix="check more often or accept fewer failures, or promise a longer RTO",
    passes="dns: {records: {api: {check: {interval: 10s, failures: 3}}}}",
    fails="dns: {records: {api: {check: {interval: 30s, failures: 3}}}}",
    find=find,
)
