"""A backup plan makes a backup at least once a day."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.backup_facts import Schedule
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Limit, Rule

DAY = 24.0
LIMIT = Limit(name="hours", default=DAY, means="hours between two backups at most")


def find(graph: Graph) -> Iterator[Finding]:
    """Plans without a rule that runs every day."""
    plans: dict[str, list[Schedule]] = {}
    for schedule in graph.kept(Schedule):
        plans.setdefault(schedule.place.urn, []).append(schedule)
    for schedules in plans.values():
        hours = [one.hours for one in schedules if one.enabled is not False]
        if any(isinstance(one, float) and one <= graph.at(LIMIT) for one in hours):
            continue
        if any(one is UNKNOWN for one in hours):
            yield unknown(schedules[0], "how often it runs")
        else:
            often = min((one for one in hours if isinstance(one, float)), default=None)
            said = "runs on no schedule" if often is None else f"runs every {often / DAY:.0f} days"
            yield against(
                schedules[0], f"{said}; a backup every {graph.at(LIMIT):g} hours is asked for"
            )


RULE = Rule(
    about="resource",
    severity="high",
    clauses=(
        cite("nist-800-53", "CP-9"),
        cite("aws-rel", "REL09-BP03"),
    ),
    fix="add a daily rule to the plan",
    also_in=("AWS Config BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK",),
    passes="""
- type: aws:backup/plan:Plan
  name: plan
  props:
    rules:
    - ruleName: daily
      targetVaultName: main
      schedule: cron(0 2 * * ? *)
""",
    fails="""
- type: aws:backup/plan:Plan
  name: plan
  props:
    rules:
    - ruleName: weekly
      targetVaultName: main
      schedule: cron(0 2 ? * SUN *)
""",
    find=find,
    limit=LIMIT,
)
