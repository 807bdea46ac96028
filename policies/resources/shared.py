"""Passwords where anybody who may look can read them: properties, environments, start scripts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from tricenter.policies.resources.facts import Fact, Shared
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known, Secret

PROPERTIES = frozenset(
    {
        "password", "masterPassword", "masterUserPassword", "passwordWo", "masterPasswordWo",
        "rootPassword", "secretString", "secretStringWo", "secretBinary", "secretData",
        "secretDataWo", "authToken", "adminPassword",
    }
)  # fmt: skip
"""Properties that are passwords on every resource which has them."""
SCRIPTS = frozenset({"userData", "metadataStartupScript", "containerDefinitions"})
"""Texts that a machine starts with."""
NAMED = re.compile(r"(?:PASSWORD|PASSWD|SECRET|_TOKEN|API_KEY)$")
"""How variables of an environment are named that hold secrets."""
WRITTEN = re.compile(r"\b\w*(?:PASSWORD|PASSWD|_SECRET|_TOKEN)\s*=\s*[\"']?[^\s\"'$<({]{6,}")
"""A secret that is written into a script: no variable, no call and no reference follows."""
SEARCHED = ("environment", "envs", "metadata", "environmentVariables", "settings", "template")
"""Where environments stand."""


def shared(made: Resource) -> Iterator[Fact]:
    """Every password of a resource, and how it is given."""
    for key in sorted(PROPERTIES & made.props.keys()):
        value = made.props[key]
        if value is not None and not isinstance(value, bool):
            yield _fact(made, key, _shown(value))
    for key in sorted(SCRIPTS & made.props.keys()):
        text = made.props[key]
        if isinstance(text, str) and WRITTEN.search(text):
            yield _fact(made, key, "clear")
    for key in SEARCHED:
        for path, value in _variables(made.props.get(key), key):
            yield _fact(made, path, _shown(value))


def _fact(made: Resource, where: str, shown: Known[Any]) -> Shared:
    return Shared(place=made.place, title=made.name, where=where, shown=shown)


def _shown(value: Any) -> Known[Any]:
    if isinstance(value, Secret):
        return "secret"
    return UNKNOWN if value is UNKNOWN else "clear"


def _variables(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Variables whose names say that they are secrets; a reference to a secret is none."""
    if isinstance(value, Mapping):
        mapping = cast(Mapping[str, Any], value)
        name = mapping.get("name")
        if isinstance(name, str) and NAMED.search(name) and mapping.get("value"):
            yield f"{path}.{name}", mapping["value"]
        for key, inner in mapping.items():
            if NAMED.search(key) and isinstance(inner, str | Secret) and inner:
                yield f"{path}.{key}", inner
            else:
                yield from _variables(inner, f"{path}.{key}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in cast(Sequence[Any], value):
            yield from _variables(item, path)
