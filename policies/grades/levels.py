"""Which level criteria allow: up to where none is missed, and up to where all are met."""

from collections.abc import Sequence

from tricenter.policies.grades.model import Certainty, Judged, Mark, worst
from tricenter.policies.standards.model import Standard


def levels_reached(standard: Standard, criteria: Sequence[Judged]) -> tuple[str | None, str | None]:
    """The highest level that nothing contradicts, and the highest with all criteria met.

    Levels build on each other. One of which nothing at all can be judged is not reached: silence
    is no evidence.
    """
    if standard.recorded:
        return None, None
    level: str | None = None
    met: str | None = None
    all_met = True
    for step in standard.scale:
        marks = [one.mark for one in criteria if one.level == step]
        if "missed" in marks or not {"met", "not contradicted"} & set(marks):
            break
        level = step
        all_met = all_met and set(marks) == {"met"}
        if all_met:
            met = step
    return level, met


def certainty_of(
    standard: Standard, criteria: Sequence[Judged], level: str | None, met: str | None
) -> Certainty:
    """How sure the level is; of articles, how they came out together."""
    if standard.recorded:
        return "recorded"
    if level is not None:
        return "met" if level == met else "not contradicted"
    if standard.scale:
        return worst([one.mark for one in criteria if one.level == standard.scale[0]])
    # What cannot be checked here is said line by line, and leaves the others their marks.
    judged: list[Mark] = [one.mark for one in criteria if one.mark != "not checkable"]
    return worst(judged)
