"""Graphs for tests of rules about resources: from examples, from recorded programs, from mocks."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from tricenter.generate.graph import MARK
from tricenter.generate.graph import Graph as Recorded
from tricenter.policies.resources.facts import Unreadable
from tricenter.policies.resources.graph import Graph, read_graph
from tricenter.policies.resources.origin import settle
from tricenter.policies.resources.resource import Resource, account_of, default_tags
from tricenter.policies.resources.values import UNKNOWN, Secret
from tricenter.policies.rule import Finding
from tricenter.policies.rules import rules_about

Item = dict[str, Any]
"""One resource of an example."""
ROOT = Path(__file__).resolve().parent.parent


def urn_of(type_token: str, name: str, stack: str = "dev") -> str:
    """A URN as the engine makes it, without the types of parents."""
    return f"urn:pulumi:{stack}::tricenter::{type_token}::{name}"


def graph_of(text: str, stack: str = "dev") -> Graph:
    """The graph of an example: a list of `{type, name, props}`.

    In `props` the text `@name` is a reference to another resource of the list, `(unknown)` a value
    that only the deployment knows, `(secret)` a secret.
    """
    items = cast(list[dict[str, Any]], yaml.safe_load(text))
    urns = {
        str(item["name"]): urn_of(item["type"], item["name"], stack) for item in reversed(items)
    }
    made: list[Resource] = []
    for item in items:
        uses: dict[str, tuple[str, ...]] = {}
        given = cast(dict[str, Any], item.get("props", {}))
        props = {key: _value(value, key, uses, urns) for key, value in given.items()}
        made.append(
            Resource(
                urn=urn_of(item["type"], item["name"], stack),
                type=item["type"],
                name=item["name"],
                props=props,
                parent=urns.get(item.get("parent", ""), ""),
                uses=uses,
                protect=item.get("protect", False),
                region=item.get("region"),
                account=item.get("account"),
                default_tags=item.get("default_tags", {}),
            )
        )
    return settled(made, stack)


def _value(value: Any, key: str, uses: dict[str, tuple[str, ...]], urns: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        inside = cast(dict[str, Any], value)
        return {name: _value(one, key, uses, urns) for name, one in inside.items()}
    if isinstance(value, list):
        return [_value(one, key, uses, urns) for one in cast(list[Any], value)]
    if value == "(unknown)":
        return UNKNOWN
    if value == "(secret)":
        return Secret("hidden")
    if isinstance(value, str) and value.startswith("@"):
        uses[key] = (*uses.get(key, ()), urns[value[1:]])
        return UNKNOWN
    return value


def settled(made: Iterable[Resource], stack: str = "dev") -> Graph:
    """The graph of resources, each with the profile of the topology that it belongs to."""
    resources, profile = settle(tuple(made))
    return read_graph(resources, stack, profile)


def resources_of(recorded: Recorded, stack: str = "dev") -> tuple[Resource, ...]:
    """What a recorded program asks the engine for; a reference is a value not known yet."""
    urns = {one.id: urn_of(one.type, one.name, stack) for one in recorded.resources}
    providers = {
        one.id: one.inputs for one in recorded.resources if one.type.startswith("pulumi:providers:")
    }
    made: list[Resource] = []
    for one in recorded.resources:
        uses: dict[str, tuple[str, ...]] = {}
        props = {key: _seen(value, key, uses, urns) for key, value in one.inputs.items()}
        props |= {key: Secret(props[key]) for key in one.secrets}
        made.append(
            Resource(
                urn=urns[one.id],
                type=one.type,
                name=one.name,
                props=props,
                parent=urns.get(one.options.parent, ""),
                uses=uses,
                protect=one.options.protect,
                region=providers.get(one.options.provider, {}).get("region"),
                default_tags=default_tags(
                    providers.get(one.options.provider, {}).get("defaultTags")
                ),
                account=account_of(providers.get(one.options.provider, {})),
            )
        )
    return tuple(made)


def _seen(value: Any, key: str, uses: dict[str, tuple[str, ...]], urns: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        inside = cast(dict[str, Any], value)
        return {name: _seen(one, key, uses, urns) for name, one in inside.items()}
    if isinstance(value, list):
        return [_seen(one, key, uses, urns) for one in cast(list[Any], value)]
    if isinstance(value, str) and MARK.search(value):
        owners = tuple(found[1] for found in MARK.finditer(value))
        known = tuple(urns[owner] for owner in owners if owner in urns)
        uses[key] = (*uses.get(key, ()), *known)
        return UNKNOWN
    return value


def findings(graph: Graph) -> list[tuple[str, Finding]]:
    """What every rule about resources finds, with the rule's id; each resource can be read."""
    assert not graph.of(Unreadable)
    return [(rule.id, found) for rule in rules_about("resource") for found in rule.find(graph)]


def said(graph: Graph, verdict: str = "violation") -> list[str]:
    """The findings of one verdict as `rule resource: message`, sorted."""
    return sorted(
        f"{rule} {(found.resource or '').rpartition('::')[2]}: {found.message}"
        for rule, found in findings(graph)
        if found.verdict == verdict
    )


def item(kind: str, name: str, /, **props: Any) -> Item:
    """One resource of an example; the region of its provider is `at`."""
    region = {"region": props.pop("at")} if "at" in props else {}
    return {"type": kind, "name": name, "props": props, **region}


def found(rule: str, *items: Item) -> dict[str, str]:
    """By resource what one rule says of it: violation or unknown."""
    graph = graph_of(yaml.safe_dump(list(items)))
    return {
        (one.resource or "").rpartition("::")[2]: one.verdict
        for name, one in findings(graph)
        if name == rule
    }
