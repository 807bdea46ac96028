"""Runbooks name survivors and the exact commands, and every scenario has one."""

from pathlib import Path

import pytest

from tricenter.topology.compile import compile_plan
from tricenter.topology.render import fill
from tricenter.topology.render.runbook import files, page
from tricenter.topology.validate import load

PLAN = compile_plan(load(Path(__file__).parent.parent / "stacks/ledger.yaml"))


def test_every_scenario_has_a_page() -> None:
    """No scenario of the forecast is without a runbook, and no page has a hole."""
    pages = {file.path: file.text for file in files(PLAN)}
    assert len(pages) == len(PLAN.scenarios)
    for text in pages.values():
        assert "## Do" in text and "None" not in text and "{{" not in text


@pytest.mark.parametrize("scenario", PLAN.scenarios, ids=lambda s: s.id)
def test_commands_go_to_survivors(scenario) -> None:
    """No command of a runbook runs in a place that the scenario has destroyed."""
    if scenario.kind.startswith("lose-"):
        for line in page(PLAN, scenario).splitlines():
            for host in scenario.lost:
                assert f"exec {host} " not in line and f"service {host} " not in line


def test_a_site_cut_off_gives_no_commands() -> None:
    """While a site is cut off, commands go to the others, and its roles are given back to it."""
    text = page(PLAN, next(s for s in PLAN.scenarios if s.id == "isolate:binjiang"))
    assert "exec binjiang " not in text
    assert "switchover ledger-a --candidate binjiang" in text
    assert "switchover ledger-b" not in text


def test_only_the_struck_database_is_restored() -> None:
    """A table dropped in one database is no reason to restore another one."""
    text = page(PLAN, next(s for s in PLAN.scenarios if s.id == "drop-table:ledger-b"))
    assert "restore --database ledger-b" in text
    assert "restore --database ledger-a" not in text


def test_minority_is_a_persons_decision() -> None:
    """Losing the city leaves one voice of three: the page says how to go on, after a decision."""
    city = next(s for s in PLAN.scenarios if s.id == "lose-city:hangzhou")
    text = page(PLAN, city)
    assert "after the decision" in text and "force-new-cluster" in text
    assert "failover ledger-a --candidate tianfu" in text


def test_a_majority_may_need_a_person_too(tmp_path: Path) -> None:
    """With witnesses the store goes on without the city, yet who leads is for a person to say."""
    text = (Path(__file__).parent.parent / "stacks/ledger.yaml").read_text(encoding="utf-8")
    text = text.replace("\ncities:\n", "\ncities:\n  xian: {at: [34.27, 108.95]}\n", 1)
    text = text.replace(
        "\nlinks:\n", "\nwitnesses: {w1: {city: xian}, w2: {city: xian}}\n\nlinks:\n"
    )
    spec = tmp_path / "topology.yaml"
    spec.write_text(text, encoding="utf-8")
    plan = compile_plan(load(spec))
    said = page(plan, next(s for s in plan.scenarios if s.id == "lose-city:hangzhou"))
    assert "force-new-cluster" not in said
    assert "failover ledger-a --candidate tianfu --force" in said


def test_a_missing_name_is_an_error() -> None:
    """Templates are strict: what is not there cannot be left out in silence."""
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        fill("runbooks/page.md.j2", {})
