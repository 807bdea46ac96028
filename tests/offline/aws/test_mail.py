"""Mail of the emulated AWS: it arrives where AWS lets the message through, and nowhere else."""

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tricenter.offline.aws.server.resource_policy import admits

pytestmark = pytest.mark.cloud

CITY, REMOTE = "ap-southeast-1", "eu-west-1"
ACCOUNT, PERSON = "123456789012", "duty@example.com"
ALARMS, RULES = "cloudwatch.amazonaws.com", "events.amazonaws.com"


def policy(*services: str, effect: str = "Allow", **condition: Any) -> str:
    """A policy that admits services, or refuses them, to anything."""
    statement: dict[str, Any] = {
        "Effect": effect,
        "Principal": {"Service": list(services)},
        "Action": ["sns:Publish", "kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
    }
    return json.dumps({"Statement": [statement | ({"Condition": condition} if condition else {})]})


def mine(account: str) -> dict[str, Any]:
    """A condition on whose thing it is about."""
    return {"StringEquals": {"aws:SourceAccount": account}}


@pytest.mark.parametrize(
    ("stated", "admitted"),
    [
        (policy(ALARMS), True),
        (policy(RULES), False),
        (policy(ALARMS, **mine(ACCOUNT)), True),
        (policy(ALARMS, **mine("210987654321")), False),
        (policy(ALARMS, ArnLike={"aws:SourceArn": f"arn:aws:cloudwatch:*:{ACCOUNT}:*"}), True),
        (policy(ALARMS, IpAddress={"aws:SourceIp": "198.51.100.7"}), False),
        (policy(ALARMS, effect="Deny"), False),
        ('{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*"}}', True),
        ('{"Statement": []}', False),
    ],
)
def test_whom_a_policy_admits(stated: str, admitted: bool) -> None:
    """By principal, action and condition; one that is not known here admits nobody."""
    context = {
        "aws:SourceAccount": ACCOUNT,
        "aws:SourceArn": f"arn:aws:cloudwatch:{CITY}:{ACCOUNT}:alarm:lag",
    }
    assert admits(stated, ALARMS, "sns:Publish", context) is admitted


def build(cloud: Any, *, topic: str, key: str | None) -> str:
    """An alarm that tells a topic with a policy, whose key has another one; the topic's ARN."""
    sns, kms = cloud.client("sns"), cloud.client("kms")
    attributes = {"Policy": topic}
    if key is not None:
        made = kms.create_key(Policy=key)["KeyMetadata"]["Arn"]
        attributes["KmsMasterKeyId"] = made
    arn = sns.create_topic(Name="duty", Attributes=attributes)["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=PERSON)
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="lag", Namespace="AWS/RDS", MetricName="ReplicaLag", Statistic="Maximum",
        Period=60, EvaluationPeriods=1, Threshold=30.0,
        ComparisonOperator="GreaterThanThreshold", AlarmActions=[arn],
    )  # fmt: skip
    return str(arn)


def mail(cloud: Any) -> list[dict[str, str]]:
    """What arrived."""
    with urlopen(f"{cloud.url}/tricenter/mail") as answer:  # noqa: S310 - our own process
        return json.load(answer)


def set_state(cloud: Any, state: str) -> None:
    """The alarm's state becomes another one."""
    cloud.client("cloudwatch").set_alarm_state(
        AlarmName="lag", StateValue=state, StateReason="a test"
    )


@pytest.mark.parametrize(
    ("topic", "key", "arrives"),
    [
        (policy(ALARMS), None, 1),
        (policy(ALARMS), policy(ALARMS), 1),
        (policy(ALARMS), policy(RULES), 0),
        (policy(RULES), policy(ALARMS), 0),
    ],
)
def test_an_alarm_reaches_whom_policies_let_it(
    cloud: Any, topic: str, key: str | None, arrives: int
) -> None:
    """Once for each change to ALARM, and not again while it stays so."""
    build(cloud, topic=topic, key=key)
    for state in ("OK", "ALARM", "ALARM"):
        set_state(cloud, state)
    assert [one["to"] for one in mail(cloud)] == [PERSON] * arrives


def test_an_alarm_reaches_no_topic_of_another_region(cloud: Any) -> None:
    """CloudWatch and its topics are of one region."""
    arn = build(cloud, topic=policy(ALARMS), key=None).replace(CITY, REMOTE)
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="lag", Namespace="AWS/RDS", MetricName="ReplicaLag", Statistic="Maximum",
        Period=60, EvaluationPeriods=1, Threshold=30.0,
        ComparisonOperator="GreaterThanThreshold", AlarmActions=[arn],
    )  # fmt: skip
    set_state(cloud, "ALARM")
    assert mail(cloud) == []


def test_an_event_reaches_the_target_of_its_rule(cloud: Any) -> None:
    """What the pattern fits, by moto's comparison; also after the process was killed."""
    arn = build(cloud, topic=policy(RULES), key=None)
    events = cloud.client("events")
    events.put_rule(Name="failed", EventPattern=json.dumps({"detail": {"state": ["FAILED"]}}))
    events.put_targets(Rule="failed", Targets=[{"Id": "duty", "Arn": arn}])
    for state in ("COMPLETED", "FAILED"):
        event = {"source": "aws.backup", "detail-type": "Backup", "detail": {"state": state}}
        asked = Request(  # noqa: S310 - our own process
            f"{cloud.url}/tricenter/event/{CITY}", json.dumps(event).encode(), method="POST"
        )
        with urlopen(asked) as answer:  # noqa: S310 - our own process
            assert answer.status == 204
    (told,) = mail(cloud)
    assert json.loads(told["text"])["detail"] == {"state": "FAILED"}


def test_what_is_published_reaches_people(cloud: Any) -> None:
    """With its subject."""
    arn = build(cloud, topic=policy(RULES), key=None)
    cloud.client("sns").publish(TopicArn=arn, Subject="approve?", Message="yes")
    (told,) = mail(cloud)
    assert (told["to"], told["subject"], told["text"]) == (PERSON, "approve?", "yes")
