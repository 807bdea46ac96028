"""Whether the policy of a thing admits a service of AWS: what a message on its way has to pass."""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, cast

OPERATORS = frozenset({"StringEquals", "StringLike", "ArnEquals", "ArnLike"})


def admits(policy: str, service: str, action: str, context: Mapping[str, str]) -> bool:
    """Whether a service may do an action to what has the policy, asked with these condition keys.

    A condition that is not known here admits nobody, and refuses everybody.
    """
    told = [one for one in _several(json.loads(policy).get("Statement")) if _about(one, action)]
    mine = [one for one in told if _names(one.get("Principal"), service)]
    refused = any(one["Effect"] == "Deny" and _holds(one, context) is not False for one in mine)
    return not refused and any(one["Effect"] == "Allow" and _holds(one, context) for one in mine)


def _about(statement: Mapping[str, Any], action: str) -> bool:
    wanted = action.lower()
    return any(fnmatchcase(wanted, str(one).lower()) for one in _several(statement.get("Action")))


def _names(principal: object, service: str) -> bool:
    if isinstance(principal, dict):
        return service in _several(cast(dict[str, Any], principal).get("Service"))
    return principal == "*"


def _holds(statement: Mapping[str, Any], context: Mapping[str, str]) -> bool | None:
    """Whether all its conditions hold; None where one is not known."""
    results = [*_results(statement.get("Condition") or {}, context)]
    if False in results:
        return False
    return None if None in results else True


def _results(
    conditions: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]
) -> Iterator[bool | None]:
    for operator, keys in conditions.items():
        for key, wanted in keys.items():
            if operator not in OPERATORS or key not in context:
                yield None
            else:
                yield any(fnmatchcase(context[key], str(one)) for one in _several(wanted))


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return cast(list[Any], value) if isinstance(value, list) else [value]
