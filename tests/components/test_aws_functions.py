"""The code that AWS Lambda runs, as it is uploaded: botocore judges each call that it makes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.client import BaseClient
from botocore.exceptions import ParamValidationError
from botocore.httpsession import URLLib3Session

from tests.components.aws_program import Asked, example, of
from tricenter.components.aws import functions

FILES = {path.stem for path in Path(functions.__file__).parent.glob("*.py")} - {"__init__"}
INVOKE = "arn:aws:states:::lambda:invoke"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that reached the wire: `ec2:CreateNetworkAclEntry`, and of which region."""

    action: str
    region: str


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """The calls of boto3's real clients, whose requests are made whole and sent nowhere."""
    made: list[Call] = []
    real = BaseClient._make_api_call

    def call(self: Any, operation: str, given: Any) -> Any:
        answer = real(self, operation, given)
        service = self.meta.service_model.signing_name
        made.append(Call(action=f"{service}:{operation}", region=self.meta.region_name))
        return answer

    class Raw:
        def stream(self, **_: Any) -> Iterator[bytes]:
            yield b"<Answer/>"

    def send(_: URLLib3Session, request: AWSRequest) -> AWSResponse:
        return AWSResponse(request.url, 200, {}, Raw())

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    monkeypatch.setattr(URLLib3Session, "send", send)
    return made


def module_of(function: Asked, old: str = "", new: str = "") -> tuple[str, Any]:
    """The module's name and the handler of what is uploaded, with a text of it exchanged."""
    name, _, handler = function.inputs["handler"].partition(".")
    ((file, asset),) = function.inputs["code"].assets.items()
    assert file == f"{name}.py"
    source = Path(asset.path).read_text(encoding="utf-8")
    assert old in source
    module = ModuleType(name)
    exec(compile(source.replace(old, new), file, "exec"), module.__dict__)  # noqa: S102
    return name, getattr(module, handler)


def events(function: Asked) -> list[dict[str, str]]:
    """What the state machines tell a function."""
    own = function.inputs["name"]
    found: list[dict[str, str]] = []
    for machine in of(example(), "sfn/stateMachine:StateMachine"):
        for state in json.loads(machine.inputs["definition"])["States"].values():
            if state.get("Resource") == INVOKE and state["Parameters"]["FunctionName"] == own:
                found.append(state["Parameters"]["Payload"])
    return found


def allowed(function: Asked) -> dict[str, list[str]]:
    """The resources that the function's role may use, by action."""
    role = function.inputs["role"].rpartition("/")[2]
    (one,) = (p for p in of(example(), "iam/rolePolicy:RolePolicy") if p.inputs["role"] == role)
    said = json.loads(one.inputs["policy"])["Statement"]
    return {action: each["Resource"] for each in said for action in each["Action"]}


def deployed() -> list[Asked]:
    """The functions of the example."""
    return of(example(), "lambda/function:Function")


def test_every_call_is_one_of_aws_and_allowed(calls: list[Call]) -> None:
    """Operation, members and types, for each event that a state machine sends; by its own role.

    Every file of the folder is uploaded by some function.
    """
    seen = set[str]()
    for function in deployed():
        name, handler = module_of(function)
        seen.add(name)
        told = events(function)
        assert {event["action"] for event in told} == {"fence", "unfence"}
        for event in told:
            before = len(calls)
            assert handler(event, None) == {"acl": event["acl"], "action": event["action"]}
            (call,) = calls[before:]
            (resource,) = allowed(function)[call.action]
            assert call.region == event["region"]
            assert f":{call.region}:" in resource and resource.endswith(f"/{event['acl']}")
    assert seen == FILES


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("PortRange=", "Ports=", 'Unknown parameter in input: "Ports"'),
        ('Protocol="6"', "Protocol=6", "Invalid type for parameter Protocol"),
        ('"NetworkAclId": acl, ', "", 'Missing required parameter in input: "NetworkAclId"'),
    ],
)
def test_botocore_refuses_a_wrong_call(calls: list[Call], old: str, new: str, said: str) -> None:
    """A member that there is not, one of another type, one that is missing."""
    function = deployed()[0]
    (event,) = (one for one in events(function) if one["action"] == "fence")
    _, handler = module_of(function, old, new)
    with pytest.raises(ParamValidationError, match=said):
        handler(event, None)
    assert calls == []


def test_a_function_without_variables_has_no_key() -> None:
    """Lambda keeps a key for environment variables alone: any other is a change of every `up`.

    Checked 2026-12-01: https://github.com/hashicorp/terraform-provider-aws/issues/6366
    """
    for function in deployed():
        has_key = bool(function.inputs.get("kmsKeyArn"))
        assert has_key is bool(function.inputs.get("environment")), function.name
