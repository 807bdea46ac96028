"""A database refuses connections without TLS."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Database, Group, Link, Member, Settings
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.resources.values import UNKNOWN, Known
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases that answer in clear."""
    for fact in (*graph.of(Database), *graph.of(Member)):
        refuses = _refuses(graph, fact)
        yield from require(
            fact, refuses, "answers without TLS", "whether it refuses plain connections"
        )


def _refuses(graph: Graph, fact: Database | Member) -> Known[bool] | None:
    if isinstance(fact, Database) and fact.tls_of_source:
        return _as_a_replica(graph, fact)
    if isinstance(fact.tls, Link):
        settings = graph.find(fact.tls, Settings)
        # A group outside the stack is somebody else's: nothing here says what is in it.
        return settings.tls if isinstance(settings, Settings) else UNKNOWN
    if isinstance(fact, Database) and fact.tls is UNKNOWN and fact.version is None:
        # A cluster that says no version has that of its global cluster.
        world = graph.find(fact.group, Group)
        return world.default_tls if isinstance(world, Group) else UNKNOWN
    return fact.tls


def _as_a_replica(graph: Graph, replica: Database) -> Known[bool] | None:
    """A replica without settings of its own has its source's, but in another region the defaults.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
    (2026-11-30)
    """
    source = graph.find(replica.source, Database)
    if not isinstance(source, Database):
        return UNKNOWN
    if UNKNOWN in (source.place.region, replica.place.region):
        return UNKNOWN
    # In one region the question is the source's.
    return None if source.place.region == replica.place.region else source.default_tls


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(cite("aws-sec", "SEC09-BP02"),),
    fix="set rds.force_ssl to 1 (require_secure_transport on MySQL), or sslMode to ENCRYPTED_ONLY",
    also_in=(
        "AWS Config RDS_POSTGRES_INSTANCE_ENCRYPTED_IN_TRANSIT",
        "AWS Config RDS_MYSQL_INSTANCE_ENCRYPTED_IN_TRANSIT",
        "RDS.38",
        "RDS.39",
        "CKV2_AWS_69",
        "CKV_GCP_6",
        "prowler rds_instance_transport_encrypted",
        "prowler cloudsql_instance_ssl_connections",
        "AVD-GCP-0015",
    ),
    passes="""
- type: aws:rds/parameterGroup:ParameterGroup
  name: own
  props:
    name: own
    family: postgres14
    parameters:
    - name: rds.force_ssl
      value: '1'
- type: aws:rds/instance:Instance
  name: orders
  props:
    engine: postgres
    parameterGroupName: '@own'
""",
    fails="""
- type: aws:rds/parameterGroup:ParameterGroup
  name: own
  props:
    name: own
    family: postgres14
    parameters:
    - name: rds.force_ssl
      value: '0'
- type: aws:rds/instance:Instance
  name: orders
  props:
    engine: postgres
    parameterGroupName: '@own'
""",
    find=find,
)
