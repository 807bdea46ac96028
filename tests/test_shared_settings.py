"""What members share, held against the spec: what is sent, what is said, what is left alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patroni.utils import patch_config

from tricenter.topology.shared_settings import differences, told

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
        ({"loop_wait": 1, "failsafe_mode": True}, {}, ""),
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


@pytest.mark.parametrize(
    ("name", "value", "stays"),
    [
        ("synchronous_commit", "off", False),
        ("synchronous_commit", "local", False),
        ("synchronous_commit", "remote_write", False),
        ("synchronous_commit", "remote_apply", True),
        ("synchronous_commit", True, True),
        ("fsync", "off", False),
        ("full_page_writes", False, False),
    ],
)
def test_parameters_that_break_a_promise_go(name: str, value: object, stays: bool) -> None:
    """No plan sets them; whoever does may make a commit wait for more, never for less."""
    parameters = {"max_connections": 100, name: value}
    found = WANTED | {"postgresql": {"use_pg_rewind": True, "parameters": parameters}}
    gone = {"postgresql": {"parameters": {name: None}}}
    assert differences(WANTED, found) == ({} if stays else gone)


VALUES = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["on", "off", "x"]))
CONFIGS = st.recursive(
    st.dictionaries(st.sampled_from([*WANTED, "pause", "other"]), VALUES, max_size=6),
    lambda inner: st.dictionaries(st.sampled_from(["postgresql", "parameters"]), inner),
    max_leaves=4,
)


@given(CONFIGS)
def test_patroni_itself_makes_it_so(found: dict[str, Any]) -> None:
    """After Patroni's own patch nothing is left to change, whatever was there before."""
    patch_config(found, differences(WANTED, found))
    assert differences(WANTED, found) == {}
