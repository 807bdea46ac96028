"""A model of Cloud DNS's resolver: what it answers from routing policies, by its documentation.

https://docs.cloud.google.com/dns/docs/routing-policies-overview and the descriptions of
RRSetRoutingPolicy in the API's discovery document (dns v1), read 2026-11-24.
"""

from collections.abc import Collection
from dataclasses import dataclass

from tricenter.topology.dns.clouddns_records import (
    Bucket,
    Geo,
    GeoItem,
    PrimaryBackup,
    RoundRobin,
    Tree,
)
from tricenter.topology.dns.family import Answer, Answers, Family
from tricenter.topology.dns.regions import regions_of

NOTHING: Answers = frozenset({Answer.of()})


def clouddns_answers(
    tree: Tree, name: str, family: Family, place: str | None, healthy: Collection[str]
) -> Answers:
    """Every answer for a name to clients of a place, with these addresses passing their checks."""
    up = frozenset(healthy)
    regions = regions_of(place)
    return frozenset(a for r in regions for a in _Query(tree, family, r, up).answers(name))


@dataclass(frozen=True, slots=True)
class _Query:
    """One question from one region in one state of the checks."""

    tree: Tree
    family: Family
    region: str
    healthy: frozenset[str]

    def answers(self, name: str) -> Answers:
        """What a name answers; a CNAME is followed, as the client's resolver does."""
        if alias := self.tree.find(name, "CNAME"):
            found: set[Answer] = set()
            for answer in self._policy(alias.policy):
                for target in answer.addresses:
                    found |= self.answers(target.removesuffix("."))
            return frozenset(found) or NOTHING
        record = self.tree.find(name, self.family)
        return self._policy(record.policy) if record else NOTHING

    def _policy(self, policy: Geo | PrimaryBackup | RoundRobin) -> Answers:
        match policy:
            case Geo():
                return self._geo(policy)
            case PrimaryBackup():
                return self._primary_backup(policy)
            case RoundRobin():
                return self._round_robin(policy)

    def _up(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(address for address in addresses if address in self.healthy)

    def _item(self, item: GeoItem | Bucket) -> tuple[str, ...]:
        """What an item has to give: its data, and its checked addresses that are healthy."""
        return (*item.data, *self._up(item.checked))

    def _geo(self, policy: Geo) -> Answers:
        """The item of the client's region, else of the nearest, which may be any of them."""
        nearest = [i for i in policy.items if i.location == self.region] or [*policy.items]
        found: set[Answer] = set()
        for item in nearest:
            if usable := self._item(item):
                found.add(Answer.of(*usable))
            elif policy.fenced:
                found.add(Answer.of(*item.checked))
            else:
                # On to the next nearest, unknown which; what it answers with all down is not
                # documented, and tricenter makes no such policy.
                others = [usable for other in policy.items if (usable := self._item(other))]
                found |= {Answer.of(*usable) for usable in others} or {Answer.of(*item.checked)}
        return frozenset(found)

    def _primary_backup(self, policy: PrimaryBackup) -> Answers:
        """The healthy first addresses; without any the backup; a trickle goes to it always."""
        up = self._up(policy.first)
        first = {Answer.of(*up)} if up else set[Answer]()
        backup = self._geo(policy.backup) if not up or policy.trickle else set[Answer]()
        return frozenset(first | backup)

    def _round_robin(self, policy: RoundRobin) -> Answers:
        """The healthy addresses of any bucket that has some.

        ASSUMED: with all down, whole buckets by weight, as if all were up; not documented.
        """
        heavy: list[Bucket] = [bucket for bucket in policy.buckets if bucket.weight]
        up = {Answer.of(*found) for bucket in heavy if (found := self._item(bucket))}
        return frozenset(up or {Answer.of(*bucket.checked) for bucket in heavy})
