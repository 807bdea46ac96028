"""A restored copy becomes the database: in an order in which nothing is deleted too early."""

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tricenter.cli import restore_live
from tricenter.lab.backup import adopting, scratch
from tricenter.lab.errors import LabError
from tricenter.lab.stack import Stack
from tricenter.topology.compile import compile_plan
from tricenter.topology.validate import load

PLAN = compile_plan(load(Path(__file__).parent.parent / "stacks/ledger.yaml"))
DATABASE = PLAN.databases[0]
FIRST, *OTHERS = sorted((m.site for m in DATABASE.members), key=lambda s: s != DATABASE.prefer)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done to a lab, in order; every site is on, and the first one leads when it starts."""
    found: list[str] = []

    def run(_: Any, site: str, argv: list[str], **__: Any) -> Any:
        found.append(f"{argv[0]} {site}")
        return SimpleNamespace(stdout="7\n")

    own: dict[str, Any] = {
        "is_on": lambda *_: True,
        "stop_service": lambda _, site, __: found.append(f"stop {site}"),
        "start_service": lambda _, site, __: found.append(f"start {site}"),
        "run_in_host": run,
        "ask_backups": lambda _, site, __, request: (
            found.append(f"{request['verb']} {site}"), {"done": []}
        )[1],
        "serving": lambda *_: ("tianfu",),
        "planned_voices": lambda *_: SimpleNamespace(addresses={"tianfu": "10.77.2.10"}),
        "ask_store": lambda *told: found.append(told[3]),
        "password": lambda *_: "secret",
        "definitions": lambda _: [
            SimpleNamespace(site="tianfu", backups=[SimpleNamespace(databases=[DATABASE.name])])
        ],
    }  # fmt: skip
    for name, double in own.items():
        monkeypatch.setattr(adopting, name, double)
    of_patroni: dict[str, Any] = {
        "leader": lambda *_: FIRST if f"start {FIRST}" in found else None,
        "change_config": lambda *_: found.append("config"),
        "await_settled": lambda *_, **__: found.append("settled"),
    }
    for name, double in of_patroni.items():
        monkeypatch.setattr(adopting.patroni, name, double)
    return found


def test_nothing_is_deleted_before_the_restored_copy_leads(done: list[str]) -> None:
    """All stop, the store forgets, the copy takes its place and leads; then others make way."""
    adopting.adopt(Stack("s"), PLAN, DATABASE, "scratch-1", FIRST, lambda _: None)
    order = [
        *(f"stop {site}" for site in (FIRST, *OTHERS)),
        "/v3/kv/deleterange", f"adopt {FIRST}", f"start {FIRST}", f"rm {OTHERS[0]}", "renew tianfu",
        "settled",
    ]  # fmt: skip
    at = [done.index(what) for what in order]
    assert at[len(OTHERS) + 1 :] == sorted(at[len(OTHERS) + 1 :])
    assert max(at[: len(OTHERS) + 1]) < done.index("/v3/kv/deleterange")
    assert f"rm {FIRST}" not in done
    assert {f"start {site}" for site in OTHERS} <= set(done)


def test_a_site_that_is_off_is_refused(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its disk may have another history: it would come back as a stranger."""
    off: dict[str, Any] = {"is_on": lambda _, site: site != OTHERS[0]}
    monkeypatch.setattr(adopting, "is_on", off["is_on"])
    with pytest.raises(LabError, match=f"{OTHERS[0]} of {DATABASE.name} is off: `tricenter up`"):
        adopting.adopt(Stack("s"), PLAN, DATABASE, "scratch-1", FIRST, lambda _: None)
    assert done == []


@pytest.mark.parametrize(("discard", "tables"), [(False, 7), (True, 7), (False, 0), (False, None)])
def test_served_tables_are_given_up_by_name(
    monkeypatch: pytest.MonkeyPatch, done: list[str], discard: bool, tables: int | None
) -> None:
    """What clients have now is thrown away only by an option; what is empty needs none."""
    del done
    found: dict[str, Any] = {"live": lambda *_: tables, "plan": lambda _: PLAN}
    monkeypatch.setattr(adopting, "live_tables", found["live"])
    monkeypatch.setattr("tricenter.lab.deployed.deployed_plan", found["plan"])
    asked = restore_live.Asked(
        database=DATABASE.name, place=None, site=None, moment=None, discard=discard, yes=True
    )
    if tables and not discard:
        with pytest.raises(LabError, match=r"7 table\(s\).*--discard-live"):
            restore_live.prepare(Stack("s"), asked)
    else:
        assert restore_live.prepare(Stack("s"), asked) == (PLAN, DATABASE.prefer)


def test_what_is_replaced_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data moves to the member's place without the scratch instance's own settings."""
    own: dict[str, Any] = {"SCRATCH": tmp_path / "scratch", "acting_as": lambda _: nullcontext()}
    for name, double in own.items():
        monkeypatch.setattr(scratch, name, double)
    one, place = scratch.Scratch(name="ledger-a-1"), tmp_path / "pg/ledger-a"
    one.data.mkdir(parents=True)
    place.mkdir(parents=True)
    (place / "PG_VERSION").write_text("empty", encoding="utf-8")
    (one.data / "PG_VERSION").write_text("restored", encoding="utf-8")
    (one.data / "postgresql.auto.conf").write_text("archive_mode = off", encoding="utf-8")
    one.adopt(place)
    assert (place / "PG_VERSION").read_text(encoding="utf-8") == "restored"
    assert (place / "postgresql.auto.conf").read_text(encoding="utf-8") == ""
    assert (one.folder / "replaced/PG_VERSION").read_text(encoding="utf-8") == "empty"
    assert not one.data.exists()
