"""A check for people: the spec's line with a caret, the way out once for each rule, a summary."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from tricenter.policies.judge import Located
from tricenter.policies.report.checked import (
    Check,
    CheckedFile,
    asked_by,
    count,
    summary,
    worst_first,
)
from tricenter.policies.report.source import LONGEST, excerpt, one_line
from tricenter.topology.columns import folded
from tricenter.topology.errors import Diagnostic, Position

COLOURS = {
    "critical": "1;31",
    "high": "31",
    "medium": "33",
    "low": "36",
    "waived": "2",
    "unknown": "2",
    "error": "1;31",
}
"""Parameters of the terminal's sequence SGR."""
MARGIN = "      | "
"""What stands before the caret under a line of the spec."""
HANG = "      "
"""What stands before each further line of a finding."""
Paint = Callable[[str, str], str]
"""A text and the parameters of its colour, to the text as it is printed."""


def render(
    check: Check, *, colour: bool = False, most: int | None = None, width: int | None = None
) -> str:
    """Every file with its findings, the worst first, and a line that counts them.

    `most` is how many findings of one rule are shown, all by default; lines are folded to `width`.
    """
    lines: list[str] = []
    told: set[str] = set()
    paint = painted if colour else plain
    for file in check.files:
        lines += _file(file, told, paint, most, width)
    if len(check.files) > 1:
        problems = sum(len(file.diagnostics) for file in check.files)
        lines.append(f"{len(check.files)} files: {summary(tuple(check.found), problems)}")
    return "\n".join(lines) + "\n"


def _file(
    file: CheckedFile, told: set[str], paint: Paint, most: int | None, width: int | None
) -> Iterator[str]:
    yield from problem_lines(file.text, file.diagnostics, paint, width)
    shown: Counter[tuple[str, str]] = Counter()
    for located in worst_first(file.found):
        kind = (_word(located), located.violation.rule.id)
        shown[kind] += 1
        if most is None or shown[kind] <= most:
            yield from finding_lines(file.text, located, told, paint, width)
    for (word, rule), count_of in shown.items():
        if most is not None and count_of > most:
            yield f"and {count_of - most} more of {word}[{rule}]: --all shows them"
    problems = len(file.diagnostics)
    if problems:
        yield f"{file.file}: {count(problems, 'problem')}; no rule was asked"
    else:
        yield f"{file.file} on {file.target}: {summary(file.found)}"


def problem_lines(
    text: str, problems: Iterable[Diagnostic], paint: Paint, width: int | None = None
) -> Iterator[str]:
    """The lines of what is wrong with a file that is no valid spec; a place once for all there."""
    for position, there in groupby(problems, key=lambda one: one.position):
        for diagnostic in there:
            yield from _marked(one_line(str(diagnostic)), "error", paint, width)
        yield from _place(text, position, paint, width)


def finding_lines(
    text: str, located: Located, told: set[str], paint: Paint, width: int | None = None
) -> Iterator[str]:
    """The lines of a finding; what its rule says stands there unless `told` has it already."""
    rule, standing = located.violation.rule, located.violation.standing
    yield from _marked(one_line(str(located)), _word(located), paint, width)
    if standing != "violation":
        return
    yield from _place(text, located.position, paint, width)
    if rule.id not in told:
        told.add(rule.id)
        yield from _wrapped(f"{HANG}rule: {rule.sentence}", width)
        yield from _wrapped(f"{HANG}fix: {rule.fix}", width)
        yield from _wrapped(f"{HANG}asked for by: {asked_by(rule)}", width)


def _word(located: Located) -> str:
    standing = located.violation.standing
    return located.violation.rule.severity if standing == "violation" else standing


def _place(text: str, position: Position, paint: Paint, width: int | None) -> Iterator[str]:
    longest = LONGEST if width is None else min(LONGEST, width - len(MARGIN) - len("......"))
    shown = excerpt(text, position.line, position.column, longest)
    if shown is not None:
        line, caret = shown
        yield f"{position.line:>5} | {line}"
        yield f"{MARGIN}{paint(caret, '1;31')}"


def _marked(line: str, word: str, paint: Paint, width: int | None) -> Iterator[str]:
    """The line with its severity painted: the word before the rule's id in brackets."""
    painted_yet = False
    for part in _wrapped(line, width):
        found = re.search(rf"(?:^| ){word}\[", part) if not painted_yet else None
        if found is None:
            yield part
        else:
            painted_yet, at = True, found.end() - len(word) - 1
            yield f"{part[:at]}{paint(word, COLOURS[word])}{part[found.end() - 1 :]}"


def _wrapped(line: str, width: int | None) -> list[str]:
    return [line] if width is None else folded(line, width, HANG)


def painted(text: str, code: str) -> str:
    """A text in a colour of the terminal."""
    return f"\x1b[{code}m{text}\x1b[0m"


def plain(text: str, code: str) -> str:  # noqa: ARG001 - a Paint
    """A text as it is, for files and logs."""
    return text
