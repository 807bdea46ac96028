"""Grades of one spec as they are shown: what was graded, on which day, and the sentences of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tricenter.policies.grades.model import Evidence, Grade, Judged
from tricenter.policies.standards import find_standards
from tricenter.policies.standards.model import Standard


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The grades of a topology on a target on a day, and the file that it was read from."""

    topology: str
    file: str
    target: str
    day: date
    grades: tuple[Grade, ...]

    @property
    def above(self) -> tuple[Grade, ...]:
        """The grades whose claim is above what the evidence bears."""
        return tuple(grade for grade in self.grades if grade.claim == "above")

    @property
    def together(self) -> tuple[Grade, ...]:
        """The topology's grade by each standard, without those of single sites."""
        return tuple(grade for grade in self.grades if grade.site is None)

    def sites_of(self, grade: Grade) -> tuple[Grade, ...]:
        """The grades of single sites by the same standard."""
        return tuple(
            one for one in self.grades if one.standard == grade.standard and one.site is not None
        )


def standard_of(grade: Grade) -> Standard:
    """The standard of a grade."""
    return next(one for one in find_standards() if one.id == grade.standard)


def reached(grade: Grade) -> str:
    """What was reached, and how sure that is: 'class A, not contradicted'."""
    standard = standard_of(grade)
    if grade.certainty == "recorded":
        return "not graded: a claim is written down, nobody verifies it"
    if not grade.scale:
        return tally(grade.criteria)
    if grade.level is None:
        unknown = grade.certainty == "not checkable"
        return f"no {standard.level_word}" + (": not checkable here" if unknown else "")
    said = f"{standard.level_word} {grade.level}, {grade.certainty}"
    return said + (f" (held by {', '.join(grade.held_by)})" if grade.held_by else "")


def all_met(grade: Grade) -> str:
    """Up to which level every listed criterion is met."""
    if not grade.scale or grade.certainty == "recorded":
        return "-"
    return grade.met if grade.met is not None else "none"


def tally(criteria: Sequence[Judged]) -> str:
    """How many lines came out how: '2 met, 1 missed, 3 not checkable here'."""
    words = {"met": "met", "not contradicted": "not contradicted", "missed": "missed"}
    words["not checkable"] = "not checkable here"
    counts = {mark: sum(one.mark == mark for one in criteria) for mark in words}
    return ", ".join(f"{counts[mark]} {word}" for mark, word in words.items() if counts[mark])


def claim_line(grade: Grade) -> str:
    """A claim that the evidence does not bear, with where it is made."""
    standard = standard_of(grade)
    whose = f" of {grade.site}" if grade.site else ""
    if grade.certainty == "recorded":
        why = "a site of it claims less"
    elif grade.level is None:
        why = f"{reached(grade)} is reached" if grade.certainty == "missed" else reached(grade)
    else:
        why = f"{standard.level_word} {grade.level} is what the evidence bears"
    word = "" if standard.level_word == grade.standard else f"{standard.level_word} "
    edition = f" ({grade.edition})" if standard.has_editions else ""
    misses = "; ".join(one.asks for one in grade.misses)
    more = f", for more it misses: {misses}" if misses else ""
    return (
        f"{grade.claim_where}: claim above the evidence: {grade.standard}{edition} "
        f"{word}{grade.claimed}{whose}; {why}{more}"
    )


def first_line(graded: Graded) -> str:
    """What an auditor reads first where no claim is above the evidence."""
    claims = [grade.claim for grade in graded.grades if grade.claim != "none"]
    if not claims:
        return f"{graded.file} claims no level of what is graded here."
    counted = [
        f"{claims.count(word)} {shown}"
        for word, shown in (
            ("met", "met"),
            ("not contradicted", "not contradicted"),
            ("recorded", "written down without being verified"),
            ("above", "above what the evidence bears"),
        )
        if word in claims
    ]
    said = f"{len(claims)} claim{'s' if len(claims) > 1 else ''}: {', '.join(counted)}."
    return said if graded.above else f"No claim is above what the evidence bears. {said}"


def claim_said(grade: Grade) -> str:
    """The claim beside a grade: '; claimed A' or nothing."""
    if grade.claimed is None:
        return ""
    return f"; claimed {grade.claimed}" + (", more than that" if grade.claim == "above" else "")


def shown_criteria(grade: Grade) -> tuple[Judged, ...]:
    """The criteria up to the next level; of a claim that is only written down none."""
    if grade.certainty == "recorded":
        return ()
    if not grade.scale:
        return grade.criteria
    last = grade.scale.index(grade.next_level or grade.scale[-1])
    wanted = grade.scale[: last + 1]
    return tuple(one for one in grade.criteria if one.level in wanted)


def asked(criterion: Judged) -> str:
    """What a criterion asks, with its clause and whom it binds."""
    clause = f" [{criterion.clause}]" if criterion.clause else ""
    applies = f" (binds {criterion.applies})" if criterion.applies else ""
    return f"{criterion.asks}{clause}{applies}"


def evidence_said(piece: Evidence, among: Judged) -> str:
    """One piece of evidence; its mark is said where it differs from the criterion's."""
    parts: list[str] = []
    if piece.site and not piece.text.startswith(piece.site):
        parts.append(f"{piece.site}: ")
    parts.append(piece.text)
    if piece.rule:
        parts.append(f" (rule {piece.rule})")
    if piece.record:
        days = f"{piece.age_days} day{'' if piece.age_days == 1 else 's'}"
        parts.append(f" (record {piece.record}, {days} old)")
    if piece.resource:
        parts.append(f" (resource {piece.resource})")
    fits = piece.mark == among.mark or (piece.mark, among.mark) == ("met", "not contradicted")
    return ("" if fits else f"{piece.mark}: ") + "".join(parts)


def missing(grade: Grade) -> tuple[tuple[Judged, tuple[Evidence, ...]], ...]:
    """What keeps a grade from the next level, with the evidence that says so."""
    return tuple(
        (one, tuple(piece for piece in one.evidence if piece.mark == one.mark))
        for one in grade.misses
    )


def beside(grade: Grade) -> str:
    """What the other edition asks at the level reached and the next; empty if there is none."""
    other = standard_of(grade).beside
    if other is None:
        return ""
    wanted = [level for level in (grade.level, grade.next_level) if level]
    said = "; ".join(f"level {level}: {other.levels[level]}" for level in wanted)
    return (
        f"edition {other.edition} ({other.note}; {other.confidence}, from {other.source}), "
        f"not graded by: {said}"
    )


LEGEND = (
    "met: the evidence shows it, and the number is sourced. not contradicted: the evidence agrees, "
    "but the number is not verified (background, unverified), what is stated was never shown, or a "
    "line of the level cannot be checked. not checkable: nothing here can tell. missed: the "
    "evidence is against it, or absent.",
    "A level lists the criteria that are known here, which is not the whole text of a standard. "
    "RPO and RTO are what the forecast bounds. This is no certification.",
)
