"""Every rule: its example that passes, its example that fails, and what it says of itself."""

import pytest

from tests.rule_examples import judged, spec_text
from tricenter.policies.clauses import SOURCES
from tricenter.policies.rule import SEVERITIES, Rule
from tricenter.policies.rules import find_rules

SPEC_RULES = [rule for rule in find_rules() if rule.about != "resource"]


def _id(rule: Rule) -> str:
    return rule.id


@pytest.mark.parametrize("rule", SPEC_RULES, ids=_id)
def test_the_example_that_fails_fires_the_rule(rule: Rule) -> None:
    """And the finding leads to a place in the spec."""
    found = [v for v in judged(spec_text(rule.fails)) if v.violation.rule is rule]
    assert found, f"{rule.id} says nothing of its own example that fails"
    assert all(v.path and v.message for v in found)


@pytest.mark.parametrize("rule", SPEC_RULES, ids=_id)
def test_the_example_that_passes_is_left_alone(rule: Rule) -> None:
    """A rule that speaks of what is right would be switched off; unknown is no violation."""
    spoken = [v for v in judged(spec_text(rule.passes)) if v.violation.rule is rule]
    found = [v for v in spoken if v.violation.standing != "unknown"]
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("rule", find_rules(), ids=_id)
def test_a_rule_says_what_a_reader_needs(rule: Rule) -> None:
    """Sentence, severity, clauses of known sources, a way out."""
    assert rule.sentence.strip().endswith(".") and "\n" not in rule.sentence.strip()
    assert rule.severity in SEVERITIES
    assert rule.clauses and all(clause.source in SOURCES for clause in rule.clauses)
    assert rule.fix and not rule.fix.endswith(".")
