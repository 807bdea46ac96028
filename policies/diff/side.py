"""One side of a comparison: a spec as it was or as it shall be, or why there is none."""

from dataclasses import dataclass

from tricenter.policies.facts import Facts
from tricenter.policies.judge import Located
from tricenter.topology.document import Document
from tricenter.topology.errors import Diagnostic
from tricenter.topology.spec import Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A valid spec with what the rules say of it."""

    read: Document
    facts: Facts
    found: tuple[Located, ...]

    @property
    def topology(self) -> Topology:
        """The spec's model."""
        return self.facts.topology


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A file as it was named. Without `judged` it is absent, or has `diagnostics`."""

    name: str
    text: str = ""
    judged: Judged | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def absent(self) -> bool:
        """Whether there is no such file on this side: it is new, or it goes."""
        return self.judged is None and not self.diagnostics
