"""What the checks of criteria look at: the facts, one site of them, rules, other grades."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tricenter.policies.facts import Facts
from tricenter.policies.grades.model import Evidence, Grade
from tricenter.topology.errors import Path
from tricenter.topology.spec_facility import Facility


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Facts, and the site that is judged; `site` is None where the topology is.

    `ask_rule` gives what a rule says as evidence, `grade_of` the grade by another standard.
    """

    facts: Facts
    site: str | None
    ask_rule: Callable[[str, str | None], Iterable[Evidence]]
    grade_of: Callable[[str], Grade]

    @property
    def facility(self) -> Facility | None:
        """What the spec states of the site's building; None where it states nothing at all, and
        on clouds, whose providers run the buildings."""
        found = self.facts.topology.sites[self.site or ""].facility
        return found if found.model_fields_set and self.facts.target == "lab" else None

    @property
    def unstated(self) -> str:
        """Why nothing is known of the building."""
        if self.facts.target != "lab":
            return "the cloud's provider runs the building"
        return "the spec states nothing of this building"

    def facility_path(self, field: str) -> Path:
        """Where a field of the building stands in the spec."""
        return ("sites", self.site or "", "facility", *field.split("."))


Check = Callable[..., Iterable[Evidence]]
"""A named predicate: a View and its parameters from the standard's file, to evidence."""
Parameters = dict[str, Any]
