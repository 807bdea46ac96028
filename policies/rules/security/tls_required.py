"""A database refuses connections without TLS."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Database, Link, Member, Settings
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases that answer in clear."""
    for fact in (*graph.of(Database), *graph.of(Member)):
        tls = fact.tls
        if isinstance(tls, Link):
            settings = graph.find(tls, Settings)
            # A group outside the stack is somebody else's: nothing here says what is in it.
            tls = settings.tls if isinstance(settings, Settings) else UNKNOWN
        yield from require(fact, tls, "answers without TLS", "whether it refuses plain connections")


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
