"""The sites of one city are within 3 ms of each other."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.units import format_duration

MOST_RTT = 0.003
"""Seconds of round trip between centers of one city (TiDB's documentation)."""


def find(facts: Facts) -> Iterator[Finding]:
    """Links inside a city that are as slow as one out of it."""
    sites = facts.topology.sites
    for index, link in enumerate(facts.topology.links):
        if any(end not in sites for end in link.between):
            continue
        a, b = link.between
        if sites[a].city == sites[b].city and link.rtt > MOST_RTT:
            message = (
                f"{a} and {b} are in {sites[a].city} and {format_duration(link.rtt)} apart: a "
                "commit that needs both waits so long, and the field counts on 3ms in a city"
            )
            yield Finding(path=("links", index, "rtt"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(
        cite("practice", "less than 3 ms in one city (TiDB's documentation)", "practice"),
        cite("bank-2010", "art. 3(4), tens of kilometres"),
    ),
    fix="take a shorter or direct line, or two sites that are nearer to each other",
    passes="links: [{between: [binjiang, xihu], rtt: 3ms}]",
    fails="links: [{between: [binjiang, xihu], rtt: 8ms}]",
    find=find,
)
