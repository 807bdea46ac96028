"""Reading and changing JSON by dotted paths, and merging as Google's patch methods do."""

import copy
from collections.abc import Iterator
from typing import Any, cast

from tricenter.offline.gcp.server.refusal import Json


def values(body: Any, path: str) -> Iterator[Any]:
    """Every value at a dotted path; lists on the way, and at its end, are walked through."""
    if isinstance(body, list):
        for item in cast("list[Any]", body):
            yield from values(item, path)
    elif not path:
        if body is not None:
            yield body
    elif isinstance(body, dict):
        first, _, rest = path.partition(".")
        yield from values(cast("Json", body).get(first), rest)


def value(body: Json, path: str) -> Any:
    """The first value at a dotted path, or None."""
    return next(values(body, path), None)


def merged(before: Json, change: Json) -> Json:
    """`before` with the change: objects are merged, lists and values replaced, nulls removed."""
    result = copy.deepcopy(before)
    for name, item in change.items():
        old: Any = result.get(name)
        if item is None:
            result.pop(name, None)
        elif isinstance(item, dict) and isinstance(old, dict):
            result[name] = merged(cast("Json", old), cast("Json", item))
        else:
            result[name] = copy.deepcopy(cast("Any", item))
    return result


def masked(before: Json, change: Json, mask: str) -> Json:
    """`before` with the fields that an update mask names taken from the change."""
    result = copy.deepcopy(before)
    for path in filter(None, (part.strip() for part in mask.split(","))):
        words = [camel(word) for word in path.split(".")]
        target: Json = result
        source: Json = change
        for word in words[:-1]:
            target = target.setdefault(word, {})
            source = source.get(word) or {}
        if source.get(words[-1]) is None:
            target.pop(words[-1], None)
        else:
            target[words[-1]] = copy.deepcopy(source[words[-1]])
    return result


def camel(word: str) -> str:
    """Masks come in the JSON spelling or in that of the protocol buffers."""
    first, *rest = word.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def without_empty_lists(body: Any) -> Any:
    """The same without empty lists, which Google's answers leave out."""
    if isinstance(body, dict):
        pairs = cast("Json", body).items()
        return {name: without_empty_lists(item) for name, item in pairs if item != []}
    if isinstance(body, list):
        return [without_empty_lists(item) for item in cast("list[Any]", body)]
    return body
