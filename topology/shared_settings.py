"""What the members of a database share in Patroni's store, held against what the spec says.

Nothing of ours is imported: a machine's own program has the text of this module in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

UNDOES = ("pause", "standby_cluster")
"""Settings that nobody may leave behind: with them nothing fails over, or nobody takes writes."""
AT_LEAST = {
    "synchronous_commit": ("on", "remote_apply"),
    "fsync": ("on",),
    "full_page_writes": ("on",),
}
"""Parameters of PostgreSQL that no plan sets, with the values under which it keeps its promise."""
WORDS = {"true": "on", "yes": "on", "false": "off", "no": "off"}


def differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What to PATCH so that the members share what is wanted; empty when they do.

    A value of None takes a setting away, as Patroni has it (patroni/utils.py of 4.1.5,
    patch_config). Settings of others stay, except those that undo what is wanted.
    """
    changes = _missing(wanted, found)
    changes.update({key: None for key in UNDOES if found.get(key)})
    parameters = _inner(_inner(found, "postgresql"), "parameters")
    for name, allowed in AT_LEAST.items():
        if name in parameters and same_word(parameters[name]) not in allowed:
            changes.setdefault("postgresql", {}).setdefault("parameters", {})[name] = None
    return changes


def told(changes: Mapping[str, Any], found: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The differences in words, `ttl is 300 and not 20`; a pause and its like `pause is on`."""
    for key, value in changes.items():
        if isinstance(value, dict):
            inner = cast(Mapping[str, Any], value)
            yield from told(inner, _inner(found, key), f"{path}{key}.")
        elif value is None:
            yield f"{path}{key} is {_brief(found.get(key))}"
        else:
            now = _brief(found[key]) if key in found else "not set"
            yield f"{path}{key} is {now} and not {_brief(value)}"


def same_word(value: object) -> str:
    """A value in the one spelling that Patroni makes of it."""
    word = str(value).lower()
    return WORDS.get(word, word)


def _missing(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for key, value in wanted.items():
        if isinstance(value, dict):
            if inner := _missing(cast(Mapping[str, Any], value), _inner(found, key)):
                changes[key] = inner
        elif key not in found or same_word(found[key]) != same_word(value):
            changes[key] = value
    return changes


def _inner(found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value: object = found.get(key)
    return cast(Mapping[str, Any], value) if isinstance(value, dict) else {}


def _brief(value: object) -> str:
    return same_word(value) if not isinstance(value, dict) else "set"
