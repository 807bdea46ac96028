"""docs/rules.md is what the rules say of themselves, and the command shows the same."""

import json
from pathlib import Path

import pytest

from tests.conftest import Golden
from tricenter.cli.app import run
from tricenter.policies.page import explain, rules_page
from tricenter.policies.rules import find_rules
from tricenter.policies.tools import TOOLS, tool_of

ROOT = Path(__file__).parent.parent


def test_the_page_is_generated(golden: Golden) -> None:
    """Nobody edits it by hand."""
    golden(ROOT / "docs" / "rules.md", rules_page(find_rules()))


def test_there_are_at_least_sixty_rules_with_their_own_sentences() -> None:
    """And no two of the same id or sentence."""
    rules = find_rules()
    assert len(rules) >= 60
    assert len({rule.id for rule in rules}) == len({rule.sentence for rule in rules}) == len(rules)


def test_every_id_of_another_tool_has_its_column() -> None:
    """An id of a form that nobody knows would vanish from the table."""
    assert {tool_of(known) for rule in find_rules() for known in rule.also_in} == set(TOOLS)
    with pytest.raises(ValueError, match="of no tool"):
        tool_of("somewhere")


def test_the_command_lists_explains_and_suggests(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a rule; all about one; the nearest id for one that is mistyped."""
    assert run(["rules"]) == 0
    listed = capsys.readouterr().out
    assert all(rule.id in listed for rule in find_rules())
    assert run(["rules", "replica-per-site"]) == 0
    (rule,) = (rule for rule in find_rules() if rule.id == "replica-per-site")
    assert capsys.readouterr().out == explain(rule)
    assert run(["rules", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rules"]) == len(find_rules())
    assert run(["rules", "replica-per-sight"]) == 2
    assert "did you mean 'replica-per-site'" in capsys.readouterr().err
