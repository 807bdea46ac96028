"""What a spec claims by a standard, and whether the evidence bears it."""

from collections.abc import Iterator
from typing import Any

from tricenter.policies.facts import Facts
from tricenter.policies.grades.model import Claim, Grade
from tricenter.policies.standards import find_standards
from tricenter.policies.standards.model import Standard
from tricenter.topology.errors import Path
from tricenter.topology.spec import Topology

ALIASES = {"class": "class_"}


def claimed_by(standard: Standard, topology: Topology, site: str | None) -> tuple[str | None, Path]:
    """The level that the spec claims for the topology or a site, and where it does."""
    stated = standard.claim.topology if site is None else standard.claim.site
    if stated is None:
        return None, ()
    steps = tuple(stated.split("."))
    here: Any = topology if site is None else topology.sites[site]
    for step in steps:
        here = getattr(here, ALIASES.get(step, step))
    path: Path = steps if site is None else ("sites", site, *steps)
    return (None if here is None else str(here)), path


def claimed_path(grade: Grade) -> Path:
    """Where the spec makes the claim of a grade."""
    standard = next(one for one in find_standards() if one.id == grade.standard)
    stated = standard.claim.topology if grade.site is None else standard.claim.site
    steps: Path = tuple((stated or "").split("."))
    return steps if grade.site is None else ("sites", grade.site, *steps)


def judge_claims(facts: Facts) -> Iterator[Grade]:
    """The grades by the standards that the spec claims, where a claim is above the evidence."""
    from tricenter.policies.grades.grading import grades

    topology = facts.topology
    for standard in find_standards():
        claims = [claimed_by(standard, topology, site)[0] for site in (None, *topology.sites)]
        if any(claims):
            yield from (one for one in grades(facts, None, standard.id) if one.claim == "above")


def claim_of(
    standard: Standard,
    topology: Topology,
    site: str | None,
    claimed: str | None,
    level: str | None,
    met: str | None,
) -> Claim:
    """How a claim stands against what was reached."""
    if claimed is None:
        return "none"
    if standard.recorded:
        return (
            "above" if site is None and _exceeds_a_site(standard, topology, claimed) else "recorded"
        )
    if _index(standard, claimed) <= _index(standard, met):
        return "met"
    return "not contradicted" if _index(standard, claimed) <= _index(standard, level) else "above"


def _exceeds_a_site(standard: Standard, topology: Topology, claimed: str) -> bool:
    """Whether a topology claims more than one of its sites does."""
    stated = [claimed_by(standard, topology, site)[0] for site in topology.sites]
    return any(_index(standard, claimed) > _index(standard, one) for one in stated)


def _index(standard: Standard, level: str | None) -> int:
    return -1 if level is None else standard.scale.index(level)
