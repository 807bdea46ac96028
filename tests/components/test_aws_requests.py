"""Every resource as the request that would make it, judged by botocore's models of AWS' APIs.

Patterns of EventBridge, lifecycle policies, backup plans, FIS templates, alarms and all the others:
names, types and required members by botocore's own validator; enumerations, patterns and lengths by
the same models. What they do not say (whether a thing exists) the emulated cloud refuses.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.components.aws_program import SIGNATURE, Asked, ask, example, variant

MACHINES = {"service": "self-managed", "instance": "m6g.large"}
JUDGED = {
    "aws:backup/plan:Plan",
    "aws:backup/restoreTestingSelection:RestoreTestingSelection",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:fis/experimentTemplate:ExperimentTemplate",
    "aws:rds/globalCluster:GlobalCluster",
    "aws:route53/record:Record",
    "aws:sfn/stateMachine:StateMachine",
}
"""Kinds that must be among what is judged, lest the judge looks at nothing."""


def whole(value: Any) -> Any:
    """Whole numbers and what is inside secrets, as the provider reads the engine's protocol."""
    if isinstance(value, dict) and SIGNATURE in value:
        return whole(value["value"])
    if isinstance(value, dict):
        return {key: whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _judge(asked: tuple[Asked, ...]) -> tuple[set[str], list[str]]:
    """The kinds that were judged, and what is wrong."""
    validate = pytest.importorskip("botocore.validate")
    from tricenter.offline.aws.model import service_model
    from tricenter.offline.aws.plugin.judge import DEFAULTS, judged, named
    from tricenter.offline.aws.plugin.kinds import find_kinds

    kinds, seen, wrong = find_kinds(), set[str](), list[str]()
    for one in asked:
        kind = kinds.get(one.type)
        if kind is None:
            continue
        seen.add(one.type)
        inputs = named(kind, one.name, whole(one.inputs), {}, b"seed")
        wrong += [f"{one.type} {one.name}: {problem}" for problem in judged(kind, inputs)]
        shape = service_model(kind.service).operation_model(kind.create).input_shape
        inputs.pop(DEFAULTS, None)
        request = kind.creation(inputs)
        # boto3 encodes it before it looks at the types.
        request.pop("UserData", None)
        report = validate.ParamValidator().validate(request, shape)
        if report.has_errors():
            wrong.append(f"{one.type} {one.name}: {report.generate_report()}")
    return seen, wrong


def test_what_is_asked_for_is_what_the_apis_take(tmp_path: Path) -> None:
    """In production, in a drill, and on machines of our own."""
    own = tuple(
        change
        for name in ("ledger-a", "ledger-b")
        for change in (
            (("databases", name, "aws"), MACHINES),
            (("databases", name, "version"), "16"),
        )
    )
    seen, wrong = set[str](), list[str]()
    for asked in (example(), example("drill"), ask(variant(tmp_path, *own))):
        kinds, problems = _judge(asked)
        seen |= kinds
        wrong += problems
    assert not wrong, "\n".join(wrong[:20])
    assert {*JUDGED, "aws:dlm/lifecyclePolicy:LifecyclePolicy"} <= seen


def test_every_pattern_is_one_of_eventbridge() -> None:
    """Each is read by moto's own reading of patterns, and is about a source that AWS has."""
    events = pytest.importorskip("moto.events.models")
    rules = [one for one in example() if one.type == "aws:cloudwatch/eventRule:EventRule"]
    assert rules
    for one in rules:
        told = json.loads(one.inputs["eventPattern"])
        events.EventPattern.load(one.inputs["eventPattern"])
        assert all(source.startswith("aws.") for source in told["source"])
