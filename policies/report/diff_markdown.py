"""A difference as a pull-request comment: dangers first, what is long folded, never too long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tricenter.policies.diff.difference import Difference
from tricenter.policies.diff.grades import GradeChange
from tricenter.policies.diff.grid import Cell, Grid, Line
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
    verdict,
    way,
    way_through,
)
from tricenter.policies.report.escape import apart, code, escaped, folded, table
from tricenter.policies.report.markdown import problem_table, violation_table, ways_out
from tricenter.topology.errors import Diagnostic

MARKER = "<!-- tricenter diff {name} -->"
"""The first line, hidden to readers: by it a build finds its own comment and updates it."""
LONGEST = 65_000
"""Characters of a comment; GitHub takes 65,536 (checked 2026-11-25)."""
SIGNS = {"delete": "🗑️", "replace": "♻️", "shrink": "📉"}
WAYS = {"weaker": "⬇️ **weaker**", "stronger": "⬆️ stronger", "changed": ""}
TRENDS = {"falls": "⬇️", "rises": "⬆️", "changes": "", "stays": ""}
PROBLEMS = 20
FENCE = "```"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brevity:
    """How much is shown: pictures, rows that do not change, rows of a table."""

    pictures: bool = True
    same: bool = True
    rows: int | None = None


STEPS = (
    Brevity(),
    Brevity(pictures=False),
    Brevity(pictures=False, same=False),
    Brevity(pictures=False, same=False, rows=40),
    Brevity(pictures=False, same=False, rows=10),
    Brevity(pictures=False, same=False, rows=3),
)
"""From all to the shortest; the first that fits is taken."""


def render(difference: Difference) -> str:
    """The comment; what had to be left out is said at its end."""
    text = ""
    for brevity in STEPS:
        text = "\n".join(_comment(difference, brevity)) + "\n"
        if len(text) <= LONGEST:
            break
    return text


def marker(name: str) -> str:
    """The hidden line of a spec's comment; a name cannot end it."""
    shown = "".join(character for character in name if character.isprintable())
    return MARKER.format(name=shown.replace("--", "-").replace(">", ""))


def _comment(difference: Difference, brevity: Brevity) -> Iterator[str]:
    doubtful = difference.dangers or difference.weaker
    sign = "❌" if difference.refused else "⚠️" if doubtful else "✅"
    yield marker(difference.new.name)
    yield f"### {sign} tricenter: {code(difference.new.name)}"
    yield ""
    yield f"**{'Refused' if difference.refused else 'Not refused'}**: {verdict(difference)}."
    if note := old_note(difference):
        yield f"{note}"
    yield from _dangers(difference, brevity)
    yield from _problems(difference)
    yield from _violations(difference, brevity)
    yield from _values(difference.values, brevity)
    yield from _waivers(difference.waivers, brevity)
    for grid in (difference.losses, difference.holdings):
        yield from _grid(grid, brevity)
    yield from _grades(difference.grades)
    if brevity.pictures:
        yield from _pictures(difference)
    yield from _foot(difference, brevity)


def _dangers(difference: Difference, brevity: Brevity) -> Iterator[str]:
    rows = [
        (
            f"{SIGNS[one.loss.verb]} **{one.loss.verb}**",
            escaped(one.loss.subject),
            escaped(one.loss.message),
            f"{one.loss.side} {one.position.line}",
            escaped(let_through(one)) or "**refused**",
        )
        for one in difference.dangers
    ]
    if rows:
        yield from ("", "#### ⚠️ Data that would be lost", "")
        columns = ("", "What", "Which data", "Line", "Let through")
        yield from _cut(columns, rows, brevity)
    if ways := way_through(difference):
        when = BEFORE if goes(difference) else "in this one"
        yield from ("", f"To let a loss through, bring a line {when}: {code(ways[0])}")
    idle = [f"- {escaped(said)}" for said in map(idle_consent, difference.consents) if said]
    if idle:
        title = f"{count(len(idle), 'line')} of `may_destroy` without effect here"
        lines = [*idle[: brevity.rows], *_more(len(idle), brevity)]
        yield from ("", f"{title}:", "", *lines)


def _problems(difference: Difference) -> Iterator[str]:
    if difference.new.diagnostics:
        yield from ("", "#### Not a valid spec", "")
        yield from _problem_lines(difference.new.diagnostics)
    elif difference.old.diagnostics:
        title = f"The old spec: {count(len(difference.old.diagnostics), 'problem')}"
        yield from ("", *folded(title, _problem_lines(difference.old.diagnostics)))


def _problem_lines(problems: Sequence[Diagnostic]) -> list[str]:
    """The first problems, and how many there are besides."""
    lines, more = problem_table(problems[:PROBLEMS]), _others(len(problems) - PROBLEMS)
    return [*lines, *([""] if more else []), *more]


def _violations(difference: Difference, brevity: Brevity) -> Iterator[str]:
    found = difference.violations
    if found.new:
        yield from ("", f"#### New violations ({len(found.new)})", "")
        yield from _found(found.new, brevity)
        yield from ("", *ways_out(worst_first(found.new)[: brevity.rows]))
    if found.staying:
        title = f"{count(len(found.staying), 'violation')} that were there before"
        lines = [*_found(found.staying, brevity), "", *ways_out(found.staying[: brevity.rows])]
        yield from ("", *folded(title, lines))
    if found.gone:
        title = f"✅ {count(len(found.gone), 'violation')} fixed (lines of the old spec)"
        yield from ("", *folded(title, _found(found.gone, brevity)))
    if difference.unknown.new:
        title = f"{len(difference.unknown.new)} newly cannot be judged"
        yield from ("", *folded(title, _found(difference.unknown.new, brevity)))


