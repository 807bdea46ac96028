"""What a file of a standard holds."""

from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tricenter.policies.grades.model import Confidence

UNDATED = "n.d."
"""The edition of a standard that has none."""


class Piece(BaseModel):
    """A part of a standard's file: frozen, closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def as_check(value: object) -> object:
    """A predicate's name and parameters, from a mapping with the one key."""
    if isinstance(value, dict):
        entries = cast(dict[object, object], value)
        return next(iter(entries.items())) if len(entries) == 1 else entries
    return value


Named = Annotated[tuple[str, dict[str, Any]], BeforeValidator(as_check)]
"""A predicate by name, and its parameters."""


class Criterion(Piece):
    """One thing that a level or an article asks.

    It is judged by `checks` (predicates by name, with their parameters) and `rules` (ids of rules,
    whose verdicts count) together; `not_checkable` says why nothing here can tell.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    asks: str
    clause: str = ""
    confidence: Confidence
    source: str = ""
    applies: str = Field(default="", description="Whom it binds, if not everybody.")
    of: Literal["site", "topology"] | None = Field(default=None, description="As the standard is.")
    checks: tuple[Named, ...] = ()
    rules: tuple[str, ...] = ()
    not_checkable: str = ""

    @model_validator(mode="after")
    def _judged_somehow(self) -> "Criterion":
        if bool(self.checks or self.rules) == bool(self.not_checkable):
            raise ValueError(f"{self.id}: checks or rules, or else the reason in not_checkable")
        if self.rules and not self.checks:
            raise ValueError(f"{self.id}: a rule that has nothing to judge is silent; add checks")
        return self


class ClaimPaths(Piece):
    """Where a spec claims a level: a key of its `standards`, a field of a site's `facility`."""

    topology: str | None = None
    site: str | None = None


class Beside(Piece):
    """Another edition, whose numbers are shown and not graded by."""

    edition: str
    confidence: Confidence
    source: str
    note: str
    levels: dict[Annotated[str, BeforeValidator(str)], str]


class Standard(Piece):
    """One standard. `levels` go from the lowest up; `articles` where it has none."""

    id: str
    order: int
    title: str
    edition: Annotated[str, BeforeValidator(str)]
    source: str
    checked: Annotated[str, BeforeValidator(str)]
    confidence: Confidence
    of: Literal["site", "topology"] = "topology"
    level_word: str = "level"
    recorded: bool = Field(default=False, description="The claim is written down, nobody checks.")
    claim: ClaimPaths = ClaimPaths()
    notes: tuple[str, ...] = ()
    beside: Beside | None = None
    levels: dict[Annotated[str, BeforeValidator(str)], tuple[Criterion, ...]] = {}
    articles: tuple[Criterion, ...] = ()

    @model_validator(mode="after")
    def _either(self) -> "Standard":
        if bool(self.levels) == bool(self.articles):
            raise ValueError("levels or articles, one of both")
        if not all(self.levels.values()):
            raise ValueError("a level without a criterion would be reached by everybody")
        ids = [criterion.id for _, criterion in self.criteria]
        if len(set(ids)) != len(ids):
            raise ValueError("two criteria with one id")
        return self

    @property
    def has_editions(self) -> bool:
        """Whether the standard has editions that are told apart; some are undated."""
        return self.edition != UNDATED

    @property
    def scale(self) -> tuple[str, ...]:
        """The levels from the lowest up; none for a list of articles."""
        return tuple(self.levels)

    @property
    def criteria(self) -> tuple[tuple[str | None, Criterion], ...]:
        """Every criterion with its level."""
        levelled = ((level, one) for level, found in self.levels.items() for one in found)
        return (*levelled, *((None, one) for one in self.articles))
