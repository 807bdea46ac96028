"""Each address is checked from outside the site that it belongs to."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import answering_sites, servers_of
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Sites that judge themselves, because no other runs a name server that would check them."""
    topology, servers = facts.topology, servers_of(facts)
    if len(servers) != 1:
        return
    (only,) = servers
    for label in sorted(topology.dns.records):
        if only in answering_sites(topology, label):
            message = (
                f"{only} runs the only name server, so it alone checks its own addresses of {label}"
            )
            yield Finding(path=("dns", "providers"), at="key", message=message)
            return


RULE = Rule(
    severity="high",
    clauses=(cite("aws-rel", "REL11-BP01"), cite("practice")),
    fix="let another site run a name server too",
    passes="dns: {providers: {remote-dns: {servers: [tianfu]}, city-dns: {servers: [binjiang]}}}",
    fails="dns: {providers: {remote-dns: null, city-dns: {servers: [binjiang]}}}",
    find=find,
)
