"""Every database keeps at least seven days of backups."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Database
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.selections import planned
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Limit, Rule

LIMIT = Limit(name="days", default=7, means="days that backups are kept at least")


def find(graph: Graph) -> Iterator[Finding]:
    """Databases with fewer days of backups that no backup plan is for either."""
    least = graph.at(LIMIT)
    for database in graph.kept(Database):
        days = database.backup_days
        if days is UNKNOWN:
            yield unknown(database, "how long its backups are kept")
        elif days is not None and days < least:
            by_plan = planned(graph, database, least)
            if by_plan is UNKNOWN:
                yield unknown(database, "whether a backup plan is for it")
            if by_plan is not False:
                continue
            kept = f"keeps {days:.0f} days of backups" if days else "has no backups"
            yield against(database, f"{kept}; at least {least:g} days are asked for")


RULE = Rule(
    about="resource",
    scope="stack",
    severity="critical",
    clauses=(
        cite("nist-800-53", "CP-9"),
        cite("aws-rel", "REL09-BP03"),
    ),
    fix="keep automated backups for 7 days or more, or put the database under a backup plan",
    also_in=(
        "AWS Config DB_INSTANCE_BACKUP_ENABLED",
        "RDS.11",
        "CKV_AWS_133 (passes when unset)",
        "CKV_GCP_14",
        "prowler rds_instance_backup_enabled",
        "prowler cloudsql_instance_automated_backups",
        "AWSGuard rds-instance-backup-enabled",
        "compliance-policies aws-rds-instance-configure-backup-retention (3 days)",
        "compliance-policies aws-rds-cluster-configure-backup-retention (3 days)",
        "AVD-AWS-0077 (more than 1 day)",
        "AVD-GCP-0024",
        "Trusted Advisor opQPADkZvH",
    ),
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    backupRetentionPeriod: 7
- type: gcp:sql/databaseInstance:DatabaseInstance
  name: app
  props:
    settings:
      backupConfiguration:
        enabled: true
""",
    fails="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    backupRetentionPeriod: 1
""",
    find=find,
    limit=LIMIT,
)
