"""Criteria that ask for nothing, or for a level of another standard."""

from collections.abc import Iterator

from tricenter.policies.grades.model import Evidence
from tricenter.policies.grades.view import View


def nothing(view: View) -> Iterator[Evidence]:
    """The level asks for nothing."""
    del view
    yield Evidence(mark="met", text="this level asks for nothing")


def standard(view: View, name: str, level: int | str) -> Iterator[Evidence]:
    """Another standard's level is reached; it is no surer here than there."""
    grade = view.grade_of(name)
    wanted = grade.scale.index(str(level))
    reached = -1 if grade.level is None else grade.scale.index(grade.level)
    met = -1 if grade.met is None else grade.scale.index(grade.met)
    text = f"{grade.title}: level {grade.level or 'none'} reached"
    if reached < wanted:
        yield Evidence(mark="missed", text=f"{text}, {level} is asked for")
    elif met < wanted:
        yield Evidence(mark="not contradicted", text=f"{text}, not contradicted")
    else:
        yield Evidence(mark="met", text=text)
