"""Every copy of a database is of one size, so that each can take over."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.answers import sized
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Copies that are smaller or larger than others."""
    for unit in graph.units():
        sizes = sized(unit)
        if unit.first.place.drill or len(sizes) < 2:
            continue
        wanted = sizes[0][1]
        for fact, size in sizes[1:]:
            if size is UNKNOWN or wanted is UNKNOWN:
                yield unknown(fact, "its size")
            elif size != wanted:
                message = (
                    f"is {size} where {sizes[0][0].title} is {wanted}: it may not carry its load"
                )
                yield against(fact, message)


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(
        cite("seed", confidence="seed"),
        cite("bank-2010", "art. 7"),
    ),
    fix="give every copy the same size",
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    identifier: orders
    instanceClass: db.r6g.large
- type: aws:rds/instance:Instance
  name: copy
  props:
    replicateSourceDb: orders
    instanceClass: db.r6g.large
""",
    fails="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    identifier: orders
    instanceClass: db.r6g.large
- type: aws:rds/instance:Instance
  name: copy
  props:
    replicateSourceDb: orders
    instanceClass: db.t3.small
""",
    find=find,
)
