"""One run of the engine: the resources that it has shown, and what is to say of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tricenter.policies.judge import Violation, locate
from tricenter.policies.pack.settings import PACK, UNKNOWNS, WAIVED, PackSettings
from tricenter.policies.pack.topologies import Judged, judge_topology
from tricenter.policies.resources.facts import Unreadable
from tricenter.policies.resources.graph import Graph, read_graph
from tricenter.policies.resources.origin import ROOT, Family, profile_of_all
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, holds_unknown
from tricenter.policies.rule import Finding, Rule, Scope
from tricenter.policies.rules import rules_about
from tricenter.policies.waivers import covers, is_expired

Limits = Mapping[str, Mapping[str, float]]
"""By rule id, what its policy's config sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing to report: by which policy, about which resource, and of which rule it is."""

    policy: str
    rule: str
    message: str
    urn: str


@dataclass(slots=True, kw_only=True)
class Session:
    """What the engine has shown so far; a topology is shown before what belongs to it."""

    settings: PackSettings
    limits: Limits = field(default_factory=dict[str, Mapping[str, float]])
    seen: dict[str, Resource] = field(default_factory=dict[str, Resource])
    judged: dict[str, Judged] = field(default_factory=dict[str, Judged])

    def show(self, made: Resource) -> list[Said]:
        """What to say of a resource before it is made: by the rules about specs if it is a
        topology, by those about one resource otherwise."""
        self.seen[made.urn] = made
        if made.type == ROOT:
            return list(self._topology(made))
        family = Family(self.seen)
        graph = self._graph(family, [made], self.judged)
        return list(self._resources(family, graph, "resource")) if graph.facts else []

    def show_all(self, stack: Iterable[Resource]) -> list[Said]:
        """What to say of the stack as a whole, by the rules that look at several resources."""
        merged = [merge(made, self.seen.get(made.urn)) for made in stack]
        family = Family({made.urn: made for made in merged})
        roots = [made.urn for made in merged if made.type == ROOT]
        return list(self._resources(family, self._graph(family, merged, roots), "stack"))

    def _graph(self, family: Family, resources: Iterable[Resource], roots: Iterable[str]) -> Graph:
        made = tuple(replace(one, profile=family.profile(one.urn)) for one in resources)
        stack = made[0].urn.split("::")[0].rpartition(":")[2] if made else ""
        return read_graph(made, stack, profile_of_all(map(family.profile, roots)))

    def _topology(self, root: Resource) -> Iterator[Said]:
        found = judge_topology(root, self.settings)
        self.judged[root.urn] = found
        for problem in found.broken:
            yield Said(policy=PACK, rule=PACK, message=problem, urn=root.urn)
        for located in found.located:
            yield self._said(located.violation, str(located), root.urn)

    def _resources(self, family: Family, graph: Graph, scope: Scope) -> Iterator[Said]:
        for fact in graph.of(Unreadable) if scope == "resource" else ():
            message = f"unknown[{UNKNOWNS}] {fact.title}: its properties could not be read"
            yield Said(policy=UNKNOWNS, rule=UNKNOWNS, message=message, urn=fact.place.urn)
        for rule in rules_about("resource"):
            if rule.scope == scope and rule.topic in self.settings.topics:
                limits = self.limits.get(rule.id)
                asked = replace(graph, limits=limits) if limits else graph
                for finding in found_by(rule, asked):
                    yield self._finding(family, rule, finding)

    def _finding(self, family: Family, rule: Rule, finding: Finding) -> Said:
        """A finding about a resource; about one of ours with the line of the spec that it is for,
        and with the waiver that covers it."""
        urn = finding.resource or ""
        root = family.root(urn)
        judged = self.judged.get(root.urn) if root is not None else None
        if judged is None or judged.read is None or judged.topology is None:
            word = rule.severity if finding.verdict == "violation" else "unknown"
            message = f"{word}[{rule.id}] {finding.message}"
            policy = rule.id if finding.verdict == "violation" else UNKNOWNS
            return Said(policy=policy, rule=rule.id, message=message, urn=urn)
        placed = replace(finding, path=family.place(urn), at="key")
        waiver = next(
            (
                w
                for w in judged.topology.waivers
                if covers(w, rule.id, placed, judged.topology)
                and not is_expired(w, self.settings.today)
            ),
            None,
        )
        standing = "waived" if waiver is not None else placed.verdict
        violation = Violation(rule=rule, finding=placed, standing=standing, waiver=waiver)
        (located,) = locate(judged.read, [violation])
        return self._said(violation, str(located), urn)

    def _said(self, violation: Violation, message: str, urn: str) -> Said:
        policies = {"waived": WAIVED, "unknown": UNKNOWNS}
        rule = violation.rule.id
        policy = policies.get(violation.standing, rule)
        return Said(policy=policy, rule=rule, message=message, urn=urn)


def found_by(rule: Rule, graph: Graph) -> Iterable[Finding]:
    """What a rule finds. One that stumbles over what it did not expect could not judge: that is
    said, and the others go on. What it stumbled over is not shown, since it may be a secret."""
    try:
        return tuple(rule.find(graph))
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the engine's run
        message = f"the rule could not be judged ({type(error).__name__}): please report it"
        return (Finding(message=message, verdict="unknown"),)


def merge(made: Resource, shown: Resource | None) -> Resource:
    """A resource of the stack with what it was asked to be.

    The engine shows outputs, and a preview knows few of them: what was asked for is known, and what
    was not asked for is the provider's default, not unknown.
    """
    if shown is None:
        return made
    outputs = {key: value for key, value in made.props.items() if value is not UNKNOWN}
    kept: dict[str, Any] = {**shown.props, **outputs}
    for key, value in shown.props.items():
        if _knows_more(value, kept[key]):
            kept[key] = value
    tags = made.default_tags or shown.default_tags
    region, account = made.region or shown.region, made.account or shown.account
    return replace(made, props=kept, region=region, default_tags=tags, account=account)


def _knows_more(asked: Any, made: Any) -> bool:
    return holds_unknown(made) and not holds_unknown(asked)
