"""The logs of a database are kept outside of it."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Database
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Databases whose logs are lost with them."""
    for database in graph.kept(Database):
        message = "exports no log: what happened in it is lost with it"
        yield from require(database, database.logs, message, "which logs it exports")


RULE = Rule(
    about="resource",
    severity="medium",
    clauses=(cite("practice"),),
    fix="export the engine's log (enabledCloudwatchLogsExports)",
    also_in=(
        "AWS Config RDS_LOGGING_ENABLED",
        "RDS.9",
        "RDS.36",
        "RDS.37",
        "CKV_AWS_129",
        "CKV_AWS_324",
        "prowler rds_instance_integration_cloudwatch_logs",
        "prowler rds_cluster_integration_cloudwatch_logs",
    ),
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    enabledCloudwatchLogsExports:
    - postgresql
""",
    fails="""
- type: aws:rds/instance:Instance
  name: orders
""",
    find=find,
)
