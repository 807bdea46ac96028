"""Waivers of two specs: which are new, which change, which go, and how long each still holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tricenter.policies.diff.side import Judged
from tricenter.policies.waivers import is_expired
from tricenter.topology.errors import Position
from tricenter.topology.spec import Waiver

State = Literal["new", "changed", "stays", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverChange:
    """A waiver and what becomes of it; `covers` counts the findings that it takes now.

    `position` is in the new spec, or in the old one for a waiver that goes. `before` is what the
    old spec said, None for a new one.
    """

    state: State
    waiver: Waiver
    before: Waiver | None
    position: Position
    covers: int
    expired: bool


def waiver_changes(old: Judged | None, new: Judged | None, today: date) -> tuple[WaiverChange, ...]:
    """New and changed ones first, then those that go, then those that stay."""
    was, now = _waivers(old), _waivers(new)
    found: list[WaiverChange] = []
    for key, (waiver, position) in now.items():
        before = was[key][0] if key in was else None
        state: State = "new" if before is None else "stays" if before == waiver else "changed"
        found.append(_change(state, waiver, before, position, new, today))
    for key, (waiver, position) in was.items():
        if key not in now and new is not None:
            found.append(_change("gone", waiver, waiver, position, None, today))
    order: tuple[State, ...] = ("new", "changed", "gone", "stays")
    return tuple(sorted(found, key=lambda one: order.index(one.state)))


def _change(
    state: State,
    waiver: Waiver,
    before: Waiver | None,
    position: Position,
    judged: Judged | None,
    today: date,
) -> WaiverChange:
    found = judged.found if judged else ()
    return WaiverChange(
        state=state,
        waiver=waiver,
        before=before,
        position=position,
        covers=sum(one.violation.waiver is waiver for one in found),
        expired=is_expired(waiver, today),
    )


def _waivers(judged: Judged | None) -> Mapping[tuple[str, str], tuple[Waiver, Position]]:
    if judged is None:
        return {}
    return {
        (waiver.rule, waiver.target): (waiver, judged.read.value_position(("waivers", index)))
        for index, waiver in enumerate(judged.topology.waivers)
    }
