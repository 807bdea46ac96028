"""A difference for people at a terminal: dangers first, then violations, tables of what changes."""

from collections.abc import Sequence

from tricenter.policies.diff.difference import Difference
from tricenter.policies.diff.grades import GradeChange
from tricenter.policies.diff.grid import Cell, Grid
from tricenter.policies.diff.side import Side
from tricenter.policies.diff.values import ValueChange
from tricenter.policies.diff.waivers import WaiverChange
from tricenter.policies.judge import Located
from tricenter.policies.report.checked import count, worst_first
from tricenter.policies.report.diff_words import (
    BEFORE,
    goes,
    idle_consent,
    let_through,
    old_note,
    side_words,
    verdict,
    way_through,
)
from tricenter.policies.report.source import one_line
from tricenter.policies.report.text import Paint, finding_lines, painted, plain, problem_lines
from tricenter.topology.columns import lines_of, widths_of

VERB_COLOURS = {"delete": "1;31", "replace": "31", "shrink": "33"}
TREND_WORDS = {"weaker": "weaker", "stronger": "stronger", "changed": ""}


def render(difference: Difference, *, colour: bool = False) -> str:
    """The whole difference; what does not change is counted, not shown."""
    paint = painted if colour else plain
    lines = [
        f"old: {_named(difference.old)}",
        f"new: {_named(difference.new)}, on {difference.target}",
    ]
    if note := old_note(difference):
        lines.append(note)
    lines += _dangers(difference, paint)
    lines += _problems(difference, paint)
    lines += _violations(difference, paint)
    lines += _values(difference.values, paint)
    lines += _waivers(difference.waivers, paint)
    lines += _grid(difference.losses, paint)
    lines += _grid(difference.holdings, paint)
    lines += _grades(difference.grades, paint)
    word = "refused" if difference.refused else "not refused"
    return "\n".join([*lines, "", f"{word}: {verdict(difference)}"]) + "\n"


def _named(side: Side) -> str:
    words = side_words(side)
    return one_line(f"{side.name} ({words})" if words else side.name)


def _headed(title: str, lines: Sequence[str], paint: Paint) -> list[str]:
    return ["", paint(title, "1"), *lines] if lines else []


def _dangers(difference: Difference, paint: Paint) -> list[str]:
    lines: list[str] = []
    for one in difference.dangers:
        verb = paint(f"{one.loss.verb:8}", VERB_COLOURS[one.loss.verb])
        lines.append(f"  {verb}{one_line(one.loss.subject)}: {one_line(one.loss.message)}")
        place = f"{one.file}:{one.position.line}:{one.position.column}"
        lines.append(f"          {one_line(place)}")
        if said := let_through(one):
            lines.append(f"          {one_line(said)}")
    if ways := way_through(difference):
        line, option = map(one_line, ways)
        when = BEFORE if goes(difference) else "in this one"
        lines += [f"  refused. To let a loss through, bring a line {when}:", f"    {line}"]
        lines.append(f"  or name it: {option}")
    idle = [f"  {one_line(said)}" for said in map(idle_consent, difference.consents) if said]
    told = _headed("Data that would be lost", lines, paint)
    return told + _headed("Lines of may_destroy that let nothing through", idle, paint)


def _problems(difference: Difference, paint: Paint) -> list[str]:
    lines: list[str] = []
    for title, side in (("The old spec", difference.old), ("The new spec", difference.new)):
        said = problem_lines(side.text, side.diagnostics, paint)
        lines += _headed(f"{title} is not valid", list(said), paint)
    return lines


def _violations(difference: Difference, paint: Paint) -> list[str]:
    found = difference.violations
    new = difference.new.text
    told: set[str] = set()
    lines = _headed("New violations", _found(found.new, new, told, paint), paint)
    lines += _headed("Violations from before", _found(found.staying, new, told, paint), paint)
    gone = [one_line(str(one)) for one in worst_first(found.gone)]
    lines += _headed("Fixed (lines of the old spec)", gone, paint)
    unknown = [one_line(str(one)) for one in difference.unknown.new]
    return lines + _headed("Newly cannot be judged", unknown, paint)


def _found(found: Sequence[Located], text: str, told: set[str], paint: Paint) -> list[str]:
    return [line for one in worst_first(found) for line in finding_lines(text, one, told, paint)]


def _waivers(waivers: Sequence[WaiverChange], paint: Paint) -> list[str]:
    rows = [
        (
            "expired" if one.expired and one.state != "gone" else one.state,
            one.waiver.rule,
            one.waiver.target,
            one.waiver.owner,
            _until(one),
            one.waiver.reason,
        )
        for one in waivers
    ]
    columns = ("", "RULE", "FOR", "OWNER", "UNTIL", "WHY")
    return _headed(f"Waivers ({len(waivers)})", _aligned(columns, rows) if rows else [], paint)


def _until(one: WaiverChange) -> str:
    before = str(one.before.expires) if one.before else None
    after = str(one.waiver.expires)
    return after if before is None else _cell(Cell(before=before, after=after))


def _values(changes: Sequence[ValueChange], paint: Paint) -> list[str]:
    lines: list[str] = []
    for title, promise in (("Promises", True), ("What else changes in the spec", False)):
        rows = [
            (
                TREND_WORDS[one.trend],
                one.path,
                _cell(Cell(before=one.before, after=one.after)),
                f"{one.side} {one.position.line}",
            )
            for one in changes
            if one.promise is promise
        ]
        told = _aligned(("", "OF", "BEFORE -> AFTER", "LINE"), rows) if rows else []
        lines += _headed(f"{title}, before -> after ({len(rows)})", told, paint)
    return lines


def _grid(grid: Grid, paint: Paint) -> list[str]:
    if not grid.lines:
        return []
    if not grid.changed:
        return ["", f"{grid.title}: as before ({count(len(grid.lines), 'row')})"]
    columns = tuple(name.upper() for name in (*grid.about, *grid.columns))
    rows = [(*line.about, *map(_cell, line.cells)) for line in grid.changed]
    same = len(grid.same)
    lines = _aligned(columns, rows)
    if same:
        lines.append(f"  {count(same, 'row')} more {'does' if same == 1 else 'do'} not change")
    return _headed(f"{grid.title}, before -> after", lines, paint)


def _cell(cell: Cell) -> str:
    before, after = cell.before or "-", cell.after or "-"
    return f"{before} -> {after}" if cell.changed else after


def _grades(grades: Sequence[GradeChange], paint: Paint) -> list[str]:
    lines: list[str] = []
    for one in grades:
        if one.changed:
            of = f" of {one.site}" if one.site else ""
            grade = _cell(Cell(before=one.before, after=one.after))
            highest = f" ({one.highest} is the highest)" if one.highest else ""
            lines.append(f"  {one.trend:9}{one.standard}{of}: {grade}{highest}")
            lines += [f"      newly missed: {one_line(miss)}" for miss in one.misses]
    return _headed("Grades, before -> after", lines, paint)


def _aligned(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    cells = [columns, *(tuple(map(one_line, row)) for row in rows)]
    widths = widths_of(cells)
    return [line for row in cells for line in lines_of(row, widths, "  ")]
