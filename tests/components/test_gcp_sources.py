"""Sources of workflows: what the spec says is data in them, whatever it looks like."""

from typing import Any

import pytest
import yaml

from tricenter.components.gcp.workflow_source import (
    ExportedDatabase,
    GuardedDatabase,
    export_source,
    forced_source,
    planned_source,
)

ODD = 'it\'s: {a} "name" #1'
GUARDED = GuardedDatabase(
    name=ODD, instance="i", others=("j",), settings={"on": True, "none": None}, max_lag=None
)


def given(source: str) -> dict[str, Any]:
    """What the first step of a workflow assigns."""
    steps = yaml.safe_load(source)["main"]["steps"]
    return {key: value for line in steps[0]["settings"]["assign"] for key, value in line.items()}


@pytest.mark.parametrize(
    "source",
    [
        forced_source("p", "r", [GUARDED], approve=True, decide=600.0),
        planned_source("p", "r", [GUARDED]),
    ],
    ids=["forced", "planned"],
)
def test_a_workflow_is_given_what_it_was_made_of(source: str) -> None:
    """Texts stay texts, and nothing stays nothing."""
    (database,) = given(source)["databases"]
    assert database["name"] == ODD
    assert database["settings"] == {"on": True, "none": None}
    assert database["max_lag"] is None


def test_a_copy_is_given_what_it_was_made_of() -> None:
    """With every instance that may lead."""
    made = ExportedDatabase(name=ODD, instances=("one", "two"))
    (database,) = given(export_source("p", "b", [made]))["databases"]
    assert database == {"name": ODD, "instances": ["one", "two"], "service": "cloud-sql"}
