"""A check for programs: everything that is known, under a versioned format."""

from collections import Counter
from typing import Any

from tricenter.policies.judge import Located
from tricenter.policies.report.checked import Check, CheckedFile
from tricenter.policies.report.source import json_lines
from tricenter.policies.rule import SEVERITIES, Rule
from tricenter.topology.errors import Diagnostic

FORMAT = "tricenter.check/v1"


def render(check: Check) -> str:
    """The check as JSON: counts, each file with its findings, the rules that spoke."""
    found = tuple(check.found)
    spoke = {one.violation.rule.id: one.violation.rule for one in found}
    data = {
        "format": FORMAT,
        "refused": check.refused,
        "fail_on": check.fail_on,
        "counts": _counts(check),
        "files": [_file(check, file) for file in check.files],
        "rules": {name: rule_data(spoke[name]) for name in sorted(spoke)},
    }
    return json_lines(data) + "\n"


def _counts(check: Check) -> dict[str, int]:
    found = tuple(check.found)
    standings = Counter(one.violation.standing for one in found)
    severities = Counter(
        one.violation.rule.severity for one in found if one.violation.standing == "violation"
    )
    return {
        "files": len(check.files),
        "rules": len(check.rules),
        "problems": sum(len(file.diagnostics) for file in check.files),
        "violations": standings["violation"],
        **{name: severities[name] for name in SEVERITIES},
        "waived": standings["waived"],
        "unknown": standings["unknown"],
    }


def _file(check: Check, file: CheckedFile) -> dict[str, Any]:
    return {
        "file": file.file,
        "target": file.target or None,
        "valid": not file.diagnostics,
        "problems": [diagnostic_data(one) for one in file.diagnostics],
        "findings": [finding_data(one) | {"refuses": check.refuses(one)} for one in file.found],
    }


def diagnostic_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """A problem of a spec, as `tricenter validate` prints it."""
    return {
        "line": diagnostic.position.line,
        "column": diagnostic.position.column,
        "id": diagnostic.id,
        "path": diagnostic.path,
        "message": diagnostic.message,
    }


def finding_data(located: Located) -> dict[str, Any]:
    """A finding of a rule with its place and where it stands."""
    violation = located.violation
    waiver = violation.waiver
    return {
        "rule": violation.rule.id,
        "severity": violation.rule.severity,
        "standing": violation.standing,
        "line": located.position.line,
        "column": located.position.column,
        "path": located.path,
        "message": violation.finding.message,
        "resource": violation.finding.resource,
        "waiver": waiver and waiver.model_dump(mode="json"),
    }


def rule_data(rule: Rule) -> dict[str, Any]:
    """What a rule says of itself."""
    return {
        "topic": rule.topic,
        "severity": rule.severity,
        "sentence": rule.sentence,
        "fix": rule.fix,
        "clauses": [
            {"source": clause.source, "clause": str(clause), "confidence": clause.confidence}
            for clause in rule.clauses
        ],
        "also_in": list(rule.also_in),
    }
