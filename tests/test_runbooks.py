"""Runbooks name survivors and the exact commands, and every scenario has one."""

import re
import shlex
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from typer.exceptions import TyperException
from typer.main import get_group

from tricenter.cli.app import build_app
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
        # With every site lost, what is built anew takes commands again.
        text = page(PLAN, scenario)
        before = text.partition("tricenter up\n")[0] if scenario.kind == "lose-all" else text
        for line in before.splitlines():
            for host in scenario.lost:
                assert f"exec {host} " not in line and f"service {host} " not in line


def test_a_site_cut_off_gives_no_commands() -> None:
    """While a site is cut off, commands go to the others, and its roles are given back to it."""
    text = page(PLAN, next(s for s in PLAN.scenarios if s.id == "isolate:binjiang"))
    assert "exec binjiang " not in text
    assert "tricenter failback --database ledger-a" in text
    assert "failback --database ledger-b" not in text


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
    assert "tricenter failover --database ledger-a --to tianfu --accept-loss 0s" in said


def test_lose_all_ends_in_production() -> None:
    """The key, new sites, each database in the place of the empty one, the names: in this order."""
    found = list(blocks(page(PLAN, next(s for s in PLAN.scenarios if s.id == "lose-all"))))
    wanted = ["tricenter key", "tricenter up", *(
        f"tricenter restore --database {name} --from cold-vault --to latest --replace"
        for name in ("ledger-a", "ledger-b")
    ), "tricenter backups", "tricenter exec tianfu -- dig"]  # fmt: skip
    at = [next(n for n, c in enumerate(found) if c.startswith(words)) for words in wanted]
    assert at == sorted(at)


def test_a_missing_name_is_an_error() -> None:
    """Templates are strict: what is not there cannot be left out in silence."""
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        fill("runbooks/page.md.j2", {})


def commands(text: str) -> Iterator[str]:
    """Every `tricenter` command of a page: on a line of its own, or in backquotes."""
    for line in text.splitlines():
        if line.strip().startswith("tricenter "):
            yield line.strip()
        else:
            yield from re.findall(r"`(tricenter [^`]+)`", line)


def blocks(text: str) -> Iterator[str]:
    """The lines of a page that a person pastes, in order: those that stand indented as code."""
    for line in text.splitlines():
        if line.startswith("    ") and line.strip().startswith("tricenter "):
            yield line.strip()


@lru_cache
def verbs() -> Any:
    """The command line with all verbs, as it parses what a person types."""
    return get_group(build_app())


def parse(command: str) -> None:
    """Parse a command as the program would, without doing it; fails for what it does not know."""
    words = shlex.split(command)[1:]
    group = verbs()
    verb = group.commands[words[0]]
    while hasattr(verb, "commands"):
        words = words[1:]
        verb = verb.commands[words[0]]
    verb.make_context(words[0], words[1:])


@pytest.mark.parametrize("scenario", PLAN.scenarios, ids=lambda s: s.id)
def test_every_command_of_a_page_exists(scenario) -> None:
    """Verb, arguments and options are those that the program has now; a page may be years old."""
    found = list(commands(page(PLAN, scenario)))
    assert "tricenter status" in found
    for command in found:
        parse(command)


@pytest.mark.parametrize(
    "wrong",
    ["tricenter rebuild xihu", "tricenter up --from-nothing", "tricenter failover --to",
     "tricenter exec xihu", "tricenter drill walk lose-site", "tricenter status xihu"],
)  # fmt: skip
def test_a_command_that_does_not_exist_is_seen(wrong: str) -> None:
    """A verb, an option or an argument that the program lacks fails the test above."""
    with pytest.raises((KeyError, TyperException)):
        parse(wrong)


@pytest.mark.parametrize("site", ["binjiang", "xihu", "tianfu"])
def test_a_lost_site_comes_back_with_its_disks_or_without(site: str) -> None:
    """Both ways are told with their verbs, and what happens when a copy does not follow."""
    text = page(PLAN, next(s for s in PLAN.scenarios if s.id == f"lose-site:{site}"))
    found = list(commands(text))
    assert {"tricenter up", "tricenter status", f"tricenter rejoin {site}"} <= set(found)
    assert "With its disks:" in text and "Without them:" in text
    assert any(command.startswith("tricenter failback") for command in found)


def test_a_lost_repository_is_told() -> None:
    """Only the page of its site says that backups are gone, what is left, and what makes them."""
    pages = {s.id: page(PLAN, s) for s in PLAN.scenarios if s.kind == "lose-site"}
    assert "not what is in cold-vault" in pages["lose-site:tianfu"]
    assert "tricenter backups" in commands(pages["lose-site:tianfu"])
    assert "losing that city would lose all but the backups" in pages["lose-site:tianfu"]
    for other in ("lose-site:binjiang", "lose-site:xihu"):
        assert "tricenter backups" not in commands(pages[other])
        assert "losing that city" not in pages[other]
