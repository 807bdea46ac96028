"""What a rule is: a sentence, what asks for it, and a pure function that finds where it fails."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from tricenter.policies.clauses import Clause
from tricenter.topology.errors import Path

Severity = Literal["critical", "high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
"""From the worst down; the first three refuse a topology, `low` only says so."""
REFUSING: Severity = "medium"
"""The mildest severity that refuses where nobody says otherwise."""
Verdict = Literal["violation", "unknown"]
About = Literal["spec", "resource", "waiver"]
Scope = Literal["resource", "stack"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Where a rule is not kept, or cannot be judged.

    `path` is the place in the spec, `at` its key or its value; `resource` is the URN of a
    resource in a stack, None for a finding about the spec alone. `path` is None for a resource
    that no spec is known of.
    """

    message: str
    path: Path | None = None
    at: Literal["key", "value"] = "value"
    verdict: Verdict = "violation"
    resource: str | None = None


Find = Callable[[Any], Iterable[Finding]]
"""From facts to findings: `Facts` for a rule about the spec, `Graph` for one about resources,
`WaiverFacts` for one about waivers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A number that a rule about resources compares with, and that a policy's config may set:
    its `name` there, what it is without one, and what it `means`, with the unit."""

    name: str
    default: float
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. Whoever finds it says its `id`, the file's name with dashes, its `topic`, the
    folder's, and its `sentence`, the file's docstring: what holds where the rule is kept.

    `clauses` what asks for it; `fix` what to do.
    `passes` and `fails` are examples: a piece of a spec, merged into the example topology (null
    takes a key away), or for a rule about resources a list of them. `also_in` are ids of rules of
    other tools that ask for the same. `scope` is of rules about resources: `resource` if each one
    alone says whether it keeps the rule, `stack` if others must be looked at too.
    """

    severity: Severity
    clauses: tuple[Clause, ...]
    fix: str
    passes: str
    fails: str
    find: Find
    about: About = "spec"
    scope: Scope = "resource"
    also_in: tuple[str, ...] = ()
    limit: Limit | None = None
    id: str = ""
    topic: str = ""
    sentence: str = ""