def _found(found: Sequence[Located], brevity: Brevity) -> list[str]:
    lines = violation_table(worst_first(found)[: brevity.rows])
    return [*lines, *_more(len(found), brevity)]


def _values(changes: Sequence[ValueChange], brevity: Brevity) -> Iterator[str]:
    columns = ("", "Of", "Before → **after**", "Line")
    for promise in (True, False):
        rows = [
            (
                WAYS[one.trend],
                code(one.path),
                _cell(Cell(before=one.before, after=one.after)),
                f"{one.side} {one.position.line}",
            )
            for one in changes
            if one.promise is promise
        ]
        if rows and promise:
            yield from ("", f"#### Promises, before → **after** ({len(rows)})", "")
            yield from _cut(columns, rows, brevity)
        elif rows:
            title = f"What else changes in the spec: {count(len(rows), 'value')}"
            yield from ("", *folded(title, _cut(columns, rows, brevity)))


def _waivers(waivers: Sequence[WaiverChange], brevity: Brevity) -> Iterator[str]:
    if not waivers:
        return
    rows = [
        (
            _state(one),
            code(one.waiver.rule),
            code(one.waiver.target),
            escaped(one.waiver.owner),
            _until(one),
            escaped(one.waiver.reason),
            str(one.covers) if one.state != "gone" else "",
        )
        for one in waivers
    ]
    told = any(one.state != "stays" or one.expired for one in waivers)
    columns = ("", "Rule", "For", "Owner", "Until", "Why", "Covers")
    lines = _cut(columns, rows, brevity)
    if told:
        yield from ("", f"#### Waivers ({len(waivers)})", "", *lines)
    else:
        yield from ("", *folded(f"{count(len(waivers), 'waiver')}, none changed", lines))


def _state(one: WaiverChange) -> str:
    if one.expired and one.state != "gone":
        return "**expired**"
    return one.state if one.state == "stays" else f"**{one.state}**"


def _until(one: WaiverChange) -> str:
    if one.before is None or one.before.expires == one.waiver.expires:
        return str(one.waiver.expires)
    return f"{one.before.expires} → **{one.waiver.expires}**"


def _grid(grid: Grid, brevity: Brevity) -> Iterator[str]:
    if not grid.lines:
        return
    columns = (*grid.about, *grid.columns)
    changed, same = grid.changed, grid.same
    if changed:
        yield from ("", f"#### {grid.title}, before → **after**", "")
        yield from _cut(columns, [_row(line) for line in changed], brevity)
    if same and brevity.same:
        word = "do not change" if changed else "do not change, all of them"
        title = f"{grid.title}: {count(len(same), 'row')} {word}"
        yield from ("", *folded(title, _cut(columns, [_row(line) for line in same], brevity)))


def _row(line: Line) -> tuple[str, ...]:
    about = (code(line.about[0]), *map(escaped, line.about[1:]))
    return (*about, *map(_cell, line.cells))


def _cell(cell: Cell) -> str:
    before, after = cell.before, cell.after
    if before is not None and after is not None and cell.changed:
        before, after = apart(before, after)
    was = "–" if before is None else escaped(before)
    now = "–" if after is None else escaped(after)
    return f"{was} → **{now}**" if cell.changed else now


def _grades(grades: Sequence[GradeChange]) -> Iterator[str]:
    changed = [one for one in grades if one.changed]
    if not changed:
        return
    yield from ("", "#### Grades, before → **after**", "")
    rows = [
        (
            escaped(one.standard) + (f" of {escaped(one.site)}" if one.site else ""),
            f"{TRENDS[one.trend]} {_cell(Cell(before=one.before, after=one.after))}{way(one)}",
            "<br>".join([*map(escaped, one.misses[:3]), *_others(len(one.misses) - 3)]),
        )
        for one in changed
    ]
    yield from table(("Standard", "Grade", "Newly missed"), rows)


def _others(number: int) -> list[str]:
    return [f"and {number} more"] if number > 0 else []


def _pictures(difference: Difference) -> Iterator[str]:
    before, after = difference.pictures
    if before == after:
        both = [("Picture (it does not change)", after)]
    else:
        both = [("Picture before", before), ("Picture after", after)]
    for title, picture in both:
        if picture is not None:
            drawn = [f"{FENCE}mermaid", *picture.rstrip("\n").split("\n"), FENCE]
            yield from ("", *folded(title, drawn))


def _foot(difference: Difference, brevity: Brevity) -> Iterator[str]:
    left: list[str] = []
    if not brevity.pictures:
        left.append("pictures")
    if not brevity.same:
        left.append("rows that do not change")
    if brevity.rows is not None:
        left.append(f"all but {brevity.rows} rows of each table")
    command = f"tricenter diff {difference.old.name} {difference.new.name}"
    cut = f" Too long for a comment, left out: {', '.join(left)}." if left else ""
    yield ""
    yield f"<sub>Judged on {difference.target} by {code(command)}.{cut}</sub>"


def _cut(columns: tuple[str, ...], rows: list[tuple[str, ...]], brevity: Brevity) -> list[str]:
    return [*table(columns, rows[: brevity.rows]), *_more(len(rows), brevity)]


def _more(total: int, brevity: Brevity) -> list[str]:
    if brevity.rows is None or total <= brevity.rows:
        return []
    return ["", f"and {total - brevity.rows} more"]
