"""What is unwell with a self-managed database, from answers of Patroni's members made by hand."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tricenter.lab.promises import promises
from tricenter.lab.unwell import Unwell
from tricenter.roles.members_unwell import Seen, find
from tricenter.roles.self_managed import roles_of
from tricenter.topology.addresses import own_plan
from tricenter.topology.compile import compile_plan
from tricenter.topology.machine_program import settings
from tricenter.topology.validate import load

ROOT = Path(__file__).resolve().parent.parent.parent
PLAN = own_plan(compile_plan(load(ROOT / "stacks/ledger-mixed.yaml"), "mixed"))
DATABASE = PLAN.databases[0]
LEADER, VOTER, REMOTE = "jurong", "changi", "jakarta-1"


def row(site: str, state: str = "quorum") -> dict[str, str]:
    """A line of the leader's view of who streams."""
    return {"application_name": site, "state": "streaming", "sync_state": state}


def answers() -> dict[str, Any]:
    """What three members say when all is well."""
    common = {"state": "running", "timeline": 3}
    leads = {"role": "primary", "xlog": {"location": 900}, "replication": [row(VOTER), row(REMOTE)]}
    copies = {"role": "replica", "replication_state": "streaming"}
    copies |= {"xlog": {"received_location": 900}}
    return {LEADER: common | leads, VOTER: common | copies, REMOTE: common | copies}


def cluster() -> dict[str, Any]:
    """The same as the store has it."""
    roles = {LEADER: "leader", VOTER: "quorum_standby", REMOTE: "quorum_standby"}
    members = [
        {"name": s, "role": r, "state": "streaming", "timeline": 3} for s, r in roles.items()
    ]
    return {"members": members}


def unwell(
    states: dict[str, Any] | None = None, config: Any = "wanted", mode: str = "quorum"
) -> dict[str, Unwell]:
    """What is found, by its code."""
    wanted = settings(PLAN, DATABASE)
    found = answers() | (states or {})
    database = replace(DATABASE, mode=mode)  # type: ignore[arg-type]
    seen = Seen(
        states=found,
        wanted=wanted,
        config=deepcopy(wanted) if config == "wanted" else config,
        cluster=cluster(),
    )
    return {entry.code: entry for entry in find(database, roles_of(database, found), seen)}


def changed(**edit: Any) -> dict[str, Any]:
    """The shared settings with an edit."""
    return deepcopy(settings(PLAN, DATABASE)) | edit


def test_all_is_well() -> None:
    """Nothing is said of members that do what the spec has them do."""
    assert unwell() == {}


@pytest.mark.parametrize(
    ("config", "code", "said", "measures"),
    [
        (
            changed(synchronous_mode="off"),
            "settings-drift",
            "synchronous_mode is off, the plan says quorum",
            {"commits"},
        ),
        (changed(ttl=300), "settings-drift", "ttl is 300, the plan says 20", {"failover"}),
        (
            changed(check_timeline=False),
            "settings-drift",
            "check_timeline is False, the plan says True",
            {"commits"},
        ),
        (changed(pause=True), "paused", "is in pause: nothing fails over", {"failover"}),
        (None, "settings-unknown", "its store does not answer", {"failover"}),
    ],
)
def test_settings_that_left_the_spec(config: Any, code: str, said: str, measures: set[str]) -> None:
    """Each is named with its value and the spec's, and says which promise is broken."""
    (entry,) = unwell(config=config).values()
    assert (entry.code, entry.where) == (code, DATABASE.name)
    assert said in entry.says
    assert {one.measure for one in entry.breaks} == measures
    assert entry.next == (None if config is None else "tricenter up")


def test_a_setting_of_no_promise_is_said_and_breaks_none() -> None:
    """More connections than the spec has are drift, and no promise rests on them."""
    config = deepcopy(settings(PLAN, DATABASE))
    config["postgresql"]["parameters"]["max_connections"] = 7
    entry = unwell(config=config)["settings-drift"]
    assert "postgresql.parameters.max_connections is 7" in entry.says
    assert entry.breaks == ()


@pytest.mark.parametrize("rows", [[], [row(VOTER, "async")], [row(VOTER) | {"state": "catchup"}]])
def test_commits_that_nobody_confirms(rows: list[dict[str, str]]) -> None:
    """A leader alone is said to be so, though its settings are right; in async mode never."""
    leads = answers()[LEADER] | {"replication": rows}
    entry = unwell({LEADER: leads})["commits-alone"]
    assert f"{LEADER} commits alone" in entry.says
    broken = [one for one in promises(PLAN, (entry,)) if not one.kept]
    assert broken and {one.measure for one in broken} == {"rpo"}
    assert "commits-alone" not in unwell({LEADER: leads}, mode="async")


def test_members_that_do_not_follow() -> None:
    """Each with what it says of itself, its timeline where it is another one, and a wait."""
    lost = answers()[VOTER] | {"replication_state": None, "timeline": 2, "pending_restart": True}
    found = unwell({VOTER: lost, REMOTE: None})
    assert found["copy-does-not-follow"].where == f"{DATABASE.name}/{VOTER}"
    assert found["copy-does-not-follow"].next == f"tricenter rejoin {VOTER} --database ledger-a"
    assert "running, on timeline 2 where the leader is on 3" in found["copy-does-not-follow"].says
    assert found["member-silent"].where == f"{DATABASE.name}/{REMOTE}"
    assert "only after a restart" in found["restart-pending"].says


@pytest.mark.parametrize(("second", "code"), [("primary", "two-leaders"), (None, "no-leader")])
def test_no_leader_or_two(second: str | None, code: str) -> None:
    """Nobody who leads breaks the promise of a failover; two that say so are both named."""
    states = {LEADER: answers()[LEADER] | {"role": "replica"}}
    if second:
        states = {VOTER: answers()[VOTER] | {"role": second}}
    entry = unwell(states)[code]
    assert {one.measure for one in entry.breaks} == {"failover"}
    assert code == "no-leader" or (LEADER in entry.says and VOTER in entry.says)
