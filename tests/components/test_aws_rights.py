"""Rights on AWS: what a failover calls is allowed, what nobody else may do is not, and in time."""

import json
import re
from typing import Any, ClassVar
from unittest import mock

from tests import recording
from tests.components.aws_program import ACCOUNT, Asked, ask, example, of

CALL = re.compile(r"arn:aws:states:::aws-sdk:rds:(\w+)")


def statements(one: Asked) -> list[dict[str, Any]]:
    """What a policy says."""
    return json.loads(one.inputs["policy"])["Statement"]


def test_a_failover_may_make_each_of_its_calls() -> None:
    """A right that is missing shows on the day of the disaster, and no earlier."""
    rights = {one.name: statements(one) for one in of(example(), "iam/rolePolicy:RolePolicy")}
    machines = of(example(), "sfn/stateMachine:StateMachine")
    assert machines
    for one in machines:
        (role,) = (name for name in rights if name in one.after and "-failover-" in name)
        allowed = {action for said in rights[role] for action in said["Action"]}
        called = {
            f"rds:{call[:1].upper()}{call[1:]}" for call in CALL.findall(json.dumps(one.inputs))
        }
        assert called and called <= allowed, (one.name, called - allowed)


def test_services_raise_alarms_for_this_account_alone() -> None:
    """Who is on duty is not called out by another customer's alarm."""
    policies = of(example(), "sns/topicPolicy:TopicPolicy")
    assert policies
    for one in policies:
        told = {
            said["Principal"]["Service"]: said["Condition"]
            for said in statements(one)
            if "Service" in said["Principal"]
        }
        assert told == {
            "cloudwatch.amazonaws.com": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            "events.amazonaws.com": {
                "ArnLike": {
                    "aws:SourceArn": f"arn:aws:events:{one.inputs['region']}:{ACCOUNT}:rule/*"
                }
            },
        }, one.name


class Ordered(recording.Monitor):
    """Keeps what each resource waits for, by type and name."""

    waits: ClassVar[dict[tuple[str, str], set[str]]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Keep the types of what is waited for, then answer."""
        kinds = {urn.split("::")[2].rpartition("$")[2] for urn in request.dependencies}
        self.waits[request.type, request.name] = kinds
        return super().RegisterResource(request)


def test_a_role_has_its_rights_before_it_is_used() -> None:
    """AWS tries what it is told at once, and refuses what the role may not do yet."""
    with mock.patch.object(recording, "Monitor", Ordered):
        ask()
    users = [
        *("aws:backup/selection:Selection", "aws:cloudwatch/eventTarget:EventTarget"),
        *("aws:lambda/function:Function", "aws:sfn/stateMachine:StateMachine"),
    ]
    found = {
        key: waits
        for key, waits in Ordered.waits.items()
        # A topic needs no role: it says itself who may publish.
        if key[0] in users and "-failed-backups" not in key[1]
    }
    assert {kind for kind, _ in found} == set(users)
    assert [
        key for key, waits in found.items() if "aws:iam/rolePolicy:RolePolicy" not in waits
    ] == []
