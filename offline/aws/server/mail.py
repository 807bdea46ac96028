"""Mail of the emulated AWS: what a topic sends to people arrives here, and can be read.

A message that a service publishes has to be admitted by the topic's policy and by its key's, as AWS
documents for encrypted topics (checked 2026-12-01); a refused one arrives nowhere, as there.
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import ServiceException
from moto.kms.models import kms_backends
from moto.sns.models import sns_backends

from tricenter.offline.aws.server.resource_policy import admits
from tricenter.offline.aws.server.tables import Object, Tables

TABLE = ("", "", "mail")
USES_OF_A_KEY = ("kms:GenerateDataKey", "kms:Decrypt")


def post(tables: Tables, account: str, topic: str, subject: str, text: str) -> None:
    """Send what was published to a topic to all whose mail addresses are subscribed to it."""
    region = topic.split(":")[3]
    backend: Any = sns_backends[account][region]
    told = tables.of(*TABLE)
    for one in backend.list_subscriptions_by_topic(topic_arn=topic)[0]:
        if one.protocol == "email":
            told[str(len(told) + 1)] = {
                "to": one.endpoint,
                "topic": topic,
                "subject": subject,
                "text": text,
            }


def publish(
    tables: Tables, account: str, region: str, topic: str, service: str, source: str, text: str
) -> None:
    """Have a service publish to a topic of its own region, about the thing that `source` names."""
    if topic.split(":")[3] != region or not _admitted(account, topic, service, source):
        return
    post(tables, account, topic, source, text)


def received(tables: Tables) -> list[Object]:
    """Everything that arrived, oldest first: `to`, `topic`, `subject` and `text` of each."""
    return list(tables.of(*TABLE).values())


def _admitted(account: str, arn: str, service: str, source: str) -> bool:
    region = arn.split(":")[3]
    try:
        topic: Any = sns_backends[account][region].get_topic(arn)
    except ServiceException:
        return False
    context: Mapping[str, str] = {"aws:SourceAccount": account, "aws:SourceArn": source}
    if not admits(str(topic.policy), service, "sns:Publish", context):
        return False
    if not topic.kms_master_key_id:
        return True
    keys: Any = kms_backends[account][region]
    policy = keys.keys[keys.get_key_id(topic.kms_master_key_id)].policy
    return all(admits(policy, service, use, context) for use in USES_OF_A_KEY)
