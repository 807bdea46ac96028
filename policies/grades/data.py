"""Grades for programs: everything, in a stable form."""

from dataclasses import asdict
from typing import Any

from tricenter.policies.grades.model import Evidence, Grade, Judged
from tricenter.policies.grades.report import Graded, claim_line, standard_of
from tricenter.topology.errors import join_path

FORMAT = "tricenter.grades/v1"


def as_data(graded: Graded) -> dict[str, Any]:
    """The grades as plain data."""
    return {
        "format": FORMAT,
        "topology": graded.topology,
        "file": graded.file,
        "target": graded.target,
        "day": graded.day.isoformat(),
        "claims_above_the_evidence": [claim_line(grade) for grade in graded.above],
        "grades": [_grade(grade) for grade in graded.grades],
    }


def _grade(grade: Grade) -> dict[str, Any]:
    standard = standard_of(grade)
    return {
        "standard": grade.standard,
        "title": grade.title,
        "edition": grade.edition,
        "source": standard.source,
        "checked": standard.checked,
        "confidence": standard.confidence,
        "site": grade.site,
        "level_word": standard.level_word,
        "scale": list(grade.scale),
        "level": grade.level,
        "certainty": grade.certainty,
        "all_met_up_to": grade.met,
        "held_by": list(grade.held_by),
        "claimed": grade.claimed,
        "claim": grade.claim,
        "claim_where": grade.claim_where,
        "next_level": grade.next_level,
        "misses": [one.id for one in grade.misses],
        "criteria": [_criterion(one) for one in grade.criteria],
        "beside": standard.beside.model_dump() if standard.beside else None,
        "notes": list(standard.notes),
    }


def _criterion(criterion: Judged) -> dict[str, Any]:
    return {**asdict(criterion), "evidence": [_evidence(piece) for piece in criterion.evidence]}


def _evidence(piece: Evidence) -> dict[str, Any]:
    data = asdict(piece)
    del data["at"]
    return {**data, "path": None if piece.path is None else join_path(piece.path)}
