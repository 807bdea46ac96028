"""A scenario seen from the topology: which voices, sites and name servers are left."""

from dataclasses import dataclass, replace

from tricenter.topology.forecast.facts import Facts
from tricenter.topology.forecast.model import Term
from tricenter.topology.scenarios import Scenario, own_failover, time_to_decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is left after a scenario, the same for every database.

    `reachable` are sites that clients outside can use. `store` says whether the voices left are
    a majority. `approve` is the decision's term; `by_choice` that the spec wants a person anyway.
    """

    scenario: Scenario
    reachable: frozenset[str]
    voices_left: int
    store: bool
    by_choice: bool
    approve: Term
    name_servers: tuple[str, ...]

    @property
    def named(self) -> bool:
        """Whether anything still answers for the zone."""
        return bool(self.name_servers)


def situation_of(facts: Facts, scenario: Scenario) -> Situation:
    """The situation that a scenario makes."""
    reachable = frozenset(facts.sites) - scenario.unreachable
    gone = scenario.unreachable | scenario.witnesses
    voices_left = len(facts.voices - gone)
    # The far end of a cut link is out of the leader's sight, whichever end the leader is.
    heard = voices_left - 1 if scenario.cut else voices_left
    own = own_failover(facts.topology, scenario)
    longest, source = time_to_decide(facts.topology, scenario)
    return Situation(
        scenario=scenario,
        reachable=reachable,
        voices_left=voices_left,
        store=_in_step(facts, reachable) if facts.managed else heard >= facts.majority,
        by_choice=own is not None and own.mode == "approve",
        approve=Term(
            name="decide", low=0.0, high=longest, source=f"a person decides: {source}", person=True
        ),
        name_servers=_name_servers(facts, scenario, reachable),
    )


def calm(now: Situation) -> Situation:
    """The same situation, for a database whose table is not the one that is dropped."""
    return replace(now, scenario=replace(now.scenario, table=None))


def _in_step(facts: Facts, reachable: frozenset[str]) -> bool:
    """Whether a managed service still decides: it does in a city that has two sites of ours."""
    sites = facts.topology.sites
    return any(len(facts.inside[sites[site].city]) > 1 for site in reachable)


def _name_servers(facts: Facts, scenario: Scenario, reachable: frozenset[str]) -> tuple[str, ...]:
    """Who still answers for the zone: sites with name servers, and cloud services by name."""
    left: set[str] = set()
    for name, sites in facts.providers.items():
        if name != scenario.provider:
            left |= {name} if sites is None else sites & reachable
    return tuple(sorted(left))
