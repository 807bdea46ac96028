"""Who hears of a failed backup, copy or test of a restore: a rule in each region, to its topic."""

import json

from pulumi_aws import cloudwatch, sns

from tricenter.components.aws.deployment import Deployment
from tricenter.topology.aws_names import identifier

JOBS = {
    "Backup Job State Change": ("ABORTED", "EXPIRED", "FAILED", "PARTIAL"),
    "Copy Job State Change": ("FAILED", "PARTIAL"),
    "Restore Job State Change": ("ABORTED", "FAILED"),
}
"""Kinds of events of AWS Backup, with the states of a job that has not done its work (checked
2026-11-30). A test of a restore is a restore job.

https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
"""


def failed_job_pattern() -> str:
    """The pattern of events that people must hear of."""
    failed = [
        {"detail-type": [kind], "detail": {key: [*states]}}
        for kind, states in JOBS.items()
        # A job's state is called otherwise for restores.
        for key in (("status",) if kind.startswith("Restore") else ("state",))
    ]
    return json.dumps({"source": ["aws.backup"], "$or": failed})


def tell_of_failed_backups(deployment: Deployment, region: str, topic: sns.Topic) -> None:
    """A rule that sends every failed job of the region to those on duty there.

    It is about the account's jobs, also those of other stacks: AWS Backup's events do not have the
    tags of what they are about.
    """
    parent = deployment.tree.snapshots
    name = deployment.name(region, "failed-backups")
    rule = cloudwatch.EventRule(
        name,
        region=region,
        name=identifier(deployment.stack, "failed-backups", longest=64),
        description=f"{deployment.stack}: a backup, copy or test of a restore has failed",
        event_pattern=failed_job_pattern(),
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    cloudwatch.EventTarget(
        name,
        region=region,
        rule=rule.name,
        target_id="duty",
        # A topic says itself who may publish: a role here would break the delivery.
        arn=topic.arn,
        opts=deployment.options(parent),
    )
