"""Who hears of an alarm: each has somebody or something that it reaches, or a reason for none."""

import json
from typing import Any

import pytest

from tests.recorded import PEOPLE, Recordings
from tricenter.generate.graph import MARK, Graph, Resource

ADDRESSES = {one.strip() for one in PEOPLE["tricenter:notify"].split(",")}
HEARD_BY_ANOTHER = {"unheard": "the alarm of the whole city, which begins the failover, hears it"}
"""Alarms on AWS that reach nobody themselves, by a word of their names: why."""


def of(graph: Graph, kind: str) -> list[Resource]:
    """The resources of a type: `sns/topic:Topic`."""
    return [one for one in graph.resources if one.type.partition(":")[2] == kind]


def named(value: Any) -> set[str]:
    """The ids of the resources that a value is made of."""
    return {owner for owner, _ in MARK.findall(json.dumps(value, ensure_ascii=False))}


@pytest.fixture(scope="module")
def aws(recorded: Recordings) -> Graph:
    """The reference on AWS."""
    return recorded("aws")


@pytest.fixture(scope="module")
def google(recorded: Recordings) -> Graph:
    """The reference on Google Cloud."""
    return recorded("gcp")


def heard(graph: Graph) -> set[str]:
    """The topics to which every address is subscribed."""
    told: dict[str, set[str]] = {}
    for one in of(graph, "sns/topicSubscription:TopicSubscription"):
        assert one.inputs["protocol"] == "email"
        (topic,) = named(one.inputs["topic"])
        told.setdefault(topic, set()).add(one.inputs["endpoint"])
    return {topic for topic, addresses in told.items() if addresses == ADDRESSES}


def test_people_are_subscribed_to_each_topic_on_aws(aws: Graph) -> None:
    """In its own region, since a topic takes no subscription from another one's."""
    topics = {one.id: one.inputs["region"] for one in of(aws, "sns/topic:Topic")}
    assert len(topics) == 2 and heard(aws) == topics.keys()
    for one in of(aws, "sns/topicSubscription:TopicSubscription"):
        assert {one.inputs["region"]} == {topics[topic] for topic in named(one.inputs["topic"])}


def test_every_alarm_on_aws_reaches_somebody(aws: Graph) -> None:
    """An alarm its topic, one of a city the rule that begins the failover, a rule its target."""
    targets = {next(iter(named(one.inputs["rule"]))): named(one.inputs["arn"])
               for one in of(aws, "cloudwatch/eventTarget:EventTarget")}  # fmt: skip
    machines = {one.id for one in of(aws, "sfn/stateMachine:StateMachine")}
    rules = of(aws, "cloudwatch/eventRule:EventRule")
    for rule in rules:
        assert targets[rule.id] and targets[rule.id] <= heard(aws) | machines, rule.name
    cities = of(aws, "cloudwatch/compositeAlarm:CompositeAlarm")
    for city in cities:
        assert any(city.id in named(rule.inputs["eventPattern"]) for rule in rules), city.name
    by_cities = {alarm for city in cities for alarm in named(city.inputs["alarmRule"])}
    alarms, left = of(aws, "cloudwatch/metricAlarm:MetricAlarm"), set[str]()
    for alarm in alarms:
        if not named(alarm.inputs.get("alarmActions")):
            left |= {word for word in HEARD_BY_ANOTHER if f"-{word}-" in alarm.name}
            assert alarm.id in by_cities, alarm.name
        else:
            assert named(alarm.inputs["alarmActions"]) <= heard(aws), alarm.name
    assert len(alarms) > 5 and left == HEARD_BY_ANOTHER.keys()


def test_what_machines_ask_on_aws_reaches_somebody(aws: Graph) -> None:
    """Each topic that a state machine publishes to is one that people are subscribed to."""
    for machine in of(aws, "sfn/stateMachine:StateMachine"):
        asked = {one for one in named(machine.inputs["definition"]) if ":Topic::" in one}
        assert asked and asked <= heard(aws), machine.name


def test_every_alert_on_google_cloud_reaches_somebody(google: Graph) -> None:
    """Everybody's channel; a channel that is no person's leads to what begins the failover."""
    kind = "monitoring/notificationChannel:NotificationChannel"
    channels = {one.id: one.inputs for one in of(google, kind)}
    begin = {topic for one in of(google, "eventarc/trigger:Trigger")
             for topic in named(one.inputs["transport"])}  # fmt: skip
    policies = of(google, "monitoring/alertPolicy:AlertPolicy")
    for policy in policies:
        reached = [channels[one] for one in named(policy.inputs["notificationChannels"])]
        mails = [one["labels"]["email_address"] for one in reached if one["type"] == "email"]
        assert set(mails) == ADDRESSES, policy.name
        for one in reached:
            assert one["type"] == "email" or named(one["labels"]["topic"]) <= begin, policy.name
    assert len(policies) > 5
