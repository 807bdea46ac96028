"""Every backup plan copies into another region."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.answers import copied
from tricenter.policies.resources.backup_facts import Schedule
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Plans of which no rule has a copy outside its own region."""
    plans: dict[str, list[Schedule]] = {}
    for schedule in graph.kept(Schedule):
        if schedule.of_databases:
            plans.setdefault(schedule.place.urn, []).append(schedule)
    for schedules in plans.values():
        answers = [copied(graph, schedule) for schedule in schedules]
        if True in answers:
            continue
        if UNKNOWN in answers:
            yield unknown(schedules[0], "where its copies go")
        else:
            yield against(schedules[0], "copies nothing into another region")


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(
        cite("3-2-1"),
        cite("aws-rel", "REL09-BP02"),
        cite("nist-800-53", "CP-6"),
    ),
    fix="add a copy action into a vault of another region",
    also_in=(
        "Backup Audit Manager BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION",
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN (crossRegionList)",
        "APRL 1549b91f (vaults of Azure)",
    ),
    passes="""
- type: aws:backup/plan:Plan
  name: daily
  props:
    region: eu-west-1
    rules:
    - ruleName: daily
      targetVaultName: main
      schedule: cron(0 2 * * ? *)
      copyActions:
      - destinationVaultArn: arn:aws:backup:eu-central-1:123456789012:backup-vault:far
""",
    fails="""
- type: aws:backup/plan:Plan
  name: daily
  props:
    region: eu-west-1
    rules:
    - ruleName: daily
      targetVaultName: main
      schedule: cron(0 2 * * ? *)
""",
    find=find,
)
