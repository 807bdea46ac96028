"""Grades as Markdown, for a pull request: claims first, a table, the lines folded away."""

from tricenter.policies.grades.model import Grade, Judged
from tricenter.policies.grades.report import (
    LEGEND,
    Graded,
    all_met,
    asked,
    beside,
    claim_line,
    evidence_said,
    first_line,
    missing,
    reached,
    shown_criteria,
    standard_of,
)
from tricenter.policies.report.escape import code, escaped, folded, table


def render(graded: Graded) -> str:
    """The overview, and for each standard its criteria, to be opened by a click."""
    lines = [f"### Grades of {code(graded.topology)} on {graded.target}, {graded.day}", ""]
    lines += [f"- **{escaped(claim_line(grade))}**" for grade in graded.above]
    lines += ["", escaped(first_line(graded)), "", *_overview(graded)]
    for grade in graded.together:
        lines += ["", *_standard(graded, grade)]
    lines += ["", *(f"{escaped(said)}\n" for said in LEGEND)]
    return "\n".join(lines).rstrip() + "\n"


def _overview(graded: Graded) -> list[str]:
    rows: list[tuple[str, ...]] = []
    for grade in graded.together:
        rows.append(
            (
                escaped(grade.title),
                escaped(reached(grade)),
                all_met(grade),
                grade.claimed or "-",
                "<br>".join(escaped(one.asks) for one in grade.misses) or "-",
            )
        )
    return table(("standard", "reached", "all met up to", "claimed", "misses for the next"), rows)


def _standard(graded: Graded, grade: Grade) -> list[str]:
    standard = standard_of(grade)
    lines = [
        f"- {code(site.site or '')}: {escaped(reached(site))}, claimed {site.claimed or 'nothing'}"
        for site in graded.sites_of(grade)
    ]
    about = f"Edition {standard.edition}; source: {standard.source} ({standard.confidence}, "
    lines += ["", escaped(f"{about}checked {standard.checked})")]
    lines += [f"\n{escaped(note)}" for note in (beside(grade), *standard.notes) if note]
    rows = [_row(one) for one in shown_criteria(grade)]
    if rows:
        lines += ["", *table(("mark", "level", "criterion", "confidence", "evidence"), rows)]
    found = missing(grade)
    if found and grade.scale:
        lines += ["", f"For {standard.level_word} {grade.next_level}:", ""]
        lines += [f"- {escaped(asked(one))}" for one, _ in found]
    return folded(f"{escaped(grade.title)}: {escaped(reached(grade))}", lines)


def _row(criterion: Judged) -> tuple[str, ...]:
    said = [
        f"{code(piece.where)} {escaped(evidence_said(piece, criterion))}"
        if piece.where
        else escaped(evidence_said(piece, criterion))
        for piece in criterion.evidence
    ]
    mark = f"**{criterion.mark}**" if criterion.mark == "missed" else criterion.mark
    level = criterion.level or "-"
    return mark, level, escaped(asked(criterion)), criterion.confidence, "<br>".join(said)
