"""Tags and labels: which profile a resource says it has, and when its drill ends."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from tricenter.policies.resources.facts import Fact, Stamp, Tags
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


def tags_of(made: Resource, path: str) -> Known[Tags]:
    """Tags as pairs, sorted; with `tags` those that the provider gives to everything."""
    found = made.read(path)
    if found is UNKNOWN:
        return UNKNOWN
    own = cast(Mapping[str, Any], found or {})
    wide: Mapping[str, Any] = made.default_tags if path == "tags" else {}
    given = made.read("tagsAll") if path == "tags" else None
    if isinstance(given, Mapping) and not holds_unknown(given):
        wide = {**wide, **cast(Mapping[str, Any], given)}
    every = {**wide, **own}
    if holds_unknown(every):
        return UNKNOWN
    return tuple(sorted((str(key), str(value)) for key, value in every.items()))


def _said(tags: Mapping[str, Any], word: str) -> Known[str] | None:
    for key in (f"tricenter:{word}", f"tricenter-{word}"):
        if key in tags:
            return UNKNOWN if tags[key] is UNKNOWN else str(tags[key])
    return None
