"""The facts of a stack together, and how one refers to another."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tricenter.policies.resources.adapters import facts_of
from tricenter.policies.resources.arns import covers
from tricenter.policies.resources.facts import (
    Database,
    DatabaseCopy,
    Fact,
    Group,
    Link,
    Member,
)
from tricenter.policies.resources.resource import Profile, Resource
from tricenter.policies.resources.values import UNKNOWN, Known
from tricenter.policies.rule import Limit

F = TypeVar("F", bound=Fact)
LAST = re.compile(r"[:/]")
"""What separates the parts of an ARN and of a path of Google's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What rules about resources are judged by: the facts of a stack, or of one resource.

    `profile` is that of the topology in the stack, None where there is none; `stack` its name.
    """

    facts: tuple[Fact, ...]
    stack: str = ""
    profile: Profile | None = None
    limits: Mapping[str, float] = field(default_factory=dict[str, float])

    def at(self, limit: Limit) -> float:
        """A limit as configured."""
        return self.limits.get(limit.name, limit.default)

    def of(self, kind: type[F]) -> tuple[F, ...]:
        """The facts of one kind, by their URNs."""
        return tuple(fact for fact in self.facts if isinstance(fact, kind))

    def kept(self, kind: type[F]) -> tuple[F, ...]:
        """Those that are to outlive a drill: all but what belongs to a topology in that profile."""
        return tuple(fact for fact in self.of(kind) if not fact.place.drill)

    def find(self, link: Link | None, kind: type[F]) -> Known[F] | None:
        """What a reference leads to: None for something outside the stack, UNKNOWN where only the
        deployment will tell."""
        if link is None:
            return None
        found = self.all(link, kind)
        if found:
            return found[0]
        return UNKNOWN if link.name is UNKNOWN else None

    def all(self, link: Link, kind: type[F]) -> tuple[F, ...]:
        """Everything that a reference may lead to: by its name, else by what it comes of."""
        found = self.of(kind)
        if link.name is not UNKNOWN:
            by_name = tuple(fact for fact in found if named(fact, link))
            if by_name:
                return by_name
        return tuple(fact for fact in found if fact.place.urn in link.urns)

    def units(self) -> tuple["Unit", ...]:
        """The databases, each with the copies that replicate it, whoever leads."""
        return tuple(_units(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A database with all of its copies; `first` is the one that follows no other."""

    copies: tuple[Database, ...]
    members: tuple[Member, ...]
    backups: tuple[DatabaseCopy, ...]
    open_ended: bool
    """Whether a copy follows something that is not in the stack, or not known yet."""

    origins: frozenset[str] = frozenset()
    """The URNs of copies that a group says the others are made of."""

    @property
    def first(self) -> Database:
        """The copy that follows no other, by name where several do not; the order in which they are
        declared says nothing."""
        return min(self.copies, key=self._rank)

    def _rank(self, copy: Database) -> tuple[bool, bool, str]:
        return copy.source is not None, copy.place.urn not in self.origins, copy.place.urn

    def members_of(self, copy: Database) -> tuple[Member, ...]:
        """The machines of one copy."""
        return tuple(m for m in self.members if m.cluster and leads_to(m.cluster, copy))


def leads_to(link: Link, fact: Fact) -> bool:
    """Whether a reference is to this fact's resource."""
    return fact.place.urn in link.urns or named(fact, link)


def named(fact: Fact, link: Link) -> bool:
    """Whether a name, an ARN or a path is this fact's: a name is taken once in a region, and in
    another it is something else."""
    if link.name is UNKNOWN or not _same_place(fact, link):
        return False
    if link.name.startswith("arn:") and fact.arn is not None:
        if fact.arn.name is not None:
            return covers(link.name, fact.arn) is not False
        return link.name in fact.identities
    return link.name in fact.identities or LAST.split(link.name)[-1] in fact.identities


def _same_place(fact: Fact, link: Link) -> bool:
    """Whether a reference can mean this place, as far as both say one."""
    region, project = fact.place.region, fact.place.project
    # The name of a global cluster is one for all regions, wherever it is declared.
    apart = isinstance(region, str) and link.region not in (None, region)
    if apart and not isinstance(fact, Group):
        return False
    if project is None or link.project is None:
        return True
    # One says an account by its number, the other by a profile's name: they may be the same.
    return project == link.project or project.isdigit() is not link.project.isdigit()


def read_graph(
    resources: Iterable[Resource], stack: str = "", profile: Profile | None = None
) -> Graph:
    """The graph of resources, in the order of their URNs: the engine names them as its threads are
    done, and of two records that lack the same a rule names one."""
    facts = [fact for made in resources for fact in facts_of(made)]
    facts.sort(key=lambda fact: fact.place.urn)
    return Graph(facts=tuple(facts), stack=stack, profile=profile)


def _units(graph: Graph) -> Iterator[Unit]:
    databases = graph.of(Database)
    roots = {copy.place.urn: copy.place.urn for copy in databases}
    lost: set[str] = set()

    def root(urn: str) -> str:
        while roots[urn] != urn:
            urn = roots[urn]
        return urn

    for copy in databases:
        followed = _followed(graph, copy)
        if isinstance(followed, Database):
            roots[root(copy.place.urn)] = root(followed.place.urn)
        elif copy.source is not None:
            lost.add(copy.place.urn)
    for group in (*graph.of(Group), *_named_groups(databases)):
        joined = _joined(group, databases)
        for copy in joined[1:]:
            roots[root(copy.place.urn)] = root(joined[0].place.urn)
    for start in sorted({root(urn) for urn in roots}, key=list(roots).index):
        copies = tuple(copy for copy in databases if root(copy.place.urn) == start)
        yield Unit(
            copies=copies,
            members=tuple(m for m in graph.of(Member) if _any(m.cluster, copies)),
            backups=tuple(b for b in graph.of(DatabaseCopy) if _any(b.source, copies)),
            open_ended=any(copy.place.urn in lost for copy in copies),
            origins=frozenset(
                copy.place.urn
                for group in graph.of(Group)
                for copy in copies
                if group.first is not None and leads_to(group.first, copy)
            ),
        )


def _followed(graph: Graph, copy: Database) -> Database | None:
    """What a copy replicates, which is never the copy itself."""
    if copy.source is None:
        return None
    return next((one for one in graph.all(copy.source, Database) if one is not copy), None)


def _joined(group: Group | str, databases: tuple[Database, ...]) -> tuple[Database, ...]:
    """The databases of a group, or those that name one which is not in the stack."""
    if isinstance(group, str):
        return tuple(d for d in databases if d.group is not None and d.group.name == group)
    return tuple(
        d
        for d in databases
        if (d.group is not None and leads_to(d.group, group))
        or (group.first is not None and leads_to(group.first, d))
        or any(leads_to(link, d) for link in group.members)
    )


def _named_groups(databases: tuple[Database, ...]) -> tuple[str, ...]:
    named_ones = (d.group.name for d in databases if d.group is not None)
    return tuple(sorted({name for name in named_ones if name is not UNKNOWN}))


def _any(link: Link | None, copies: tuple[Database, ...]) -> bool:
    return link is not None and any(leads_to(link, copy) for copy in copies)
