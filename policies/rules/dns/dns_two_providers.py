"""Two providers that fail apart serve the zone."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import providers_of
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """A zone whose every name is lost with one provider."""
    found = providers_of(facts)
    if len(found) == 1:
        zone = facts.topology.dns.zone
        message = f"{found[0]} alone serves {zone}: every name is lost with that one provider"
        yield Finding(path=("dns", "providers"), at="key", message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("bank-2010", "art. 23, by analogy"), cite("practice")),
    fix="name a second provider, or waive with how the names are kept without it",
    passes=(
        "dns: {providers: {a: {servers: [binjiang]}, b: {servers: [tianfu]}, city-dns: null, "
        "remote-dns: null}}"
    ),
    fails="dns: {providers: {city-dns: null, remote-dns: {servers: [binjiang, tianfu]}}}",
    find=find,
)
