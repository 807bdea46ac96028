"""What the spec states of a site's building, compared with what a level asks."""

from collections.abc import Iterator, Sequence
from typing import Any

from tricenter.policies.grades.model import Evidence, Mark
from tricenter.policies.grades.view import View
from tricenter.topology.forecast.words import seconds
from tricenter.topology.units import parse_duration

ALIASES = {"class": "class_"}
SINGLE, DOUBLED = {"N", "N+1"}, {"2N", "2N+1"}
"""Power of one system, and of two."""


def at_least(view: View, field: str, least: int | str) -> Iterator[Evidence]:
    """A time, a number, metres or the length of a list is at least as large."""
    value = _value(view, field)
    if value is None or value == ():
        yield _absent(view, field, f"at least {least}")
        return
    wanted = parse_duration(least) if isinstance(least, str) else least
    amount = len(set(value)) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType]
    enough: bool = amount >= wanted
    yield _said(view, field, "met" if enough else "missed", "" if enough else f"below {least}")


def one_of(
    view: View,
    field: str,
    accepts: Sequence[Any],
    unclear: Sequence[Any] = (),
    because: str = "",
    wanted: str = "",
) -> Iterator[Evidence]:
    """The value is one that the level accepts; `unclear` are values that do not tell."""
    wanted = wanted or _or(accepts)
    value = _value(view, field)
    if value is None:
        yield _absent(view, field, wanted)
    elif field == "power" and value in DOUBLED & {*accepts, *unclear} and not SINGLE & {*accepts}:
        yield from _doubled(view, value, accepts, because)
    elif value in accepts:
        yield _said(view, field, "met")
    elif value in unclear:
        yield _said(view, field, "not checkable", because)
    else:
        yield _said(view, field, "missed", f"{wanted} is asked for")


def _doubled(view: View, value: str, accepts: Sequence[Any], because: str) -> Iterator[Evidence]:
    """A claim of two systems of power, beside the stations that the spec says feed them."""
    feeds = sorted(set(view.facility.feeds)) if view.facility else []
    if len(feeds) == 1:
        yield _said(view, "power", "missed", f"claimed beside one feed, {feeds[0]}")
    elif not feeds:
        yield _said(
            view, "power", "not checkable", "the spec does not state which stations feed it"
        )
    elif value in accepts:
        yield _said(view, "power", "met")
    else:
        yield _said(view, "power", "not checkable", because)


def stated(view: View, field: str) -> Iterator[Evidence]:
    """The spec says that the building has it."""
    yield _said(view, field, "met") if _value(view, field) else _absent(view, field, "some")


def carriers(view: View, least: int) -> Iterator[Evidence]:
    """The site has so many network carriers."""
    if view.facility is None:
        yield Evidence(
            mark="not checkable", text=view.unstated, path=("sites", view.site or ""), at="key"
        )
        return
    found = view.facts.topology.sites[view.site or ""].carriers
    enough = len(found) >= least
    shown = ", ".join(found) or "none stated"
    text = f"carriers: {shown}" + ("" if enough else f" (fewer than {least})")
    path = ("sites", view.site or "", "carriers")
    yield Evidence(mark="met" if enough else "missed", text=text, path=path)


def _value(view: View, field: str) -> Any:
    here: Any = view.facility
    for step in field.split("."):
        here = None if here is None else getattr(here, ALIASES.get(step, step))
    return here


def _absent(view: View, field: str, wanted: str) -> Evidence:
    if view.facility is None:
        path = ("sites", view.site or "")
        return Evidence(mark="not checkable", text=view.unstated, path=path, at="key")
    text = f"{field} is not stated ({wanted} is asked for)"
    return Evidence(mark="missed", text=text, path=view.facility_path(field))


def _said(view: View, field: str, mark: Mark, remark: str = "") -> Evidence:
    text = f"{field}: {_shown(view, field)}" + (f" ({remark})" if remark else "")
    return Evidence(mark=mark, text=text, path=view.facility_path(field))


def _shown(view: View, field: str) -> str:
    value = _value(view, field)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, float):
        return seconds(value)
    return f"{value} m" if field.startswith("distances.") else str(value)


def _or(words: Sequence[Any]) -> str:
    shown = ["true" if word is True else "false" if word is False else str(word) for word in words]
    return " or ".join(shown)
