"""Grades for people: claims first, a table of standards, then each standard line by line."""

from collections.abc import Callable, Iterator
from textwrap import wrap

from tricenter.policies.grades.model import Evidence, Grade, Judged
from tricenter.policies.grades.report import (
    LEGEND,
    Graded,
    all_met,
    asked,
    beside,
    claim_line,
    claim_said,
    evidence_said,
    first_line,
    missing,
    reached,
    shown_criteria,
    standard_of,
)
from tricenter.policies.report.source import one_line

COLOURS = {"met": "32", "not contradicted": "36", "not checkable": "2", "missed": "1;31"}
"""Parameters of the terminal's sequence SGR."""
MARK, LEVEL, SURE = 16, 5, 10
"""Columns of a mark, of a level, of a confidence."""
Paint = Callable[[str, str], str]


def render(graded: Graded, *, width: int = 100, colour: bool = False) -> str:
    """The whole text; `width` are the columns that lines are wrapped to."""
    paint = _painted if colour else _plain
    lines = [paint(claim_line(grade), "1;31") for grade in graded.above]
    lines += [*wrap(first_line(graded), width), ""]
    lines += [f"{graded.topology} on {graded.target}, {graded.day}", ""]
    lines += _overview(graded)
    for grade in graded.together:
        lines += ["", "", *_standard(graded, grade, width, paint)]
    lines += ["", "", *(line for said in LEGEND for line in wrap(said, width))]
    return "\n".join(lines) + "\n"


def _overview(graded: Graded) -> list[str]:
    rows = [("STANDARD", "REACHED", "ALL MET UP TO", "CLAIMED")]
    for grade in graded.together:
        claims = {one.claimed for one in graded.sites_of(grade) if one.claimed}
        by_site = f"by site: {', '.join(sorted(claims))}" if claims else "-"
        rows.append((grade.standard, reached(grade), all_met(grade), grade.claimed or by_site))
    widths = [max(len(row[index]) for row in rows) for index in range(4)]
    return [
        "  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _standard(graded: Graded, grade: Grade, width: int, paint: Paint) -> Iterator[str]:
    standard = standard_of(grade)
    title = f"{grade.title} ({grade.standard})"
    yield paint(title, "1")
    yield "=" * min(len(title), width)
    yield f"{reached(grade)}{claim_said(grade)}"
    sites = graded.sites_of(grade)
    longest = max((len(site.site or "") for site in sites), default=0)
    for site in sites:
        said = (
            f"claimed {site.claimed or 'nothing'}"
            if grade.certainty == "recorded"
            else (f"{reached(site)}{claim_said(site)}")
        )
        yield f"  {(site.site or '').ljust(longest)}  {said}"
    about = f"edition {standard.edition}; source: {standard.source} ({standard.confidence}, "
    yield from _hung(f"{about}checked {standard.checked})", width, "  ")
    for note in (beside(grade), *standard.notes):
        if note:
            yield from _hung(f"note: {note}", width, "  ", "        ")
    criteria = shown_criteria(grade)
    columns = (MARK, LEVEL) if grade.scale else (MARK,)
    space = width - sum(columns) - 2 * len(columns) - SURE - 2
    if criteria:
        heads = ("MARK", "LEVEL")[: len(columns)]
        head = "  ".join(word.ljust(size) for word, size in zip(heads, columns, strict=True))
        yield from ("", f"{head}  {'CRITERION'.ljust(space)}  CONFIDENCE")
    for criterion in criteria:
        yield from _criterion(criterion, space, width, paint)
    if grade.scale:
        yield from _missing(grade, width)


def _criterion(criterion: Judged, space: int, width: int, paint: Paint) -> Iterator[str]:
    first, *rest = wrap(asked(criterion), space)
    mark = paint(criterion.mark.ljust(MARK), COLOURS[criterion.mark])
    level = "" if criterion.level is None else f"  {criterion.level.ljust(LEVEL)}"
    yield f"{mark}{level}  {first.ljust(space)}  {criterion.confidence}"
    indent = " " * (width - space - SURE - 2)
    yield from (f"{indent}{line}" for line in rest)
    for piece in criterion.evidence:
        yield from _evidence(piece, criterion, width)


def _evidence(piece: Evidence, criterion: Judged, width: int) -> list[str]:
    place = f"{piece.where} " if piece.where else ""
    said = one_line(f"{place}{evidence_said(piece, criterion)}")
    return _hung(said, width, "      ", "        ")


def _missing(grade: Grade, width: int) -> Iterator[str]:
    found = missing(grade)
    if not found:
        return
    word = standard_of(grade).level_word
    yield ""
    yield f"for {word} {grade.next_level}:"
    for criterion, evidence in found:
        yield from _hung(f"- {asked(criterion)}", width, "  ", "    ")
        for piece in evidence:
            yield from _evidence(piece, criterion, width)


def _hung(text: str, width: int, first: str, rest: str | None = None) -> list[str]:
    later = first if rest is None else rest
    return wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _painted(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"


def _plain(text: str, code: str) -> str:  # noqa: ARG001 - a Paint
    return text
