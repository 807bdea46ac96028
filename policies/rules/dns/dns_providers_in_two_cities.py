"""The name servers of the zone stand in at least two cities."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import servers_of
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """A zone whose several name servers are all lost with one city."""
    topology, servers = facts.topology, servers_of(facts)
    if len({site.city for site in topology.sites.values()}) < 2:
        return  # Without a second city the rules about sites speak.
    cities = {topology.sites[site].city for site in servers}
    # One name server alone is the rule's dns-check-from-outside.
    if len(servers) > 1 and len(cities) == 1:
        message = f"{', '.join(servers)} run all name servers and are lost with {cities.pop()}"
        yield Finding(path=("dns", "providers"), at="key", message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2010", "art. 7"), cite("practice")),
    fix="let a site of another city run a name server",
    passes=(
        "dns: {providers: {remote-dns: {servers: [tianfu, xihu]}, city-dns: {servers: [binjiang]}}}"
    ),
    fails="dns: {providers: {remote-dns: {servers: [xihu]}, city-dns: {servers: [binjiang]}}}",
    find=find,
)
