"""A name that fails over has something else to answer."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.dns_facts import Record
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.names import by_domain, perhaps_one
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule

SAME = "fails over to the answer that it had"


def find(graph: Graph) -> Iterator[Finding]:
    """Names with a first answer and no other one."""
    for records in by_domain(graph):
        pair = [one for one in records if one.routing == "failover"]
        for record in pair:
            if record.standby is not None:
                yield from _alone(record)
        first = [one for one in pair if one.standby is None and one.secondary is False]
        second = [one for one in pair if one.standby is None and one.secondary is True]
        for record in first:
            if second:
                if any(_same(record, other) for other in second):
                    yield against(record, SAME)
            elif any(one.secondary is UNKNOWN for one in pair) or _elsewhere(graph, record):
                yield unknown(record, "whether it has a secondary")
            else:
                yield against(record, "has no secondary: nothing is answered instead of it")


def _alone(record: Record) -> Iterator[Finding]:
    """A record that has both answers itself."""
    if record.standby is UNKNOWN or record.addresses is UNKNOWN:
        yield unknown(record, "what it answers instead")
    elif not record.standby:
        yield against(record, "has no backup: nothing is answered instead of its primary")
    elif set(record.standby) <= set(record.addresses or ()):
        yield against(record, SAME)


def _same(first: Record, second: Record) -> bool:
    """Whether the second has nothing that the first has not."""
    if first.alias is not None and second.alias is not None:
        if UNKNOWN in (first.alias.name, second.alias.name):
            return bool(first.alias.urns) and set(first.alias.urns) == set(second.alias.urns)
        return _plain(str(first.alias.name)) == _plain(str(second.alias.name))
    if not isinstance(first.addresses, tuple) or not isinstance(second.addresses, tuple):
        return False
    return set(map(_plain, second.addresses)) <= set(map(_plain, first.addresses))


def _plain(answer: str) -> str:
    return answer.lower().rstrip(".")


def _elsewhere(graph: Graph, record: Record) -> bool:
    return any(one.secondary is True for one in perhaps_one(graph, record))


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(
        cite("practice"),
        cite("aws-rel", "REL11-BP02"),
    ),
    fix="add a secondary with an answer of another site",
    passes="""
- type: aws:route53/record:Record
  name: first
  props:
    name: www
    type: A
    setIdentifier: a
    healthCheckId: hc
    failoverRoutingPolicies:
    - type: PRIMARY
    records:
    - 192.0.2.1
- type: aws:route53/record:Record
  name: second
  props:
    name: www
    type: A
    setIdentifier: b
    failoverRoutingPolicies:
    - type: SECONDARY
    records:
    - 192.0.2.2
""",
    fails="""
- type: aws:route53/record:Record
  name: first
  props:
    name: www
    type: A
    setIdentifier: a
    healthCheckId: hc
    failoverRoutingPolicies:
    - type: PRIMARY
    records:
    - 192.0.2.1
""",
    find=find,
)
