"""A name that fails over is asked again within a minute."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.dns_facts import Record
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Limit, Rule

LIMIT = Limit(name="seconds", default=60, means="seconds that clients may keep an answer")
"""What Route 53 proposes for records with a health check. Checked 2026-11-25:
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover.html"""


def find(graph: Graph) -> Iterator[Finding]:
    """Records with a check whose answers clients keep for longer."""
    longest = graph.at(LIMIT)
    for record in graph.of(Record):
        if record.routing == "simple" or record.ttl is None:
            continue
        if record.ttl is UNKNOWN:
            yield unknown(record, "its TTL")
        elif record.ttl > longest:
            message = (
                f"is kept by clients for {record.ttl:.0f} s; at most {longest:g} are asked for"
            )
            yield against(record, message)


RULE = Rule(
    about="resource",
    severity="medium",
    clauses=(cite("practice"),),
    fix="lower the TTL to 60 seconds or less",
    also_in=(
        "APRL 7d09523b (by hand)",
        "Trusted Advisor C056F80cR3",
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
    healthCheckId: hc
    ttl: 300
    failoverRoutingPolicies:
    - type: PRIMARY
    records:
    - 192.0.2.1
""",
    find=find,
    limit=LIMIT,
)
