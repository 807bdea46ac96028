"""Rules about resources: their examples, unknown values, our own stacks."""

import pytest

from tests.resource_examples import findings, graph_of
from tricenter.policies.rule import Rule
from tricenter.policies.rules import rules_about

RULES = rules_about("resource")


def _id(rule: Rule) -> str:
    return rule.id


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_the_example_that_fails_fires_the_rule(rule: Rule) -> None:
    """And names the resource."""
    found = [f for f in rule.find(graph_of(rule.fails)) if f.verdict == "violation"]
    assert found, f"{rule.id} says nothing of its own example that fails"
    assert all(f.resource and f.message for f in found)


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_the_example_that_passes_is_left_alone(rule: Rule) -> None:
    """No violation, and nothing that is not known."""
    assert [f.message for f in rule.find(graph_of(rule.passes))] == []


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_a_rule_of_one_resource_needs_no_other(rule: Rule) -> None:
    """Its example fails where each resource is judged alone, as before it is made."""
    if rule.scope == "stack" or rule.id in ABOUT_THE_PROFILE:
        pytest.skip("looks at several resources")
    whole = graph_of(rule.fails)
    alone = [
        type(whole)(facts=(fact,), stack=whole.stack, profile=whole.profile) for fact in whole.facts
    ]
    assert any(f.verdict == "violation" for graph in alone for f in rule.find(graph))


ABOUT_THE_PROFILE = frozenset[str]()


def test_a_stack_without_anything_of_ours_is_judged() -> None:
    """Nobody escapes by having no tags."""
    graph = graph_of("- {type: 'aws:rds/instance:Instance', name: app, props: {}}")
    assert "deletion-protection" in {rule for rule, _ in findings(graph)}
