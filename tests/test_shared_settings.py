"""What members share, held against the spec: what is sent, what is said, what is left alone."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patroni.utils import patch_config

from tricenter.lab.drift import drift, repair
from tricenter.topology.promising import PROMISING as WITH_MEASURES
from tricenter.topology.shared_settings import PROMISING, differences, told

WANTED: dict[str, Any] = {
    "ttl": 20,
    "synchronous_mode": "quorum",
    "synchronous_mode_strict": False,
    "check_timeline": True,
    "postgresql": {"use_pg_rewind": True, "parameters": {"max_connections": 100}},
}


@pytest.mark.parametrize(
    ("edit", "changes", "words"),
    [
        ({}, {}, ""),
        ({"ttl": "20"}, {}, ""),
        ({"check_timeline": "on", "synchronous_mode_strict": "off"}, {}, ""),
        ({"ttl": 300}, {"ttl": 20}, "ttl is 300 and not 20"),
        (
            {"synchronous_mode": False},
            {"synchronous_mode": "quorum"},
            "synchronous_mode is off and not quorum",
        ),
        ({"pause": True}, {"pause": None}, "pause is on"),
        ({"pause": False}, {}, ""),
        ({"standby_cluster": {"host": "a"}}, {"standby_cluster": None}, "standby_cluster is set"),
        ({"failsafe_mode": True}, {}, ""),
        ({"loop_wait": 9}, {"loop_wait": None}, "loop_wait is 9"),
        (
            {"postgresql": {"parameters": {"max_connections": 100, "work_mem": "8MB"}}},
            {"postgresql": {"use_pg_rewind": True}},
            "postgresql.use_pg_rewind is not set and not on",
        ),
        ({"postgresql": None}, {"postgresql": WANTED["postgresql"]}, None),
    ],
)
def test_what_is_sent_and_said(
    edit: dict[str, Any], changes: dict[str, Any], words: str | None
) -> None:
    """Only what differs or undoes the spec; another spelling and settings of others stay."""
    found = WANTED | edit
    assert differences(WANTED, found) == changes
    if words is not None:
        assert ", ".join(told(changes, found)) == words


@pytest.mark.parametrize("name", ["synchronous_commit", "fsync", "archive_library"])
def test_parameters_that_a_promise_rests_on_go(name: str) -> None:
    """Whoever sets one of them in the store has it taken away: no plan does."""
    parameters = {"max_connections": 100, name: "off"}
    found = WANTED | {"postgresql": {"use_pg_rewind": True, "parameters": parameters}}
    assert differences(WANTED, found) == {"postgresql": {"parameters": {name: None}}}


VALUES = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["on", "off", "x"]))
CONFIGS = st.recursive(
    st.dictionaries(st.sampled_from([*WANTED, "pause", "other"]), VALUES, max_size=6),
    lambda inner: st.dictionaries(st.sampled_from(["postgresql", "parameters"]), inner),
    max_leaves=4,
)


@given(CONFIGS)
def test_machines_and_lab_see_the_same(found: dict[str, Any]) -> None:
    """Both send the same, after which Patroni's own patch has left nothing to change."""
    changes = differences(WANTED, found)
    assert bool(changes) == bool(drift(WANTED, found))
    once, twice = deepcopy(found), deepcopy(found)
    patch_config(once, changes)
    patch_config(twice, repair(drift(WANTED, found)))
    assert once == twice
    assert differences(WANTED, once) == {}


def test_the_same_settings_count() -> None:
    """A machine's program knows the settings of the lab's list."""
    assert set(WITH_MEASURES) == PROMISING
