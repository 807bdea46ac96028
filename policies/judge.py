"""Judging a topology: every rule's findings, what waivers cover, and where each is in the file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tricenter.policies.facts import Facts, WaiverFacts
from tricenter.policies.rule import REFUSING, SEVERITIES, Finding, Rule, Severity
from tricenter.policies.rules import rule_ids, rules_about
from tricenter.policies.waivers import covers, is_expired
from tricenter.topology.document import Document
from tricenter.topology.errors import Position, TricenterError
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Waiver
from tricenter.topology.validate import diagnose

Standing = Literal["violation", "waived", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A rule's finding, and where it stands: violated, waived (by whom), or not to be judged."""

    rule: Rule
    finding: Finding
    standing: Standing
    waiver: Waiver | None = None

    def refuses(self, fail_on: Severity = REFUSING) -> bool:
        """Whether it stops a topology where severities from `fail_on` up do."""
        worst = SEVERITIES.index(self.rule.severity) <= SEVERITIES.index(fail_on)
        return self.standing == "violation" and worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A violation with its place in a file; `path` is as users read it."""

    violation: Violation
    file: str
    position: Position
    path: str

    @property
    def message(self) -> str:
        """What is wrong, in one sentence, and who waived it."""
        said, waiver = self.violation.finding.message, self.violation.waiver
        if waiver is None:
            return said
        return f"{said} (waived by {waiver.owner} until {waiver.expires}: {waiver.reason})"

    def __str__(self) -> str:
        """The line that users see, the same in every place where rules are judged."""
        rule, standing = self.violation.rule, self.violation.standing
        word = rule.severity if standing == "violation" else standing
        where = f"{self.file}:{self.position.line}:{self.position.column}"
        subject = f"{self.path}: " if self.path else ""
        return f"{where}: {word}[{rule.id}] {subject}{self.message}"


class RefusedError(TricenterError):
    """Rules are not kept; `diagnostics` has every violation that refuses, in file order."""

    def __init__(self, violations: Iterable[Located]) -> None:
        self.diagnostics = tuple(violations)
        super().__init__("\n".join(map(str, self.diagnostics)))


def judge(facts: Facts, rules: Sequence[Rule] | None = None) -> tuple[Violation, ...]:
    """What the rules about specs find in a topology, in the rules' order, and then what is to say
    of its waivers; all rules by default."""
    chosen = rules_about("spec") if rules is None else rules
    found = [violation for rule in chosen for violation in stand(rule, rule.find(facts), facts)]
    return (*found, *_waivers(facts, found, chosen))


def stand(rule: Rule, findings: Iterable[Finding], facts: Facts) -> Iterator[Violation]:
    """Findings of one rule with where they stand; a waiver that has expired covers nothing."""
    topology = facts.topology
    for finding in findings:
        waiver = next((w for w in topology.waivers if covers(w, rule.id, finding, topology)), None)
        if waiver is not None and not is_expired(waiver, facts.today):
            yield Violation(rule=rule, finding=finding, standing="waived", waiver=waiver)
        else:
            yield Violation(rule=rule, finding=finding, standing=finding.verdict)


def _waivers(
    facts: Facts, found: Sequence[Violation], judged: Sequence[Rule]
) -> Iterator[Violation]:
    """What the rules about waivers find; nobody can waive these."""
    waivers = facts.topology.waivers
    if not waivers:
        return
    needed = {id(violation.waiver) for violation in found}
    about = WaiverFacts(
        topology=facts.topology,
        today=facts.today,
        used=frozenset(index for index, waiver in enumerate(waivers) if id(waiver) in needed),
        rules=rule_ids(),
        judged=frozenset(rule.id for rule in judged),
        unwaivable=frozenset(rule.id for rule in rules_about("waiver")),
    )
    for rule in rules_about("waiver"):
        for finding in rule.find(about):
            yield Violation(rule=rule, finding=finding, standing=finding.verdict)


def locate(read: Document, violations: Iterable[Violation]) -> tuple[Located, ...]:
    """The violations with their places in the spec's file, in file order, worst first on a line."""
    found = [_located(read, violation) for violation in violations]
    return tuple(sorted(found, key=_order))


def _located(read: Document, violation: Violation) -> Located:
    finding = violation.finding
    problem = Problem(
        path=finding.path or (), id=violation.rule.id, message=finding.message, at=finding.at
    )
    (diagnostic,) = diagnose(read, [problem])
    return Located(
        violation=violation,
        file=diagnostic.file,
        position=diagnostic.position,
        path=diagnostic.path,
    )


def _order(located: Located) -> tuple[Position, int, str, str]:
    rule = located.violation.rule
    return located.position, SEVERITIES.index(rule.severity), rule.id, located.message
