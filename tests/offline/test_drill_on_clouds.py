"""Drills on emulated clouds, each in a stack of its own: rehearsed, and never measured."""

from pathlib import Path
from typing import Any

import pytest

from tests.offline.reference_walk import Begin, Walk, walk_drill
from tests.offline.small_spec import small_spec

pytestmark = [pytest.mark.cloud, pytest.mark.timeout(900)]

SCENARIOS = [("aws", "lose-site"), ("gcp", "lose-city")]
SHORT = [SCENARIOS[0], pytest.param(*SCENARIOS[1], marks=pytest.mark.long)]


def rehearsed(walk: Walk, scenario: str, records: Path) -> dict[str, Any]:
    """The record of a drill that went as forecast, and left nothing in a cloud or in clear."""
    record = walk_drill(walk, scenario, records)
    assert record["rehearsed"] == "pass"
    assert record["measured"] == "unknown"
    assert record["leftovers"] == []
    walk.tricenter("leftovers", "--target", walk.target)
    return record


@pytest.mark.parametrize(("target", "scenario"), SHORT)
def test_a_drill_of_one_database(begin: Begin, tmp_path: Path, target: str, scenario: str) -> None:
    """A site or a city is lost and found again, and the stack is gone afterwards."""
    walk = begin(target, spec=small_spec(target, tmp_path))
    record = rehearsed(walk, scenario, tmp_path / "records")
    assert [unit["database"] for unit in record["units"]] == ["ledger-a"]


@pytest.mark.long
@pytest.mark.parametrize(("target", "scenario"), SCENARIOS)
def test_a_drill_of_the_reference(begin: Begin, tmp_path: Path, target: str, scenario: str) -> None:
    """The same with all that the reference has."""
    rehearsed(begin(target), scenario, tmp_path / "records")
