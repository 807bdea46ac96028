"""Grading: every criterion judged, the highest level that its criteria allow, the claim beside."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tricenter.policies.facts import Facts
from tricenter.policies.grades.checks import find_checks
from tricenter.policies.grades.claims import claim_of, claimed_by
from tricenter.policies.grades.levels import certainty_of, levels_reached
from tricenter.policies.grades.model import UNSURE, Evidence, Grade, Judged, Mark, worst
from tricenter.policies.grades.places import Locate, locator, nowhere
from tricenter.policies.grades.view import View
from tricenter.policies.judge import Violation, judge
from tricenter.policies.rules import rules_about
from tricenter.policies.standards import find_standards
from tricenter.policies.standards.model import Criterion, Standard
from tricenter.topology.document import Document


def grades(facts: Facts, read: Document | None, standard: str | None = None) -> tuple[Grade, ...]:
    """The grades of a topology by every standard, or by one; `read` is where it was read from,
    None where nobody asks for lines.

    By a standard for buildings there is first the topology's grade, its weakest site's, and then
    one for each site. Raises KeyError for a standard that is not known.
    """
    grader = _Grader(facts=facts, locate=locator(read) if read else nowhere)
    chosen = [standard] if standard is not None else [found.id for found in find_standards()]
    return tuple(grade for name in chosen for grade in grader.grades_by(name))


@dataclass(slots=True, kw_only=True)
class _Grader:
    """Grades of one topology; what was asked once is kept, for a standard may ask another."""

    facts: Facts
    locate: Locate
    known: dict[str, tuple[Grade, ...]] = field(default_factory=dict[str, tuple[Grade, ...]])

    def grades_by(self, name: str) -> tuple[Grade, ...]:
        """The topology's grade, and where buildings are judged its sites'."""
        if name not in self.known:
            standard = next((one for one in find_standards() if one.id == name), None)
            if standard is None:
                raise KeyError(name)
            self.known[name] = tuple(self._by(standard))
        return self.known[name]

    def _by(self, standard: Standard) -> Iterator[Grade]:
        if standard.of == "topology":
            yield self._graded(standard, None, self._judged(standard, None))
            return
        sites = [
            self._graded(standard, site, self._judged(standard, site))
            for site in sorted(self.facts.topology.sites)
        ]
        yield self._weakest(standard, sites)
        yield from sites

    def _weakest(self, standard: Standard, sites: list[Grade]) -> Grade:
        together = tuple(
            replace(
                ones[0],
                mark=worst([one.mark for one in ones]),
                evidence=tuple(dict.fromkeys(piece for one in ones for piece in one.evidence)),
            )
            for ones in zip(*(grade.criteria for grade in sites), strict=True)
        )
        grade = self._graded(standard, None, together)
        held = tuple(site.site or "" for site in sites if site.level == grade.level)
        return replace(grade, held_by=held if len(held) < len(sites) else ())

    def _graded(self, standard: Standard, site: str | None, criteria: tuple[Judged, ...]) -> Grade:
        level, met = levels_reached(standard, criteria)
        claimed, path = claimed_by(standard, self.facts.topology, site)
        return Grade(
            standard=standard.id,
            title=standard.title,
            edition=standard.edition,
            site=site,
            scale=standard.scale,
            level=level,
            met=met,
            certainty=certainty_of(standard, criteria, level, met),
            claimed=claimed,
            claim=claim_of(standard, self.facts.topology, site, claimed, level, met),
            claim_where=self.locate(path, "value")[0] if claimed and path else None,
            criteria=criteria,
        )

    def _judged(self, standard: Standard, site: str | None) -> tuple[Judged, ...]:
        return tuple(
            self._criterion(standard, level, criterion, site)
            for level, criterion in standard.criteria
        )

    def _criterion(
        self, standard: Standard, level: str | None, criterion: Criterion, site: str | None
    ) -> Judged:
        each = (criterion.of or standard.of) == "site" and site is None
        sites = sorted(self.facts.topology.sites) if each else [site]
        evidence = dict.fromkeys(
            self._placed(piece if criterion.not_checkable else replace(piece, site=where))
            for where in sites
            for piece in self._evidence(criterion, where)
        )
        mark = worst([piece.mark for piece in evidence])
        return Judged(
            id=criterion.id,
            level=level,
            asks=criterion.asks,
            clause=criterion.clause,
            confidence=criterion.confidence,
            source=criterion.source or standard.source,
            applies=criterion.applies,
            mark=capped(mark, criterion),
            evidence=tuple(evidence),
        )

    def _evidence(self, criterion: Criterion, site: str | None) -> Iterator[Evidence]:
        if criterion.not_checkable:
            yield Evidence(mark="not checkable", text=criterion.not_checkable)
        view = View(
            facts=self.facts,
            site=site,
            ask_rule=self.ask_rule,
            grade_of=lambda name: self.grades_by(name)[0],
        )
        for name, parameters in criterion.checks:
            yield from find_checks()[name](view, **parameters)
        for rule in criterion.rules:
            yield from self.ask_rule(rule, site)

    def ask_rule(self, rule: str, site: str | None) -> Iterator[Evidence]:
        """What a rule says, of one site alone if one is named; raises KeyError for no rule.

        A waiver says who answers for a violation: what a level asks is missing all the same.
        """
        found = {one.id: one for one in rules_about("spec")}[rule]
        verdicts = [v for v in judge(self.facts, [found]) if v.rule.id == rule]
        marks: dict[str, Mark] = {"unknown": "not checkable"}
        said = [v for v in verdicts if _is_about(v, site)]
        for violation in said:
            finding, waiver = violation.finding, violation.waiver
            by = f" (waived by {waiver.owner} until {waiver.expires})" if waiver else ""
            yield Evidence(
                mark=marks.get(violation.standing, "missed"),
                text=finding.message + by,
                path=finding.path,
                at=finding.at,
                rule=rule,
            )
        if not said:
            yield Evidence(mark="met", text="the rule is kept", rule=rule)

    def _placed(self, piece: Evidence) -> Evidence:
        if piece.path is None:
            return piece
        where, path = self.locate(piece.path, piece.at)
        return replace(piece, where=where, path=path)


def capped(mark: Mark, criterion: Criterion) -> Mark:
    """The mark, at best not contradicted where the number is not sourced for sure."""
    return "not contradicted" if mark == "met" and criterion.confidence in UNSURE else mark


def _is_about(violation: Violation, site: str | None) -> bool:
    path = violation.finding.path or ()
    return site is None or path[:2] == ("sites", site)
