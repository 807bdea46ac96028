"""What answers instead of another is checked."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Record
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Records that are chosen by failover, weight or place, and answer for what may be dead."""
    for record in graph.of(Record):
        if record.routing == "simple" or record.secondary is True:
            continue
        message = "is answered without a health check: clients are sent to what is dead"
        yield from require(record, record.checked, message, "whether it is checked")


RULE = Rule(
    about="resource",
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
