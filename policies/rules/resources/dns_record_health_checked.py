"""What answers instead of another is checked."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.dns_facts import Record
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.health import flaw
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Records that are chosen by failover, weight or place, and answer for what may be dead.

    What is answered last needs no check: the secondary, and the location that is for everybody
    else. Nothing would be answered instead.
    """
    for record in graph.of(Record):
        if record.routing == "simple" or record.last is True:
            continue
        wrong = flaw(graph, record)
        if wrong is UNKNOWN:
            yield unknown(record, "whether it is checked")
        elif wrong is not None:
            yield against(record, wrong)


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(
        cite("practice"),
        cite("aws-rel", "REL11-BP02"),
    ),
    fix="name a health check, or evaluate that of the alias's target",
    also_in=(
        "Trusted Advisor b73EEdD790",
        "Trusted Advisor Cb877eB72b",
    ),
    passes="""
- type: aws:route53/record:Record
  name: www
  props:
    name: www
    type: A
    setIdentifier: a
    healthCheckId: hc
    ttl: 60
    failoverRoutingPolicies:
    - type: PRIMARY
    records:
    - 192.0.2.1
""",
    fails="""
- type: aws:route53/record:Record
  name: www
  props:
    name: www
    type: A
    setIdentifier: a
    ttl: 60
    failoverRoutingPolicies:
    - type: PRIMARY
    records:
    - 192.0.2.1
""",
    find=find,
)
