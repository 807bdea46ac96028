"""A name that answers by location answers everywhere."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.names import by_domain, perhaps_one
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Names whose locations leave some clients without an answer."""
    for records in by_domain(graph):
        located = [record for record in records if record.routing == "geo"]
        if not located or any(record.everywhere is True for record in located):
            continue
        perhaps = any(other.everywhere is True for other in perhaps_one(graph, located[0]))
        if perhaps or any(record.everywhere is UNKNOWN for record in located):
            yield unknown(located[0], "for which locations it answers")
        else:
            message = "has no default: clients of every other location get no answer"
            yield against(located[0], message)


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(cite("practice"),),
    fix="add a record with the same name for location *",
    also_in=("APRL c31f76a0 (Traffic Manager)",),
    passes="""
- type: aws:route53/record:Record
  name: www-eu
  props:
    name: www
    type: A
    setIdentifier: eu
    healthCheckId: a
    geolocationRoutingPolicies:
    - continent: EU
    records:
    - 192.0.2.1
- type: aws:route53/record:Record
  name: www-all
  props:
    name: www
    type: A
    setIdentifier: all
    healthCheckId: b
    geolocationRoutingPolicies:
    - country: '*'
    records:
    - 192.0.2.2
""",
    fails="""
- type: aws:route53/record:Record
  name: www-eu
  props:
    name: www
    type: A
    setIdentifier: eu
    healthCheckId: a
    geolocationRoutingPolicies:
    - continent: EU
    records:
    - 192.0.2.1
""",
    find=find,
)
