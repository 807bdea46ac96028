"""What a unit may ask for. No unit is believed: whoever reaches the engine's port can ask for one.

Which user a unit's programs run as is no part of a unit; its kind says it. What is left is where
its files go and which names become parts of paths.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, cast

from tricenter.lab.stack import NAME

NAMES = frozenset({"database", "databases", "keeps", "site", "vault"})
"""Keys, at any depth, whose texts are names; so is `name` of what is in a list."""


def beyond(writes: str | None, host: object, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a unit asks for beyond its kind: the property, and why it is refused.

    `writes` is the folder in a host that is its kind's own, None for one without files.
    """
    if host is not None and not _is_name(host):
        yield "host", f"{host!r} is no name of a host"
    files = data.get("files", {})
    if not isinstance(files, Mapping):
        yield "data.files", "not an object"
        return
    for path, text in cast(Mapping[str, Any], files).items():
        if not isinstance(text, str):
            yield "data.files", f"{path!r} is no text"
        elif writes is None or not is_within(writes, path):
            yield "data.files", f"{path!r} is not below {writes or 'a folder of this kind'}"
    others = {key: value for key, value in data.items() if key != "files"}
    yield from ((f"data.{path}", f"{name!r} is no name") for path, name in _wrong_names(others))


def is_within(folder: str, path: str) -> bool:
    """Whether a path, or a name in the folder, is below the folder by its text alone."""
    pure = PurePosixPath(path)
    below = pure if pure.is_absolute() else PurePosixPath(folder) / pure
    plain = ".." not in pure.parts and "\0" not in path and str(pure) == path
    return plain and PurePosixPath(folder) in below.parents


def _wrong_names(data: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, object]]:
    for key, value in data.items():
        place = f"{path}.{key}" if path else key
        entries: list[Any] = cast(list[Any], value) if isinstance(value, list) else [value]
        for entry in entries:
            if isinstance(entry, Mapping):
                yield from _wrong_names(cast(Mapping[str, Any], entry), place)
                own = cast(Mapping[str, Any], entry).get("name", "x")
                if isinstance(value, list) and not _is_name(own):
                    yield f"{place}.name", own
            elif key in NAMES and not _is_name(entry):
                yield place, entry


def _is_name(value: object) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None
