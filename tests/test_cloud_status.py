"""`tricenter status` and `preview` of a cloud: a list with codes, promises that are broken."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from tricenter.cli import cloud_status, drift, role_change
from tricenter.cli.role_change import Deployed
from tricenter.cli.stack_settings import StackSettings
from tricenter.lab.unwell import Breaks, Unwell
from tricenter.roles.interface import DatabaseRoles, MemberRole, RoleError
from tricenter.roles.services import CloudRoles
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
PLAN = compile_plan(load(ROOT / "stacks/ledger-mixed.yaml"), "mixed")
DRIFT = Unwell(
    code="settings-drift",
    where="ledger-a",
    says="ledger-a: ttl is 300, the plan says 20",
    next="tricenter up",
    mends="up",
    breaks=(Breaks(measure="failover", database="ledger-a"),),
)
LAGS = Unwell(code="copy-does-not-follow", where="ledger-a/changi", says="it does not follow")


def observed(
    database: PlannedDatabase, lag: float | None = 0.2, leader: str | None = None
) -> DatabaseRoles:
    """Roles of a database, by default led by the site that it prefers."""
    leads = leader or database.prefer
    members = tuple(
        MemberRole(site=m.site, health="leads" if m.site == leads else "follows", lag_s=lag)
        for m in database.members
    )
    return DatabaseRoles(database=database.name, leader=leads, members=members)


@dataclass
class Told:
    """A service that says what it is told to; `unwell` of the first database."""

    entries: tuple[Unwell, ...] = ()

    def observe(self, _: Plan, database: PlannedDatabase) -> DatabaseRoles:
        return observed(database)

    def unwell(self, _: Plan, database: PlannedDatabase) -> tuple[Unwell, ...]:
        return self.entries if database.name == "ledger-a" else ()

    def returning(self, *_: object, **__: object) -> Any: ...

    def rejoin(self, *_: object) -> None: ...


class Managed:
    """A service that tells only who leads."""

    def observe(self, _: Plan, database: PlannedDatabase) -> DatabaseRoles:
        return observed(database)


def deployed(service: Any) -> Deployed:
    """A stack on two clouds, as the verbs have it."""
    settings = StackSettings.__new__(StackSettings)
    given = {"stack": "dev", "project": "mine", "target": "mixed"}
    for name, value in given.items():
        object.__setattr__(settings, name, value)
    roles = CloudRoles("mixed", {"self-managed": service})
    return Deployed(settings=settings, plan=PLAN, roles=roles, observed=roles.observe(PLAN))


def shown(
    service: Any, printed: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[str, int]:
    """What `status` prints, and its exit code."""
    monkeypatch.setattr(role_change, "open_deployed", lambda _: deployed(service))
    code = 0
    try:
        cloud_status.show_status("dev", printed, None)
    except typer.Exit as ended:
        code = ended.exit_code
    return capsys.readouterr().out, code


def test_json_has_codes_and_broken_promises(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What breaks a promise comes first, each promise that does not hold says why; exit code 1."""
    text, code = shown(Told((LAGS, DRIFT)), "json", monkeypatch, capsys)
    said = json.loads(text)
    assert code == 1
    assert [entry["code"] for entry in said["unwell"]] == ["settings-drift", "copy-does-not-follow"]
    assert said["problems"][0] == DRIFT.says
    assert {(one["measure"], one["database"]) for one in said["broken"]} == {("rto", "ledger-a")}
    assert all(one["why"] == [DRIFT.says] for one in said["broken"])


@pytest.mark.parametrize("printed", ["text", "markdown"])
def test_people_get_the_same_list(
    printed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The promises that do not hold, and each part with the next command."""
    text, code = shown(Told((DRIFT,)), printed, monkeypatch, capsys)
    assert code == 1
    assert "not kept now" in text and "tricenter up" in text and "settings-drift" in text
    assert "all is well" not in text


@pytest.mark.parametrize("service", [Told(), Managed()])
def test_all_is_well(
    service: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing unwell: exit code 0, and no promise is said to be kept that was not asked about."""
    text, code = shown(service, "text", monkeypatch, capsys)
    assert code == 0
    assert text.rstrip().endswith("all is well")
    assert "kept" not in text


class Blind(Managed):
    """A service that cannot tell how far copies are behind; another site leads than preferred."""

    def observe(self, _: Plan, database: PlannedDatabase) -> DatabaseRoles:
        other = next(m.site for m in database.members if m.site != database.prefer)
        return observed(database, lag=None, leader=other)


def test_what_nobody_has_seen_is_not_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown lags and leaders elsewhere are told; neither is a fault."""
    text, code = shown(Blind(), "text", monkeypatch, capsys)
    assert code == 0
    assert "all is well" not in text
    assert "not known how far behind: ledger-a in " in text
    assert text.count(": tricenter failback") == len(PLAN.databases)


def test_preview_warns_of_drift_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that left the spec are its matter; a copy that lags is the status'."""

    def open_roles(_: str) -> Any:
        return None, PLAN, "id", deployed(Told((LAGS, DRIFT))).roles

    monkeypatch.setattr(drift, "target_of", lambda _: "mixed")
    monkeypatch.setattr(role_change, "open_roles", open_roles)
    assert drift.drift("dev") == (DRIFT,)

    def refuse(_: str) -> Mapping[str, Any]:
        raise RoleError("no way in")

    monkeypatch.setattr(role_change, "open_roles", refuse)
    assert drift.drift("dev") == ()
    monkeypatch.setattr(drift, "target_of", lambda _: "lab")
    assert drift.drift("dev") == ()
