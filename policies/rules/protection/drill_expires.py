"""Everything of a drill says when it ends."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Stamp
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Resources of a drill without an end: nobody would find them again."""
    lasting = [s for s in graph.of(Stamp) if s.profile == "drill" and s.expires is None]
    if lasting:
        others = f" and {len(lasting) - 1} others" if len(lasting) > 1 else ""
        yield against(lasting[0], f"belongs to a drill{others}, and has no tricenter:expires")


RULE = Rule(
    about="resource",
    scope="stack",
    severity="low",
    clauses=(cite("practice"),),
    fix="give the stack tricenter:expires, so that `tricenter reap` finds it",
    passes="""
- type: aws:s3/bucket:Bucket
  name: files
  props:
    tags:
      tricenter:profile: drill
      tricenter:expires: '2026-12-01T00:00:00Z'
""",
    fails="""
- type: aws:s3/bucket:Bucket
  name: files
  props:
    tags:
      tricenter:profile: drill
""",
    find=find,
)
