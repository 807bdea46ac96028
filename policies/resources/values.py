"""Values of a resource's properties: known, secret, or not known before the deployment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, NoReturn, TypeVar, cast

T = TypeVar("T")


class Unknown(Enum):
    """What a preview cannot know, since only the deployment makes it."""

    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        # `if value:` would take what nobody knows for yes, and `if not value:` for no.
        raise TypeError("an unknown value is neither true nor false: compare it with UNKNOWN")


UNKNOWN: Literal[Unknown.UNKNOWN] = Unknown.UNKNOWN
Known = T | Literal[Unknown.UNKNOWN]
"""A value, or UNKNOWN at a preview."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that the engine keeps encrypted; it is never shown."""

    value: Any = field(repr=False)


def reveal(value: Any) -> Any:
    """The value without the mark of a secret around it; what is inside keeps its own."""
    return value.value if isinstance(value, Secret) else value


def step(value: Any, key: str) -> Any:
    """What stands under a key; of a list of one block its first, None where there is nothing."""
    value = reveal(value)
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(value, Sequence) and not isinstance(value, str):
        blocks = cast(Sequence[Any], value)
        if not blocks:
            return None
        value = reveal(blocks[0])
        if value is UNKNOWN:
            return UNKNOWN
    return cast(Mapping[str, Any], value).get(key) if isinstance(value, Mapping) else None


def walk(value: Any, path: str) -> Any:
    """What stands at a dotted path; UNKNOWN as soon as a step is."""
    for key in path.split("."):
        value = step(value, key)
        if value is None or value is UNKNOWN:
            return value
    return reveal(value)


def as_flag(value: Any) -> Known[bool] | None:
    """A yes or no, also where it is written as a text."""
    if value is None or value is UNKNOWN:
        return value
    return value.lower() in ("true", "on", "1") if isinstance(value, str) else bool(value)


def as_number(value: Any) -> Known[float] | None:
    """A number, also where it is written as a text; None for anything else."""
    if value is UNKNOWN:
        return UNKNOWN
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def as_text(value: Any) -> Known[str] | None:
    """A text; None where there is none."""
    if value is None or value is UNKNOWN:
        return value
    return str(value)


def text_or_unknown(value: Any) -> Known[str]:
    """A text; UNKNOWN also where there is none."""
    found = as_text(value)
    return UNKNOWN if found is None else found


def each(value: Any) -> Iterator[Any]:
    """The items of a list, the one block that is no list; nothing for nothing or UNKNOWN."""
    value = reveal(value)
    if value is None or value is UNKNOWN:
        return
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from map(reveal, cast(Sequence[Any], value))
    else:
        yield value


def holds_unknown(value: Any) -> bool:
    """Whether any part of a value is not known."""
    value = reveal(value)
    if isinstance(value, Mapping):
        return any(map(holds_unknown, cast(Mapping[str, Any], value).values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(map(holds_unknown, cast(Sequence[Any], value)))
    return value is UNKNOWN
