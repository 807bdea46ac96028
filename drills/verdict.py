"""What the checks of a drill find."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tricenter.policies.records.verdict import Verdict, worst_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found: a sentence for people, and the numbers that it rests on."""

    check: str
    verdict: Verdict
    text: str
    evidence: Mapping[str, Any] = field(default_factory=dict[str, Any])


def worst(findings: Iterable[Finding]) -> Verdict:
    """The worst verdict; unknown when nothing was found at all."""
    return worst_of(finding.verdict for finding in findings)
