"""Every copy of a database runs one version."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Copies with another version than the one that they follow."""
    for unit in graph.units():
        wanted = unit.first.version
        for copy in unit.copies:
            if copy is unit.first or copy.version is None or wanted is None:
                continue
            if copy.version is UNKNOWN or wanted is UNKNOWN:
                yield unknown(copy, "its version")
            elif not _alike(copy.version, wanted):
                message = f"is version {copy.version} where {unit.first.title} is {wanted}"
                yield against(copy, message)


def _alike(version: str, other: str) -> bool:
    """Whether two versions may be one: `16` is any of 16."""
    one, two = version.split("."), other.split(".")
    said = min(len(one), len(two))
    return one[:said] == two[:said]


RULE = Rule(
    about="resource",
    scope="stack",
    severity="medium",
    clauses=(cite("practice"),),
    fix="name the same version for every copy",
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    identifier: orders
    engineVersion: '16.8'
- type: aws:rds/instance:Instance
  name: copy
  props:
    replicateSourceDb: orders
    engineVersion: '16.8'
""",
    fails="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    identifier: orders
    engineVersion: '16.8'
- type: aws:rds/instance:Instance
  name: copy
  props:
    replicateSourceDb: orders
    engineVersion: '15.4'
""",
    find=find,
)
