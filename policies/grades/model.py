"""What a grade is: marks of criteria with their evidence, the level reached, the claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tricenter.topology.errors import Path

Confidence = Literal["primary", "secondary", "seed", "background", "unverified"]
"""How sure a number of a standard is; docs/grades.md says what each word means."""
UNSURE: tuple[Confidence, ...] = ("background", "unverified")
"""A criterion that rests on these is at best not contradicted."""
Mark = Literal["met", "not contradicted", "not checkable", "missed"]
Certainty = Literal["met", "not contradicted", "not checkable", "recorded", "missed"]
Claim = Literal["none", "met", "not contradicted", "recorded", "above"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that bears on a criterion.

    `path` leads into the spec and `where` is its file:line:column; `rule` is a rule's id, `record`
    a drill record's file name and `age_days` its age, `resource` the logical name of a component
    that carries it, `site` the site that it is about where each is judged.
    """

    mark: Mark
    text: str
    path: Path | None = None
    at: Literal["key", "value"] = "value"
    where: str | None = None
    rule: str | None = None
    record: str | None = None
    age_days: int | None = None
    resource: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A criterion of a standard and how it came out; `level` is None for an article."""

    id: str
    level: str | None
    asks: str
    clause: str
    confidence: Confidence
    source: str
    applies: str
    mark: Mark
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """How far a topology (or one of its sites) comes by one standard.

    `level` is the highest that nothing contradicts, `met` the highest with every listed criterion
    met; both None for none, and for a standard that is a list of articles. `certainty` is that of
    `level`, or of the articles together. `bears` says which sites hold the level down.
    """

    standard: str
    title: str
    edition: str
    site: str | None
    scale: tuple[str, ...]
    level: str | None
    met: str | None
    certainty: Certainty
    claimed: str | None
    claim: Claim
    claim_where: str | None
    criteria: tuple[Judged, ...]
    held_by: tuple[str, ...] = ()

    @property
    def next_level(self) -> str | None:
        """The level above the one reached; None at the top and where there are no levels."""
        if not self.scale or self.certainty == "recorded":
            return None
        index = -1 if self.level is None else self.scale.index(self.level)
        return self.scale[index + 1] if index + 1 < len(self.scale) else None

    @property
    def misses(self) -> tuple[Judged, ...]:
        """The criteria that keep it from the next level; of articles, those that are missed."""
        if not self.scale:
            return tuple(one for one in self.criteria if one.mark == "missed")
        wanted = self.next_level
        blocking = [one for one in self.criteria if one.level == wanted]
        missed = tuple(one for one in blocking if one.mark == "missed")
        # Where nothing is missed, the level is out of reach because nothing of it can be judged.
        return missed or tuple(one for one in blocking if one.mark == "not checkable")


def worst(marks: Sequence[Mark]) -> Mark:
    """The worst of several marks; without any there is nothing to check by."""
    for mark in ("missed", "not checkable", "not contradicted", "met"):
        if mark in marks:
            return mark
    return "not checkable"
