"""Values of a graph as Python expressions: literals, references, texts put together from both."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from tricenter.generate.graph import ARCHIVE, ASSET, CLOSE, FILE, MARK, OPEN
from tricenter.generate.naming import element, names_in, nested
from tricenter.generate.outputs import ELEMENTS
from tricenter.topology.errors import TricenterError

ASSETS = "assets"
"""The folder of a generated project with the files that its resources carry."""

Refer = Callable[[str, tuple[str, ...]], str]
"""Gives the expression for an output, by the id of its owner and its path."""


class CannotGenerate(TricenterError):
    """A value of the graph cannot be written as code; the text says which and why."""


def literal(value: Any, refer: Refer, kind: Any = None) -> str:
    """The expression of a value; mappings of a known class get the names of its arguments."""
    if isinstance(value, str):
        return text(value, refer)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        inner = element(kind)
        if whole := _whole_list(cast(list[Any], value)):
            return refer(*whole)
        parts = [literal(one, refer, inner) for one in cast(list[Any], value)]
        return f"[{', '.join(parts)}]"
    if isinstance(value, Mapping):
        return _mapping(cast(Mapping[str, Any], value), refer, kind)
    return repr(value)


def _whole_list(value: list[Any]) -> tuple[str, tuple[str, ...]] | None:
    """The output that a list is, element by element; None for a list that was put together."""
    found = [MARK.fullmatch(one) if isinstance(one, str) else None for one in value]
    if len(value) != ELEMENTS:
        return None
    named = [(match[1], tuple(match[2].split("."))) for match in found if match is not None]
    owners = {(owner, path[:-1]) for owner, path in named}
    indices = [path[-1] for _, path in named]
    return owners.pop() if len(owners) == 1 and indices == list(map(str, range(ELEMENTS))) else None


def text(value: str, refer: Refer) -> str:
    """A text: a literal, one reference, or both put together."""
    parts: list[str] = []
    end = 0
    for found in MARK.finditer(value):
        if found.start() > end:
            parts.append(_quoted(value[end : found.start()]))
        parts.append(refer(found[1], tuple(filter(None, found[2].split(".")))))
        end = found.end()
    if end < len(value) or not parts:
        parts.append(_quoted(value[end:]))
    if any(OPEN in part or CLOSE in part for part in parts):
        raise CannotGenerate(f"a reference was cut apart by the program: {value!r}")
    return parts[0] if len(parts) == 1 else f"pulumi.Output.concat({', '.join(parts)})"


def _members(archive: Mapping[str, Any], refer: Refer) -> Iterator[str]:
    """The entries of an archive; a text has the file of its own name in the project's assets."""
    for name, one in sorted(archive.items()):
        known: Mapping[str, Any] = one
        if ASSET in known and FILE not in known:
            text_of = f'Path("{ASSETS}/{name}").read_text()'
            yield f"{name!r}: pulumi.StringAsset({text_of})"
        else:
            yield f"{name!r}: {literal(known, refer)}"


def _quoted(value: str) -> str:
    """A text of several lines stands in lines; what Python would need to escape stays escaped."""
    if "\n" in value and len(value) > 80 and '"""' not in value and "\\" not in value:
        printable = all(char.isprintable() or char == "\n" for char in value)
        if printable and not value.endswith('"'):
            return f'"""\\\n{value}"""'
    return repr(value)


def _mapping(value: Mapping[str, Any], refer: Refer, kind: Any) -> str:
    if FILE in value:
        return f'pulumi.FileAsset("{ASSETS}/{value[FILE]}")'
    if ASSET in value:
        return f"pulumi.StringAsset({literal(value[ASSET], refer)})"
    if ARCHIVE in value:
        return f"pulumi.AssetArchive({{{', '.join(_members(value[ARCHIVE], refer))}}})"
    arguments = nested(kind)
    known: Mapping[str, tuple[str, Any]] = {} if arguments is None else names_in(arguments)
    inner = element(kind) if arguments is None else None
    parts: list[str] = []
    for name, one in sorted(value.items()):
        python, stated = known.get(name, (name, inner))
        parts.append(f"{text(python, refer)}: {literal(one, refer, stated)}")
    return "{" + ", ".join(parts) + "}"
