"""The engine refuses to delete what holds the data of a production topology."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.backup_facts import Vault
from tricenter.policies.resources.facts import Database, Group
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases and vaults of a topology in profile production without `protect`."""
    if graph.profile != "production":
        return
    for fact in (*graph.kept(Database), *graph.kept(Group), *graph.kept(Vault)):
        if not fact.place.protect:
            message = "is not protected: a change of its name would delete and make it anew"
            yield against(fact, message)


RULE = Rule(
    about="resource",
    severity="medium",
    clauses=(cite("practice"),),
    fix="set the option `protect` on the resource",
    also_in=(
        "CKV_GCP_82 (prevent_destroy of keys)",
        "cfn-lint I3011",
    ),
    passes="""
- type: tricenter:index:Topology
  name: ledger
  props:
    profile: production
- type: aws:rds/instance:Instance
  name: orders
  protect: true
""",
    fails="""
- type: tricenter:index:Topology
  name: ledger
  props:
    profile: production
- type: aws:rds/instance:Instance
  name: orders
""",
    find=find,
)
