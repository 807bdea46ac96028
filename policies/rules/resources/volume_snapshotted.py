"""Every disk that outlives its machine is under a schedule of snapshots."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.backup_facts import Volume
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.selections import snapshotted
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Disks that no schedule, plan or selection by tag is for."""
    for volume in graph.kept(Volume):
        answer = snapshotted(graph, volume)
        if answer is UNKNOWN:
            yield unknown(volume, "whether a schedule of snapshots is for it")
        elif not answer:
            yield against(volume, "is under no schedule of snapshots")


RULE = Rule(
    about="resource",
    scope="stack",
    severity="high",
    clauses=(
        cite("nist-800-53", "CP-9"),
        cite("aws-rel", "REL09-BP03"),
    ),
    fix="tag the disk as a lifecycle policy or backup selection asks, or attach a resource policy",
    also_in=(
        "AWS Config EBS_IN_BACKUP_PLAN",
        "AWS Config EBS_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
        "EC2.28",
        "CKV2_AWS_9",
        "prowler ec2_ebs_volume_protected_by_backup_plan",
        "prowler ec2_ebs_volume_snapshots_exists",
        "prowler dlm_ebs_snapshot_lifecycle_policy_exists",
        "Trusted Advisor H7IgTzjTYb",
    ),
    passes="""
- type: aws:ebs/volume:Volume
  name: data
  props:
    tags:
      backup: daily
- type: aws:dlm/lifecyclePolicy:LifecyclePolicy
  name: daily
  props:
    policyDetails:
      targetTags:
        backup: daily
      schedules:
      - createRule:
          interval: 24
""",
    fails="""
- type: aws:ebs/volume:Volume
  name: data
  props:
    tags: {}
""",
    find=find,
)
