"""A model of Route 53's resolver: what it answers from record sets, by its own documentation.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
and .../dns-failover-complex-configs.html, read 2026-11-24.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tricenter.topology.dns.continents import CONTINENT, continent_of
from tricenter.topology.dns.family import Answer, Answers, Family
from tricenter.topology.dns.route53 import (
    MOST_VALUES,
)
from tricenter.topology.dns.route53_records import (
    Failover,
    Geolocation,
    InSubnet,
    Latency,
    Multivalue,
    RecordSet,
    Tree,
    Weighted,
)

NOTHING: Answers = frozenset({Answer.of()})


def route53_answers(
    tree: Tree,
    name: str,
    family: Family,
    place: str | None,
    healthy: Collection[str],
    location: str = "*",
) -> Answers:
    """Every answer for a name to clients of a place, with these addresses passing their checks.

    `location` is that of the zone's subnets in which they are, `*` for none.
    """
    return _Query(tree, family, place, frozenset(healthy), location).answers(name)


@dataclass(frozen=True, slots=True)
class _Query:
    """One question in one state of the checks."""

    tree: Tree
    family: Family
    place: str | None
    healthy: frozenset[str]
    location: str

    def answers(self, name: str) -> Answers:
        """What the name's record sets answer, by their routing policy, which is one for all."""
        group = self.tree.group(name, self.family)
        if not group:
            return NOTHING
        match group[0].policy:
            case Multivalue():
                return self._multivalue(group)
            case Weighted():
                return self._weighted(group)
            case Failover():
                return self._failover(group)
            case InSubnet():
                wanted = (InSubnet(location=self.location), InSubnet(location="*"))
                found = [one for policy in wanted for one in group if one.policy == policy]
                return self._follow(found[:1]) or NOTHING
            case Latency():
                # Which is nearest is not known here: any healthy one, all where none is.
                return self._follow([*filter(self._is_healthy, group)] or group)
            case Geolocation():
                return self._geolocation(group)

    def _is_healthy(self, record: RecordSet) -> bool:
        """A value by its check; an alias, if evaluated, by any record set of its target."""
        if record.alias is None:
            return record.check is None or record.check in self.healthy
        if not record.alias.evaluate:
            return True
        return any(map(self._is_healthy, self.tree.group(record.alias.target, self.family)))

    def _follow(self, chosen: Iterable[RecordSet]) -> Answers:
        """The answers of record sets of which any may be chosen."""
        found: set[Answer] = set()
        for record in chosen:
            if record.alias is None:
                found.add(Answer.of(*record.values))
            else:
                found |= self.answers(record.alias.target)
        return frozenset(found)

    def _multivalue(self, group: tuple[RecordSet, ...]) -> Answers:
        """All healthy values, all of them where none is healthy; of more than eight, any eight."""
        up = tuple(filter(self._is_healthy, group)) or group
        values = frozenset(value for record in up for value in record.values)
        return frozenset({Answer(values, min(len(values), MOST_VALUES))})

    def _weighted(self, group: tuple[RecordSet, ...]) -> Answers:
        """A healthy one with a weight, else a healthy one without, else as if all were healthy."""

        def weight(record: RecordSet) -> int:
            return record.policy.weight if isinstance(record.policy, Weighted) else 0

        up = [*filter(self._is_healthy, group)]
        weighty = [record for record in up if weight(record)]
        return self._follow(weighty or up or [r for r in group if weight(r)] or group)

    def _failover(self, group: tuple[RecordSet, ...]) -> Answers:
        """The first if it is healthy, else the second if that is, else the first."""
        ordered = sorted(group, key=lambda record: record.policy != Failover(first=True))
        return self._follow([*filter(self._is_healthy, ordered), *ordered][:1])

    def _geolocation(self, group: tuple[RecordSet, ...]) -> Answers:
        """The smallest place that holds the client and is healthy, else the smallest; or none."""
        country, _, state = (self.place or "").partition("-")
        country = country if country in CONTINENT else ""
        places = (
            Geolocation(country=country, state=state) if country and state else None,
            Geolocation(country=country) if country else None,
            Geolocation(continent=continent) if (continent := continent_of(self.place)) else None,
            Geolocation(),
        )
        holding = [record for place in places for record in group if record.policy == place]
        return self._follow([*filter(self._is_healthy, holding), *holding][:1]) or NOTHING
