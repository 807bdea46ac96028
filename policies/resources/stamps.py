"""Tags and labels: which profile a resource says it has, and when its drill ends."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from tricenter.policies.resources.facts import Fact, Stamp
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known, holds_unknown

TAGGED = ("tags", "labels", "settings.userLabels", "userLabels")
"""Where services keep tags."""


def stamp(made: Resource) -> Iterator[Fact]:
    """What the tags of any resource say of drills; nothing for one without tags of ours."""
    for path in TAGGED:
        found = made.read(path)
        if not isinstance(found, Mapping):
            continue
        tags = cast(Mapping[str, Any], found)
        profile = _said(tags, "profile")
        if profile is not None:
            yield Stamp(
                place=made.place,
                title=made.name,
                profile=profile,
                expires=_said(tags, "expires"),
            )


def tags_of(made: Resource, path: str) -> Known[tuple[tuple[str, str], ...]]:
    """Tags as pairs, sorted."""
    found = made.read(path)
    if found is None:
        return ()
    if found is UNKNOWN or holds_unknown(found):
        return UNKNOWN
    return tuple(sorted((str(key), str(value)) for key, value in found.items()))


def _said(tags: Mapping[str, Any], word: str) -> Known[str] | None:
    for key in (f"tricenter:{word}", f"tricenter-{word}"):
        if key in tags:
            return UNKNOWN if tags[key] is UNKNOWN else str(tags[key])
    return None
