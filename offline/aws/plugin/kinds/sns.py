"""Topics, their policies and subscriptions."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind, called
from tricenter.offline.aws.plugin.values import Props

GONE = frozenset({"NotFound", "NotFoundException"})
ATTRIBUTES = {
    "displayName": "DisplayName",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "deliveryPolicy": "DeliveryPolicy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
FLAGS = {
    "fifoTopic": "FifoTopic",
    "contentBasedDeduplication": "ContentBasedDeduplication",
}


def _attributes(props: Props) -> dict[str, Any]:
    made = {api: str(props[name]) for name, api in ATTRIBUTES.items() if name in props}
    made |= {api: str(props[name]).lower() for name, api in FLAGS.items() if name in props}
    return {"Attributes": made} if made else {}


def _change(at: At, old: Props | None) -> None:
    if old is None:
        return
    for name, api in ATTRIBUTES.items():
        if at.props.get(name) != old.get(name):
            value = str(at.props.get(name, ""))
            request = {"TopicArn": at.id, "AttributeName": api, "AttributeValue": value}
            at.call("SetTopicAttributes", request)


def _topic_outputs(at: At, found: Found) -> Props:
    told = {name: found.get(api) for name, api in ATTRIBUTES.items()}
    return {
        **{name: value for name, value in told.items() if value},
        "arn": at.id,
        "name": at.id.rpartition(":")[2],
        "owner": found.get("Owner"),
    }


TOPIC = Kind(
    sdk_name="sns.Topic",
    service="sns",
    create="CreateTopic",
    identity="answer.TopicArn",
    find=lambda at: at.call("GetTopicAttributes", {"TopicArn": at.id})["Attributes"],
    delete=called("DeleteTopic", lambda at: {"TopicArn": at.id}),
    gone=GONE,
    names=dict.fromkeys((*FLAGS, "namePrefix"), ""),
    own=frozenset(ATTRIBUTES),
    request=_attributes,
    settle=_change,
    outputs=_topic_outputs,
    reads=dict.fromkeys((*ATTRIBUTES, *FLAGS), ""),
    autoname="name",
    computed=frozenset({"policy"}),
)


def _policy_request(props: Props) -> dict[str, Any]:
    return {"AttributeName": "Policy", "AttributeValue": props.get("policy")}


def _find_policy(at: At) -> Any:
    found = at.call("GetTopicAttributes", {"TopicArn": at.id})["Attributes"]
    return {"Policy": found.get("Policy"), "Owner": found.get("Owner"), "Arn": at.id}


TOPIC_POLICY = Kind(
    sdk_name="sns.TopicPolicy",
    service="sns",
    create="SetTopicAttributes",
    identity="props.arn",
    find=_find_policy,
    # A topic without a policy does not exist: its own default stays, as with the real provider.
    delete=lambda at: None,
    gone=GONE,
    names={"arn": "TopicArn", "policy": "AttributeValue"},
    request=_policy_request,
    modify="SetTopicAttributes",
    whole=True,
    replace=frozenset({"arn"}),
)


def _subscription(at: At) -> Any:
    return at.call("GetSubscriptionAttributes", {"SubscriptionArn": at.id})["Attributes"]


SUBSCRIPTION = Kind(
    sdk_name="sns.TopicSubscription",
    service="sns",
    create="Subscribe",
    identity="answer.SubscriptionArn",
    find=_subscription,
    delete=called("Unsubscribe", lambda at: {"SubscriptionArn": at.id}),
    gone=GONE,
    names={"topic": "TopicArn"},
    own=frozenset({"endpointAutoConfirms", "confirmationTimeoutInMinutes"}),
    request=lambda props: {"ReturnSubscriptionArn": True},
    reads={"topic": "TopicArn"},
    outputs=lambda at, found: {"arn": at.id},
)

KINDS = [TOPIC, TOPIC_POLICY, SUBSCRIPTION]
