"""A check as Markdown, for a job's summary or a comment."""

from collections.abc import Iterable, Sequence

from tricenter.policies.judge import Located
from tricenter.policies.report.checked import (
    Check,
    CheckedFile,
    asked_by,
    count,
    summary,
    worst_first,
)
from tricenter.policies.report.escape import code, escaped, folded, ours, table
from tricenter.policies.rule import Rule
from tricenter.topology.errors import Diagnostic

MARKS = {"critical": "🔴", "high": "🟠", "medium": "🟡", "low": "🔵"}


def render(check: Check) -> str:
    """A section for each file: problems, violations with the way out, then waived and unknown."""
    problems = sum(len(file.diagnostics) for file in check.files)
    lines = [f"### tricenter check: {summary(tuple(check.found), problems)}"]
    for file in check.files:
        lines += ["", *_file(file)]
    return "\n".join(lines) + "\n"


def _file(file: CheckedFile) -> list[str]:
    name = code(file.file)
    if file.diagnostics:
        title = f"#### {name}: {count(len(file.diagnostics), 'problem')}, no rule was asked"
        return [title, "", *problem_table(file.diagnostics)]
    lines = [f"#### {name} on {file.target}: {summary(file.found)}"]
    violations = standing(file.found, "violation")
    if violations:
        lines += ["", *violation_table(violations), "", *ways_out(violations)]
    return [*lines, *waived_and_unknown(file.found)]


def standing(found: Sequence[Located], word: str) -> tuple[Located, ...]:
    """The findings of one standing, the worst first."""
    return tuple(one for one in worst_first(found) if one.violation.standing == word)


def problem_table(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """What is wrong with a file that is no valid spec."""
    rows = [
        (
            f"{one.position.line}:{one.position.column}",
            code(one.id),
            f"{code(one.path)} {escaped(one.message)}".strip(),
        )
        for one in diagnostics
    ]
    return table(("Line", "Problem", "What"), rows)


def violation_table(found: Iterable[Located]) -> list[str]:
    """A row for each finding: how grave, where, which rule, what."""
    rows = [
        (
            f"{MARKS[one.violation.rule.severity]} {one.violation.rule.severity}",
            str(one.position.line),
            code(one.violation.rule.id),
            f"{code(one.path)} {escaped(one.violation.finding.message)}".strip(),
        )
        for one in found
    ]
    return table(("Severity", "Line", "Rule", "What"), rows)


def ways_out(found: Iterable[Located]) -> list[str]:
    """For each rule once: what it holds, how to keep it, what asks for it."""
    rules = {one.violation.rule.id: one.violation.rule for one in found}
    return folded(f"How to fix, and what asks for it ({count(len(rules), 'rule')})", [
        line for rule in rules.values() for line in _way_out(rule)
    ])  # fmt: skip


def _way_out(rule: Rule) -> list[str]:
    return [
        f"- {code(rule.id)}: {ours(rule.sentence)}<br>",
        f"  **Fix:** {ours(rule.fix)}<br>",
        f"  Asked for by: {ours(asked_by(rule))}",
    ]


def waived_and_unknown(found: Sequence[Located]) -> list[str]:
    """What does not refuse, folded: who waived what until when, and what cannot be judged."""
    lines: list[str] = []
    waived, unknown = standing(found, "waived"), standing(found, "unknown")
    if waived:
        title = f"{len(waived)} waived"
        lines += ["", *folded(title, waiver_table(waived))]
    if unknown:
        rows = [
            (str(one.position.line), code(one.violation.rule.id), escaped(one.message))
            for one in unknown
        ]
        title = f"{len(unknown)} cannot be judged"
        lines += ["", *folded(title, table(("Line", "Rule", "What is not known"), rows))]
    return lines


def waiver_table(waived: Iterable[Located]) -> list[str]:
    """A row for each finding that somebody answers for."""
    rows = [
        (
            str(one.position.line),
            code(one.violation.rule.id),
            escaped(one.violation.finding.message),
            escaped(waiver.owner),
            str(waiver.expires),
            escaped(waiver.reason),
        )
        for one in waived
        if (waiver := one.violation.waiver) is not None
    ]
    return table(("Line", "Rule", "What", "Waived by", "Until", "Why"), rows)
