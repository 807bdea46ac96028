"""Verdicts: pass, unknown or fail; the worst of many wins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What a check says. No data is `unknown`, which is no success."""

    PASS = "pass"  # noqa: S105 - no password
    UNKNOWN = "unknown"
    FAIL = "fail"


SEVERITY = {Verdict.PASS: 0, Verdict.UNKNOWN: 1, Verdict.FAIL: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found: a sentence for people, and the numbers that it rests on."""

    check: str
    verdict: Verdict
    text: str
    evidence: Mapping[str, Any] = field(default_factory=dict[str, Any])


def worst(findings: Iterable[Finding]) -> Verdict:
    """The worst verdict; unknown when nothing was found at all."""
    verdicts = [finding.verdict for finding in findings]
    return max(verdicts, key=SEVERITY.__getitem__) if verdicts else Verdict.UNKNOWN
