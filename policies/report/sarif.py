"""A check as SARIF 2.1.0, which code hosts show at the lines of a pull request.

A finding that cannot be judged is of kind `open`, whose level must be `none` (section 3.27.10).
What is waived is a result with an external suppression: it counts, and it is not an alert.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from tricenter.policies.judge import Located
from tricenter.policies.report.checked import Check, CheckedFile, asked_by
from tricenter.policies.report.source import json_lines
from tricenter.policies.rule import Rule, Severity
from tricenter.topology.errors import Diagnostic, Position

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS: dict[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
}
SECURITY_SEVERITY: dict[Severity, str] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "2.0",
}
"""Within the ranges by which GitHub names a severity: critical from 9.0, high from 7.0, medium
from 4.0 (checked 2026-11-25: docs.github.com, SARIF support for code scanning)."""
FINGERPRINT = "tricenterFinding/v1"
RULES_PAGE = "docs/rules.md"


def render(check: Check, *, version: str = "", home: str = "") -> str:
    """The check as one SARIF run; `home` is the project's address, `version` the tool's."""
    problems = sorted({one.id for file in check.files for one in file.diagnostics})
    rules = [_rule(rule, home) for rule in _rules(check)]
    rules += [_problem_rule(name) for name in problems]
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    driver: dict[str, Any] = {"name": "tricenter", "rules": rules}
    if version:
        driver["semanticVersion"] = version
    if home:
        driver["informationUri"] = home
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _artifact(file.file)} for file in check.files],
        "results": [result for file in check.files for result in _results(file, index)],
    }
    return json_lines({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rules(check: Check) -> Iterable[Rule]:
    """Those that were asked, also where they found nothing: a host then closes its old alerts."""
    asked = {rule.id: rule for rule in check.rules}
    return (asked | {one.violation.rule.id: one.violation.rule for one in check.found}).values()


def _rule(rule: Rule, home: str) -> dict[str, Any]:
    page = f"{RULES_PAGE}#{rule.id}"
    clauses = asked_by(rule)
    described: dict[str, Any] = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.sentence},
        "fullDescription": {"text": f"{rule.sentence} Asked for by: {clauses}."},
        "help": {
            "text": f"{rule.sentence} Fix: {rule.fix}. Asked for by: {clauses}.",
            "markdown": _help(rule),
        },
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "tags": sorted({"security", "availability", rule.topic}),
            "precision": "very-high",
            "problem.severity": _problem_severity(rule.severity),
            "security-severity": SECURITY_SEVERITY[rule.severity],
        },
    }
    if home:
        described["helpUri"] = f"{home.rstrip('/')}/blob/main/{page}"
    return described


def _help(rule: Rule) -> str:
    lines = [f"**{rule.sentence}**", "", f"Fix: {rule.fix}.", "", "Asked for by:", ""]
    lines += [f"- {clause}" for clause in rule.clauses]
    if rule.also_in:
        lines += ["", f"Also asked for by other tools: {', '.join(rule.also_in)}."]
    return "\n".join(lines)


def _problem_severity(severity: Severity) -> str:
    return {"error": "error", "warning": "warning", "note": "recommendation"}[LEVELS[severity]]


def _problem_rule(name: str) -> dict[str, Any]:
    text = f"The spec is not valid: {name.replace('-', ' ')}."
    return {
        "id": name,
        "shortDescription": {"text": text},
        "help": {"text": f"{text} No rule was asked: mend the spec first."},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["spec"]},
    }


def _results(file: CheckedFile, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for diagnostic in file.diagnostics:
        yield {
            **_result(file, diagnostic.id, _said(diagnostic), diagnostic.position, index),
            **_fingerprint(file.file, diagnostic.id, diagnostic.path, seen),
            "level": "error",
        }
    for located in file.found:
        rule = located.violation.rule
        message = located.violation.finding.message
        text = f"{located.path}: {message}" if located.path else message
        yield {
            **_result(file, rule.id, text, located.position, index),
            **_fingerprint(file.file, rule.id, located.path, seen),
            **_standing(located),
        }


def _said(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.path}: {diagnostic.message}" if diagnostic.path else diagnostic.message


def _result(
    file: CheckedFile, rule: str, message: str, position: Position, index: dict[str, int]
) -> dict[str, Any]:
    region = {"startLine": position.line, "startColumn": position.column}
    place = {"artifactLocation": _artifact(file.file), "region": region}
    return {
        "ruleId": rule,
        "ruleIndex": index[rule],
        # In a message `[text](1)` would be a link (section 3.11.6); a spec's text is none.
        "message": {"text": message.replace("](", "] (")},
        "locations": [{"physicalLocation": place}],
    }


def _standing(located: Located) -> dict[str, Any]:
    violation = located.violation
    if violation.standing == "unknown":
        return {"kind": "open", "level": "none"}
    said: dict[str, Any] = {"kind": "fail", "level": LEVELS[violation.rule.severity]}
    waiver = violation.waiver
    if violation.standing == "waived" and waiver is not None:
        justification = f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
        suppression = {"kind": "external", "status": "accepted", "justification": justification}
        said["suppressions"] = [suppression]
    return said


def _fingerprint(file: str, rule: str, path: str, seen: Counter[str]) -> dict[str, Any]:
    """What stays the same when lines move or a number in the message changes."""
    key = "\0".join((uri(file), rule, path))
    seen[key] += 1
    digest = hashlib.sha256(f"{key}\0{seen[key]}".encode()).hexdigest()
    return {"partialFingerprints": {FINGERPRINT: digest[:32]}}


def _artifact(file: str) -> dict[str, Any]:
    address = uri(file)
    return {"uri": address} if ":" in address else {"uri": address, "uriBaseId": "%SRCROOT%"}


def uri(file: str) -> str:
    """A file's name as a URI: relative ones stay relative to where the command was called."""
    path = PurePath(file)
    shown = quote(path.as_posix(), safe="/")
    return f"file://{shown}" if path.is_absolute() else shown
