"""Nothing in profile drill stands in a production stack."""

import re
from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Stamp
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule

PRODUCTION = re.compile(r"(prod|production|live)\b")
"""Names of stacks that are not for drills."""


def find(graph: Graph) -> Iterator[Finding]:
    """Resources stamped as a drill's beside a production topology, or in a stack named so."""
    production = graph.profile == "production" or bool(PRODUCTION.match(graph.stack))
    for stamp in graph.of(Stamp):
        if stamp.profile == "drill" and production:
            name = (
                f"stack {graph.stack}" if PRODUCTION.match(graph.stack) else "a production topology"
            )
            message = f"has profile drill in {name}: it is unprotected and will be taken away"
            yield against(stamp, message)
        elif stamp.profile is UNKNOWN:
            yield unknown(stamp, "its profile")


RULE = Rule(
    about="resource",
    severity="critical",
    clauses=(cite("practice"),),
    fix="deploy the drill in a stack of its own, or set tricenter:profile to production",
    passes="""
- type: tricenter:index:Topology
  name: ledger
  props:
    profile: production
- type: aws:s3/bucket:Bucket
  name: files
  props:
    tags:
      tricenter:profile: production
""",
    fails="""
- type: tricenter:index:Topology
  name: ledger
  props:
    profile: production
- type: aws:s3/bucket:Bucket
  name: files
  props:
    tags:
      tricenter:profile: drill
      tricenter:expires: '2026-12-01T00:00:00Z'
""",
    find=find,
)
