"""The round trip between every two sites is stated."""

from collections.abc import Iterator
from itertools import combinations

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.forecast.words import seconds
from tricenter.topology.links import link_between, stated_links


def find(facts: Facts) -> Iterator[Finding]:
    """Pairs of sites whose round trip is only estimated from where they stand."""
    stated = stated_links(facts.topology)
    for a, b in combinations(sorted(facts.topology.sites), 2):
        link = link_between(facts.topology, a, b, stated)
        if link.source == "estimated":
            message = (
                f"the round trip between {a} and {b} is not stated, and commits and losses are "
                f"forecast with {seconds(link.rtt)}, estimated from the map"
            )
            yield Finding(path=("links",), at="key", message=message)


RULE = Rule(
    severity="low",
    clauses=(cite("practice", confidence="practice"),),
    fix="measure the round trip and state it under `links`",
    passes="""
links:
  - {between: [binjiang, xihu], rtt: 1ms, measured: true}
  - {between: [binjiang, tianfu], rtt: 30ms}
  - {between: [xihu, tianfu], rtt: 30ms}
""",
    fails="""
links:
  - {between: [binjiang, xihu], rtt: 1ms}
  - {between: [binjiang, tianfu], rtt: 30ms}
""",
    find=find,
)
