"""What the spec promises and its forecast denies, as findings of the rules of the same id."""

from collections.abc import Iterator
from functools import lru_cache

from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding
from tricenter.topology.forecast.findings import find_broken_promises
from tricenter.topology.forecast.model import Forecast
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology


class _Pair:
    """A topology and its forecast as a key: the same two objects, whatever is in them."""

    __slots__ = ("forecast", "topology")

    def __init__(self, topology: Topology, forecast: Forecast) -> None:
        self.topology = topology
        self.forecast = forecast

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Pair)
            and other.topology is self.topology
            and other.forecast is self.forecast
        )

    def __hash__(self) -> int:
        return hash((id(self.topology), id(self.forecast)))


@lru_cache(maxsize=1)
def _problems(pair: _Pair) -> tuple[Problem, ...]:
    """Computed once for the rules that ask one after the other."""
    return find_broken_promises(pair.topology, pair.forecast)


def broken_promises(facts: Facts, rule: str) -> Iterator[Finding]:
    """The promises that break one rule."""
    for problem in _problems(_Pair(facts.topology, facts.forecast)):
        if problem.id == rule:
            yield Finding(path=problem.path, at=problem.at, message=problem.message)
