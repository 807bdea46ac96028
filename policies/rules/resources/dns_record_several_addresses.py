"""A name answers with more than one address."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.names import ADDRESS_KINDS, by_domain
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Names with one address alone, which go with what is behind it."""
    for records in by_domain(graph):
        first = records[0]
        if first.kind not in ADDRESS_KINDS or any(r.addresses is None for r in records):
            continue
        if any(r.addresses is UNKNOWN for r in records) and len(records) == 1:
            yield unknown(first, "its addresses")
            continue
        known = {a for r in records if isinstance(r.addresses, tuple) for a in r.addresses}
        if len(records) == 1 and len(known) < 2:
            yield against(
                first, f"answers {', '.join(sorted(known))} alone: nothing takes its place"
            )


RULE = Rule(
    about="resource",
    scope="stack",
    severity="medium",
    clauses=(
        cite("practice"),
        cite("seed", confidence="seed"),
    ),
    fix="answer with addresses of several sites, or use an alias of a load balancer",
    also_in=("APRL 5b422a7f (Traffic Manager)",),
    passes="""
- type: aws:route53/record:Record
  name: www
  props:
    name: www
    type: A
    ttl: 60
    records:
    - 192.0.2.1
    - 192.0.2.2
""",
    fails="""
- type: aws:route53/record:Record
  name: www
  props:
    name: www
    type: A
    ttl: 60
    records:
    - 192.0.2.1
""",
    find=find,
)
