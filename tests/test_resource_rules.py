"""Rules about resources: their examples, unknown values, our own stacks."""

import copy
from collections.abc import Iterator
from typing import Any, cast

import pytest
import yaml

from tests.resource_examples import findings, graph_of, settled, urn_of
from tricenter.policies.resources.adapters import find_adapters
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN
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


LACKS_ANOTHER = {
    "aws:backup/vault:Vault": frozenset({"backup-vault-locked"}),
    "gcp:alloydb/cluster:Cluster": frozenset({"standby-has-machines"}),
    "aws:ebs/volume:Volume": frozenset({"volume-snapshotted"}),
    "aws:ec2/instance:Instance": frozenset({"volume-snapshotted"}),
    "gcp:compute/disk:Disk": frozenset({"volume-snapshotted"}),
    "gcp:compute/regionDisk:RegionDisk": frozenset({"volume-snapshotted"}),
}


class Unknowing(dict[str, Any]):
    """Properties of which a preview knows none."""

    def get(self, key: str, default: Any = None) -> Any:
        """Not known, whatever is asked for."""
        del key, default
        return UNKNOWN


@pytest.mark.parametrize("kind", sorted(find_adapters()))
def test_what_is_not_known_is_never_a_violation(kind: str) -> None:
    """Of any type, with every property unknown: no rule stumbles, and none of what it says refuses;
    only that no other resource of the stack locks it, snapshots it or serves it is known."""
    made = Resource(urn=urn_of(kind, "one"), type=kind, name="one", props=Unknowing())
    found = findings(settled([made]))
    refusing = {rule for rule, finding in found if finding.verdict == "violation"}
    assert refusing <= LACKS_ANOTHER.get(kind, frozenset())


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all single values."""
    if isinstance(value, dict):
        for key, inner in cast(dict[str, Any], value).items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast(list[Any], value)):
            yield from leaves(inner, (*path, index))
    else:
        yield path


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_any_single_value_may_be_unknown(rule: Rule) -> None:
    """No rule stumbles over one; and in an example that passes it is never a violation."""
    for text in (rule.passes, rule.fails):
        items: list[dict[str, Any]] = yaml.safe_load(text)
        for index, item in enumerate(items):
            for path in leaves(item.get("props", {})):
                changed = copy.deepcopy(items)
                place: Any = changed[index]["props"]
                for step in path[:-1]:
                    place = place[step]
                place[path[-1]] = "(unknown)"
                found = list(rule.find(graph_of(yaml.safe_dump(changed))))
                if text is rule.passes and path[-1] not in NAMES:
                    assert not [f.message for f in found if f.verdict == "violation"], path


NAMES = frozenset({"identifier", "bucket", "name", "country", "replicateSourceDb", "type"})
"""Where these are unknown the engine says what they come of, which an example's text does not."""
