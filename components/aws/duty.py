"""Who is told on AWS: a topic in each region, and the operator's addresses on each of them."""

import json
from collections.abc import Mapping

import pulumi
from pulumi_aws import sns

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.network import Networks
from tricenter.components.notify import addresses, warn_of_nobody


def make_topics(deployment: Deployment, networks: Networks, keys: Keys) -> Mapping[str, sns.Topic]:
    """One topic a region for people, to which those that the stack's configuration names are
    subscribed; each has to confirm it once in each region."""
    topics = {region: _topic(deployment, region, keys) for region in networks}
    named = addresses()
    if topics and not named and deployment.production:
        warn_of_nobody(reach="only who is subscribed to the topics by hand")
    for region, topic in topics.items():
        for index, address in enumerate(named, 1):
            sns.TopicSubscription(
                deployment.name(region, "duty", str(index)),
                region=region,
                topic=topic.arn,
                protocol="email",
                endpoint=address,
                opts=deployment.options(deployment.tree.failover),
            )
    return topics


def _topic(deployment: Deployment, region: str, keys: Keys) -> sns.Topic:
    name = deployment.name(region, "duty")
    topic = sns.Topic(
        name,
        region=region,
        name=f"{deployment.stack}-duty",
        kms_master_key_id=keys[region].arn,
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.failover),
    )
    sns.TopicPolicy(
        name,
        region=region,
        arn=topic.arn,
        policy=pulumi.Output.all(topic.arn, deployment.account).apply(
            lambda known: _may_publish(deployment.partition, region, *known)
        ),
        opts=deployment.options(deployment.tree.failover),
    )
    return topic


def _may_publish(partition: str, region: str, arn: str, account: str) -> str:
    """The account itself, its alarms and its rules of EventBridge (checked 2026-11-30).

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    own = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
        "Action": ["sns:Publish", "sns:Subscribe", "sns:GetTopicAttributes"],
        "Resource": arn,
    }
    alarms = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    rules = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": arn,
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:{partition}:events:{region}:{account}:rule/*"}
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [own, alarms, rules]})
