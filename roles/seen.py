"""What a cloud says of each part of a database: of some nothing, when their region is lost."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from tricenter.roles.interface import RoleError

Key = TypeVar("Key")
Entry = TypeVar("Entry")
Answer = Mapping[str, Any]


class NotThere(RoleError):
    """What was asked about is not deployed."""


class Silent(RoleError):
    """A region of a cloud, or the cloud, does not answer."""


def look_at(
    keys: Iterable[Key], ask: Callable[[Key], Answer], database: str
) -> dict[Key, Answer | None] | None:
    """The answer for each key whose part is deployed, None for a silent one; None without any.

    Silent when none of those that may be there answers.
    """
    found: dict[Key, Answer | None] = {}
    for key in keys:
        try:
            found[key] = ask(key)
        except NotThere:
            continue
        except Silent:
            found[key] = None
    if found and not any(found.values()):
        asked = ", ".join(map(str, found))
        raise Silent(f"{database}: nobody tells of it; asked were {asked}")
    return found or None


def only(entries: Iterable[Entry]) -> Entry | None:
    """The one entry; None for none, and for two, of which nobody knows which is right."""
    found = list(entries)
    return found[0] if len(found) == 1 else None
