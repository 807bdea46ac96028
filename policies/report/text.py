"""A check for people: the spec's line with a caret, the way out once for each rule, a summary."""

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
from tricenter.policies.report.source import excerpt, one_line
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
Paint = Callable[[str, str], str]
"""A text and the parameters of its colour, to the text as it is printed."""


def render(check: Check, *, colour: bool = False, most: int | None = None) -> str:
    """Every file with its findings, the worst first, and a line that counts them.

    `most` is how many findings of one rule are shown, all by default.
    """
    lines: list[str] = []
    told: set[str] = set()
    paint = painted if colour else plain
    for file in check.files:
        lines += _file(file, told, paint, most)
    if len(check.files) > 1:
        problems = sum(len(file.diagnostics) for file in check.files)
        lines.append(f"{len(check.files)} files: {summary(tuple(check.found), problems)}")
    return "\n".join(lines) + "\n"


def _file(file: CheckedFile, told: set[str], paint: Paint, most: int | None) -> Iterator[str]:
    yield from problem_lines(file.text, file.diagnostics, paint)
    shown: Counter[tuple[str, str]] = Counter()
    for located in worst_first(file.found):
        kind = (_word(located), located.violation.rule.id)
        shown[kind] += 1
        if most is None or shown[kind] <= most:
            yield from finding_lines(file.text, located, told, paint)
    for (word, rule), count_of in shown.items():
        if most is not None and count_of > most:
            yield f"and {count_of - most} more of {word}[{rule}]: --all shows them"
    problems = len(file.diagnostics)
    if problems:
        yield f"{file.file}: {count(problems, 'problem')}; no rule was asked"
    else:
        yield f"{file.file} on {file.target}: {summary(file.found)}"


def problem_lines(text: str, problems: Iterable[Diagnostic], paint: Paint) -> Iterator[str]:
    """The lines of what is wrong with a file that is no valid spec; a place once for all there."""
    for position, there in groupby(problems, key=lambda one: one.position):
        for diagnostic in there:
            yield _marked(one_line(str(diagnostic)), "error", paint)
        yield from _place(text, position, paint)


def finding_lines(text: str, located: Located, told: set[str], paint: Paint) -> Iterator[str]:
    """The lines of a finding; what its rule says stands there unless `told` has it already."""
    rule, standing = located.violation.rule, located.violation.standing
    yield _marked(one_line(str(located)), _word(located), paint)
    if standing != "violation":
        return
    yield from _place(text, located.position, paint)
    if rule.id not in told:
        told.add(rule.id)
        yield f"      rule: {rule.sentence}"
        yield f"      fix: {rule.fix}"
        yield f"      asked for by: {asked_by(rule)}"


def _word(located: Located) -> str:
    standing = located.violation.standing
    return located.violation.rule.severity if standing == "violation" else standing


def _place(text: str, position: Position, paint: Paint) -> Iterator[str]:
    shown = excerpt(text, position.line, position.column)
    if shown is not None:
        line, caret = shown
        yield f"{position.line:>5} | {line}"
        yield f"      | {paint(caret, '1;31')}"


def _marked(line: str, word: str, paint: Paint) -> str:
    """The line with its severity painted: the word before the rule's id in brackets."""
    return line.replace(f" {word}[", f" {paint(word, COLOURS[word])}[", 1)


def painted(text: str, code: str) -> str:
    """A text in a colour of the terminal."""
    return f"\x1b[{code}m{text}\x1b[0m"


def plain(text: str, code: str) -> str:  # noqa: ARG001 - a Paint
    """A text as it is, for files and logs."""
    return text
