"""What a forced promotion on the lab may lose, by the positions that members tell."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tricenter.roles.lab.last_commit import SEGMENT, last_commit, segment_name
from tricenter.roles.lab.loss import SMALLEST_COMMIT, Agreed, Evidence, expected_loss
from tricenter.roles.lab.remembered import Remembered, last_leader

BOTH = Agreed(position=5000, voters=frozenset({"xihu", "tianfu"}), quorum=1)
"""Each commit waited for one of two voters."""
NOBODY = Agreed(position=5000, voters=frozenset(), quorum=0)
"""Commits waited for no one, by choice or because nobody was left to wait for."""


def evidence(**known: object) -> Evidence:
    """A lost leader in binjiang; the store still serves."""
    usual: dict[str, object] = {
        "leader": None,
        "positions": {"xihu": 5000, "tianfu": 5000},
        "lags": {},
        "replayed": {"xihu": 3.0, "tianfu": 4.0},
        "agreed": BOTH,
        "loop_wait": 1.0,
    }
    return Evidence(**{**usual, **known})


def test_a_leader_loses_nothing() -> None:
    """Forcing the site that leads already costs nothing."""
    assert expected_loss(evidence(leader="xihu"), "xihu").seconds == 0


def test_both_voters_together_have_every_commit() -> None:
    """With one of two voters in each commit, the further of both lacks nothing."""
    for site in ("xihu", "tianfu"):
        loss = expected_loss(evidence(), site)
        assert (loss.seconds, loss.transactions) == (0.0, 0)


def test_the_one_that_is_behind_may_lose() -> None:
    """What only the other survivor has is lost when this one leads."""
    loss = expected_loss(evidence(positions={"xihu": 5000, "tianfu": 4000}), "tianfu")
    assert (loss.seconds, loss.transactions) == (4.0, None)


def test_alone_after_a_lost_city_the_loss_is_bounded_by_the_last_commit() -> None:
    """One of two voters may lack commits; without a store nothing says how far the leader was."""
    alone = evidence(positions={"tianfu": 5000}, agreed=None)
    assert expected_loss(alone, "tianfu").seconds == 4.0
    silent = replace(alone, replayed={"tianfu": None})
    assert expected_loss(silent, "tianfu").seconds is None


def test_what_the_leader_last_told_the_store_is_a_bound() -> None:
    """All of it there: only what came after the last word can be missing."""
    assert expected_loss(evidence(agreed=NOBODY), "xihu").seconds == 1.0


def test_a_leader_that_committed_alone_leaves_no_promise() -> None:
    """The spec may ask for a quorum: what the members had agreed on last is what counts."""
    behind = evidence(agreed=replace(NOBODY, position=9000))
    assert expected_loss(behind, "xihu").seconds == 3.0


def test_a_copy_that_does_not_answer_has_no_known_loss() -> None:
    """Nothing is guessed of a copy that says nothing."""
    loss = expected_loss(evidence(positions={"xihu": 5000}), "tianfu")
    assert (loss.seconds, loss.transactions) == (None, None)


OWN = {"positions": {"binjiang": 6000}, "timelines": {"binjiang": 3}, "replayed": {}}
"""The former leader alone answers, with the longest log."""
AGREED = Remembered(leader="binjiang", agreed=True)
ALONE = Remembered(leader="binjiang", agreed=False, without=("tianfu", "xihu"))


def test_the_former_leader_lacks_nothing_as_a_majority_says() -> None:
    """Whatever was acknowledged while it led is in its log, unless it lost some of that."""
    led = evidence(**OWN, remembered=AGREED, agreed=NOBODY)
    loss = expected_loss(led, "binjiang")
    assert (loss.seconds, loss.transactions) == (0.0, 0)
    for other in (
        {"remembered": replace(AGREED, leader="xihu")},
        {"remembered": replace(AGREED, leader=None)},
        {"agreed": replace(NOBODY, position=7000)},
        {"timelines": {}},
    ):
        assert expected_loss(replace(led, **other), "binjiang").seconds != 0


def test_a_longer_log_of_an_older_timeline_proves_nothing() -> None:
    """The logs have parted: a position further on is not a commit more."""
    for known in (
        {"timelines": {"binjiang": 3, "xihu": 4}},
        {"remembered": replace(AGREED, leader="xihu", timeline=4)},
    ):
        for agreed in (NOBODY, BOTH):
            usual = {"remembered": AGREED, **OWN, **known, "agreed": agreed}
            positions = {"binjiang": 6000, "xihu": 5000, "tianfu": 5000}
            led = evidence(**{**usual, "positions": positions})
            assert expected_loss(led, "binjiang").seconds is None


def test_a_copy_of_the_store_alone_proves_less() -> None:
    """Without a majority others may have promoted another: the last commit bounds what is lost."""
    led = evidence(**OWN, remembered=ALONE, agreed=None, committed=59.0)
    loss = expected_loss(led, "binjiang")
    assert (loss.seconds, loss.transactions) == (59.0, None)
    assert "nothing is lost, unless tianfu and xihu have promoted another" in loss.source
    silent = expected_loss(replace(led, committed=None), "binjiang")
    assert silent.seconds is None
    assert "led last by its own copy of the store" in silent.source
    stranger = replace(led, remembered=replace(ALONE, leader="xihu"))
    assert "led last" not in expected_loss(stranger, "binjiang").source


HISTORY = '[[1,2,"no recovery target specified","2026-11-30T08:00:00+00:00","binjiang"]]'


@pytest.mark.parametrize(
    ("keys", "leader"),
    [
        ({}, None),
        ({"leader": "binjiang"}, "binjiang"),
        (
            {"sync": '{"leader":"binjiang"}', "history": HISTORY},
            "binjiang",
        ),
        ({"sync": '{"leader":"xihu"}', "history": HISTORY}, None),
        ({"leader": "xihu", "history": HISTORY}, None),
        ({"sync": "{", "history": '[[1,2,"no"]]'}, None),
        ({"sync": '{"leader":null}', "history": "[]"}, None),
    ],
)
def test_who_led_last_is_said_only_where_nothing_gainsays_it(
    keys: dict[str, str], leader: str | None
) -> None:
    """The lease, the synchronous members and the history must name the same one."""
    assert last_leader(keys.get) == leader


def test_the_last_commit_is_read_from_the_log() -> None:
    """The last of them counts; a log without any says nothing."""
    line = "rmgr: Transaction len 34, tx: {}, lsn: 0/1, desc: COMMIT 2026-11-30 08:1{}:0{}.5 UTC"
    dump = "\n".join((line.format(7, 0, 1), line.format(8, 2, 3), "rmgr: Transaction desc: ABORT"))
    assert last_commit(dump) == datetime(2026, 11, 30, 8, 12, 3, 500000, UTC)
    assert last_commit("") is None
    assert segment_name(3, 0x1_0000_0000 // SEGMENT + 5) == "000000030000000100000005"


@given(st.integers(0, 10**9), st.integers(0, 10**6))
def test_missing_log_bounds_the_transactions(ahead: int, missing: int) -> None:
    """No more commits can be missing than fit into the bytes that are."""
    positions = {"binjiang": ahead + missing, "xihu": ahead}
    loss = expected_loss(evidence(leader="binjiang", positions=positions), "xihu")
    assert loss.transactions is not None
    assert loss.transactions * SMALLEST_COMMIT >= missing
    assert (loss.transactions == 0) == (missing == 0)
    assert (loss.seconds == 0) == (missing == 0)


@given(
    waits=st.integers(0, 2),
    written=st.lists(st.permutations(["xihu", "tianfu"]), max_size=12),
    alive=st.sets(st.sampled_from(["xihu", "tianfu"]), min_size=1),
)
def test_no_loss_is_said_only_where_nothing_is_lost(
    waits: int, written: list[list[str]], alive: set[str]
) -> None:
    """Random commits, each acknowledged once the first `waits` have it: the last word is true."""
    has = dict.fromkeys(("xihu", "tianfu"), 0)
    for number, order in enumerate(written, start=1):
        for site in order[:waits]:
            has[site] = number
    voters = frozenset(has) if waits else frozenset[str]()
    agreed = Agreed(position=None, voters=voters, quorum=len(voters) - waits)
    positions = {site: has[site] * 100 for site in alive}
    for site in alive:
        loss = expected_loss(evidence(agreed=agreed, positions=positions), site)
        if loss.seconds == 0:
            assert has[site] == len(written)
        elif waits and alive == set(has) and positions[site] == max(positions.values()):
            raise AssertionError(f"nothing can be lost with {site}, but {loss} is said")
