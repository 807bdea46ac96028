"""Templates of faults on AWS: what each does and to what, by AWS' documented actions."""

import json
from typing import Any

import pytest

from tests.components.aws_program import example, of
from tests.components.test_aws_requests import whole
from tests.fault_actions import problems
from tricenter.offline.aws.plugin.kinds import find_kinds

KIND = "fis/experimentTemplate:ExperimentTemplate"


def templates() -> dict[str, Any]:
    """The requests that would make the templates of the example's drill, by name."""
    kind = find_kinds()[f"aws:{KIND}"]
    return {one.name: kind.creation(whole(one.inputs)) for one in of(example("drill"), KIND)}


def test_every_fault_is_one_of_aws() -> None:
    """Actions, what they are done to, and each parameter."""
    made = templates()
    assert len(made) > 5
    assert {name: said for name, one in made.items() if (said := [*problems(one)])} == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("aws:rds:failover-db-cluster", "aws:rds:failover-cluster", "no documented action"),
        ("aws:rds:cluster", "aws:rds:db", "it is done to aws:rds:cluster, and move is aws:rds:db"),
        ('"Clusters"', '"DBClusters"', "it is done to Clusters"),
        ('"all"', '"everything"', "there is no scope everything"),
        ('"scope"', '"disrupt"', "without ['scope']"),
        ("PT10M", "PT13H", "from a minute to twelve hours"),
        ('"Subnets": "cut"', '"Subnets": "moved"', "no action is done to"),
        ("writerAvailabilityZoneIdentifiers", "availabilityZoneIdentifiers", "is not chosen by"),
        ('"ALL"', '"PERCENT(0)"', "there is no selection"),
        ('"resourceTags": {', '"resourceArns": ["arn"], "resourceTags": {', "not both"),
    ],
)
def test_the_judge_refuses_what_is_wrong(old: str, new: str, said: str) -> None:
    """Each thing that AWS' pages do not have."""
    text = json.dumps(next(one for one in templates().values() if "move" in one["actions"]))
    assert old in text
    found = "\n".join(problems(json.loads(text.replace(old, new))))
    assert said in found
