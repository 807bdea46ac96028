"""Every value of a spec that a change touches, by its path: as it was and as it will be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from tricenter.policies.diff.promises import Trend, is_promise, rank_of, trend_of
from tricenter.policies.diff.side import Judged
from tricenter.topology.errors import Path, Position, join_path
from tricenter.topology.spec import Topology
from tricenter.topology.units import SIZE, parse_size

LISTED = 4
"""Values of a mapping that are named one by one; of a larger one only their number is told."""
LISTS = ("links", "waivers", "may_destroy")
"""Keys of lists, whose entries `_names` names."""
TRENDS: tuple[Trend, ...] = ("weaker", "changed", "stronger")
"""In the order in which they are told."""

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """A value before and after, as a spec writes it; None where it is not stated.

    `position` is in the new spec, or in the old one for what is no longer there.
    """

    path: str
    before: str | None
    after: str | None
    trend: Trend
    promise: bool
    side: Literal["old", "new"]
    position: Position


def value_changes(old: Judged | None, new: Judged | None) -> tuple[ValueChange, ...]:
    """What differs between two specs, defaults filled in: promises that get weaker first.

    Nothing where a side has no spec. An empty result says that the two specs mean the same.
    """
    if old is None or new is None:
        return ()
    was, now = _values(old.topology), _values(new.topology)
    differing = sorted(_differing((), was, now), key=lambda one: rank_of(one[0]))
    found = [_change(keys, before, after, old, new) for keys, before, after in differing]
    return tuple(sorted(found, key=lambda one: TRENDS.index(one.trend)))


def _change(keys: Keys, before: Any, after: Any, old: Judged, new: Judged) -> ValueChange:
    side: Literal["old", "new"] = "old" if after is None else "new"
    judged = old if side == "old" else new
    path = _place(keys, judged.topology)
    here = judged.read.existing(path)
    same = here == path
    return ValueChange(
        path=_shown(keys),
        before=_words(before),
        after=_words(after),
        trend=trend_of(keys, before, after),
        promise=is_promise(keys),
        side=side,
        position=judged.read.value_position(here) if same else judged.read.key_position(here),
    )


def _differing(keys: Keys, old: Any, new: Any) -> Iterator[tuple[Keys, Any, Any]]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        names = [*new, *(name for name in old if name not in new)]  # pyright: ignore[reportUnknownVariableType]
        for name in names:  # pyright: ignore[reportUnknownVariableType]
            yield from _differing((*keys, str(name)), old.get(name), new.get(name))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
    else:
        yield keys, old, new


def _values(topology: Topology) -> dict[str, Any]:
    """The spec as a tree of values; what it lists without names has the names of `_names`."""
    tree = topology.model_dump(mode="json", by_alias=True)
    for key, names in _names(topology).items():
        tree[key] = dict(zip(names, tree[key], strict=True))
    return tree


def _names(topology: Topology) -> dict[str, list[str]]:
    """Names for the entries of lists, by what makes an entry the same one in two specs."""
    return {
        "links": _once(["-".join(sorted(link.between)) for link in topology.links]),
        "waivers": _once([f"{one.rule} {one.target}" for one in topology.waivers]),
        "may_destroy": _once([one.loss for one in topology.may_destroy]),
    }


def _once(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    unlike: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unlike.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unlike


def _place(keys: Keys, topology: Topology) -> Path:
    names = _names(topology).get(keys[0])
    if names is None or len(keys) < 2 or keys[1] not in names:
        return keys
    return keys[0], names.index(keys[1]), *keys[2:]


def _shown(keys: Keys) -> str:
    if keys[0] in LISTS and len(keys) > 1:
        rest = join_path(keys[2:])
        return f"{keys[0]}[{keys[1]}]" + (f".{rest}" if rest else "")
    return join_path(keys)


def _words(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case dict():
            stated: list[tuple[Keys, Any]] = list(_stated((), value))
            if len(stated) > LISTED:
                return f"{len(stated)} values"
            return ", ".join(f"{' '.join(keys)} {_words(one)}" for keys, one in stated) or "{}"
        case list():
            items = cast("list[object]", value)
            return f"[{', '.join(_words(one) or '-' for one in items)}]"
        case str() if SIZE.fullmatch(value):
            return _size(parse_size(value))
        case _:
            return str(value)


def _size(mebibytes: int) -> str:
    return f"{mebibytes}MiB" if mebibytes % 1024 else f"{mebibytes // 1024}GiB"


def _stated(keys: Keys, value: Any) -> Iterator[tuple[Keys, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _stated((*keys, str(name)), inner)  # pyright: ignore[reportUnknownArgumentType]
    elif value not in (None, []):
        yield keys, value
