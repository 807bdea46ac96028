"""Every copy of a database has a machine that can take over."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Database, Member
from tricenter.policies.resources.graph import Graph, Unit
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN, Known
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Clusters of a database in several places that hold its data and could not answer."""
    for unit in graph.units():
        if unit.first.place.drill:
            continue
        for copy in unit.copies:
            alone = len(unit.copies) == 1 and copy.group is None and copy.source is None
            if alone or not copy.by_members:
                continue
            answer = _ready(graph, unit, copy)
            if answer is UNKNOWN:
                yield unknown(copy, "whether it has a machine that can take over")
            elif not answer:
                yield against(copy, "has no machine that can take over: its data waits for one")


def _ready(graph: Graph, unit: Unit, copy: Database) -> Known[bool]:
    answers = [member.stands_in for member in unit.members_of(copy)]
    if True in answers:
        return True
    strangers = [
        member.cluster
        for member in graph.of(Member)
        if member.cluster is not None and not graph.all(member.cluster, Database)
    ]
    # A name that is not known yet, on either side, may be the other's.
    doubtful = any(one.name is UNKNOWN or not copy.identities for one in strangers)
    return UNKNOWN if doubtful or UNKNOWN in answers else False


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(
        cite("aws-rel", "REL10-BP01"),
        cite("bank-2010", "art. 7"),
    ),
    fix="add an instance to the cluster (aws.rds.ClusterInstance; for AlloyDB one of its own type)",
    passes="""
- type: aws:rds/cluster:Cluster
  name: far
  props:
    clusterIdentifier: far
    globalClusterIdentifier: pay
- type: aws:rds/clusterInstance:ClusterInstance
  name: far-0
  props:
    clusterIdentifier: far
""",
    fails="""
- type: aws:rds/cluster:Cluster
  name: far
  props:
    clusterIdentifier: far
    globalClusterIdentifier: pay
""",
    find=find,
)
