"""Grades by standards before and after: which rise, which fall."""

from dataclasses import dataclass
from typing import Literal

from tricenter.policies.diff.side import Judged
from tricenter.policies.grades import Grade, grades

Trend = Literal["rises", "falls", "changes", "stays"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeChange:
    """A standard (of one site where `site` names it), its grade before and after.

    None where the side has no spec. `misses` is what newly keeps it from the level it had.
    `highest` is the best level of a scale that a reader would take the other way round.
    """

    standard: str
    site: str | None
    before: str | None
    after: str | None
    trend: Trend
    misses: tuple[str, ...] = ()
    highest: str | None = None

    @property
    def changed(self) -> bool:
        """Whether the grade is another one."""
        return self.trend != "stays"


def changed_grades(old: Judged | None, new: Judged | None) -> tuple[GradeChange, ...]:
    """Every grade of either side; those of both beside each other."""
    before, after = _grades(old), _grades(new)
    keys = [*after, *(key for key in before if key not in after)]
    return tuple(
        GradeChange(
            standard=(after.get(key) or before[key]).title,
            site=key[1],
            before=_said(before.get(key)),
            after=_said(after.get(key)),
            trend=_trend(before.get(key), after.get(key)),
            misses=_misses(before.get(key), after.get(key)),
            highest=highest_of(after.get(key) or before[key]),
        )
        for key in keys
    )


def highest_of(grade: Grade) -> str | None:
    """The best level, where it is not the one that comes last by number or alphabet."""
    scale = grade.scale
    return scale[-1] if len(scale) > 1 and scale[-1] < scale[0] else None


def _grades(judged: Judged | None) -> dict[tuple[str, str | None], Grade]:
    if judged is None:
        return {}
    return {(one.standard, one.site): one for one in grades(judged.facts, judged.read)}


def _said(grade: Grade | None) -> str | None:
    if grade is None:
        return None
    if not grade.scale:
        kept = sum(one.mark == "met" for one in grade.criteria)
        missed = sum(one.mark == "missed" for one in grade.criteria)
        return f"{kept} of {len(grade.criteria)} articles met, {missed} missed"
    level = "none" if grade.level is None else grade.level
    return level if grade.certainty == "met" else f"{level} ({grade.certainty})"


def _trend(before: Grade | None, after: Grade | None) -> Trend:
    if _said(before) == _said(after):
        return "stays"
    if before is None or after is None:
        return "changes"
    was, now = _height(before), _height(after)
    return "rises" if now > was else "falls" if now < was else "changes"


def _height(grade: Grade) -> tuple[int, int]:
    """A number that is greater for a better grade of the same standard."""
    if not grade.scale:
        kept = sum(one.mark == "met" for one in grade.criteria)
        return kept, -sum(one.mark == "missed" for one in grade.criteria)
    return (-1 if grade.level is None else grade.scale.index(grade.level)), 0


def _misses(before: Grade | None, after: Grade | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ()
    had = {one.id for one in before.criteria if one.mark == "missed"}
    return tuple(one.asks for one in after.criteria if one.mark == "missed" and one.id not in had)
