"""What the members of a database share in Patroni's store, held against what the spec says.

Nothing of ours is imported: a machine's own program has the text of this module in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

PROMISING = frozenset(
    {
        *("synchronous_mode", "synchronous_mode_strict", "synchronous_node_count"),
        *("check_timeline", "maximum_lag_on_failover", "standby_cluster", "pause"),
        *("ttl", "loop_wait", "retry_timeout", "primary_stop_timeout"),
        *("synchronous_commit", "synchronous_standby_names", "fsync", "full_page_writes"),
        *("archive_mode", "archive_command", "archive_library"),
    }
)
"""Settings that a promise rests on: where the spec has none of them, nobody else may set one.

`promising.py` has the same ones with what each takes from a promise; a test compares.
"""
WORDS = {"true": "on", "yes": "on", "false": "off", "no": "off"}


def differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What to PATCH so that the members share what is wanted; empty when they do.

    A value of None takes a setting away, as Patroni has it (patroni/utils.py of 4.1.5,
    patch_config). Settings of others stay, except those that a promise rests on.
    """
    changes: dict[str, Any] = {}
    for key in sorted({*wanted, *found}):
        value, there = wanted.get(key), found.get(key)
        if isinstance(value, dict) or (value is None and key in ("postgresql", "parameters")):
            inner = differences(_inner(wanted, key), _inner(found, key))
            if inner:
                changes[key] = inner
        elif value is None:
            if there and key in PROMISING:
                changes[key] = None
        elif there is None or same_word(there) != same_word(value):
            changes[key] = value
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


def _inner(found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value: object = found.get(key)
    return cast(Mapping[str, Any], value) if isinstance(value, dict) else {}


def _brief(value: object) -> str:
    return same_word(value) if not isinstance(value, dict) else "set"
