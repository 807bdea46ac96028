"""Settings in force against the plan's: what differs, what it breaks, how it is repaired."""

from copy import deepcopy
from typing import Any

import pytest
from patroni.utils import patch_config

from tricenter.lab.drift import Drift, drift, repair
from tricenter.lab.server_settings import read_rows
from tricenter.lab.unwell.kinds.settings import judge
from tricenter.topology.compile import compile_plan
from tricenter.topology.render.patroni import dynamic_config
from tricenter.topology.validate import load


@pytest.fixture(scope="module")
def planned() -> dict[str, Any]:
    """What the example's members share."""
    plan = compile_plan(load("stacks/ledger.yaml"))
    return dynamic_config(plan, plan.databases[0])


def test_nothing_differs_from_itself(planned: dict[str, Any]) -> None:
    """Also where Patroni hands on a number or a word of its own kind."""
    assert drift(planned, planned) == ()
    other: dict[str, Any] = {
        **planned,
        "ttl": str(planned["ttl"]),
        "check_timeline": "on",
        "slots": {"mine": {}},
    }
    assert drift(planned, other) == ()


@pytest.mark.parametrize(
    ("change", "measure"),
    [
        ({"synchronous_mode": "off"}, "commits"),
        ({"synchronous_mode": False}, "commits"),
        ({"synchronous_node_count": 0}, "commits"),
        ({"check_timeline": False}, "commits"),
        ({"ttl": 300}, "failover"),
        ({"pause": True}, "failover"),
        ({"standby_cluster": {"host": "elsewhere"}}, "failover"),
        ({"postgresql": {"parameters": {"synchronous_commit": "off"}}}, "commits"),
        ({"postgresql": {"parameters": {"fsync": "off"}}}, "commits"),
        ({"postgresql": {"use_slots": False}}, None),
    ],
)
def test_each_promising_setting_is_seen_and_repaired(
    planned: dict[str, Any], change: dict[str, Any], measure: str | None
) -> None:
    """A change is named with what it breaks; what is sent brings the plan back."""
    there = merged(planned, change)
    found = drift(planned, there)
    assert [entry.measure for entry in found] == [measure]
    assert drift(planned, merged(there, repair(found))) == ()


def test_a_setting_that_is_gone_is_drift(planned: dict[str, Any]) -> None:
    """A key that somebody deleted counts like one that somebody changed."""
    there = {key: value for key, value in planned.items() if key != "check_timeline"}
    assert [entry.name for entry in drift(planned, there)] == ["check_timeline"]


def test_status_says_what_is_lost(planned: dict[str, Any]) -> None:
    """A sentence names setting, both values and the promise; a pause has its own."""
    there = merged(planned, {"synchronous_mode": "off", "pause": True})
    own = [Drift(name="of role app in app.synchronous_commit", planned=None, found="off")]
    found = {entry.code: entry for entry in judge("ledger-a", planned, there, [])}
    assert set(found) == {"paused", "settings-drift"}
    assert "synchronous_mode is off, the plan says quorum" in found["settings-drift"].says
    assert found["settings-drift"].breaks[0].measure == "commits"
    beside = list(judge("ledger-a", planned, planned, own))
    assert [entry.breaks[0].measure for entry in beside] == ["commits"]


def test_settings_of_the_server_that_are_as_strong_are_fine() -> None:
    """remote_apply waits for more than on does."""
    rows = iter([
        ["system", "", "synchronous_commit", "remote_apply"],
        ["app", "", "synchronous_commit", "local"],
    ])  # fmt: skip
    found = list(read_rows(rows))
    assert [(entry.name, entry.found) for entry in found] == [
        ("of role app.synchronous_commit", "local")
    ]


def merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """What Patroni's own PATCH makes of the settings that it keeps."""
    result = deepcopy(base)
    patch_config(result, deepcopy(change))
    return result
