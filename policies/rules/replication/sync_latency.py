"""No commit waits longer than 10 ms for another city."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.links import Stated, link_between, stated_links
from tricenter.topology.spec import Topology
from tricenter.topology.units import format_duration

MOST_RTT = 0.010
"""Seconds added to each commit; a budget of this project, no published number."""


def find(facts: Facts) -> Iterator[Finding]:
    """Databases whose nearest acknowledgements come from far; in a city `city-latency` speaks."""
    topology = facts.topology
    sites = topology.sites
    stated = stated_links(topology)
    for name, database in sorted(topology.databases.items()):
        last = _last_waited_for(topology, name, stated)
        if last is None or sites[last[1]].city == sites[database.prefer].city:
            continue
        rtt, site = last
        if rtt > MOST_RTT:
            key = "acks" if "acks" in database.commit.model_fields_set else "mode"
            message = (
                f"each commit of {name} waits {format_duration(rtt)} for {site}, and "
                f"{format_duration(MOST_RTT)} is the budget"
            )
            yield Finding(path=("databases", name, "commit", key), message=message)


def _last_waited_for(topology: Topology, name: str, stated: Stated) -> tuple[float, str] | None:
    """The farthest of the nearest voters that a commit waits for, with its round trip."""
    database = topology.databases[name]
    voters = sorted(
        (link_between(topology, database.prefer, site, stated).rtt, site)
        for site, replica in database.replicas.items()
        if replica.voter
    )
    waits = 0 if database.commit.mode == "async" else min(database.commit.acks, len(voters))
    return voters[waits - 1] if waits else None


RULE = Rule(
    severity="medium",
    clauses=(cite("practice", "10 ms, a budget of this project", "practice"),),
    fix="wait for fewer acknowledgements, or make a nearer replica a voter",
    passes="databases: {ledger-a: {commit: {mode: quorum, acks: 1}}}",
    fails="databases: {ledger-a: {commit: {mode: quorum, acks: 2}}}",
    find=find,
)
