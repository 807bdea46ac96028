"""The zone has a public name that clients reach the service by."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """A zone without records."""
    dns = facts.topology.dns
    if not dns.records:
        message = f"{dns.zone} has no public name, so clients have nowhere to go after a loss"
        yield Finding(path=("dns", "records"), at="key", message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("seed", "DNS", "seed"),),
    fix="add a record with the addresses of every site under `dns.records`",
    passes=(
        "dns: {records: {www: {ttl: 5s, allocate: 2, check: {tcp: 443}, when_all_down: serve-all}}}"
    ),
    fails="dns: {records: null}",
    find=find,
)
