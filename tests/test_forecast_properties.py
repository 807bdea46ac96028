"""Forecasts of generated topologies: what must hold for all of them."""

import copy
import json
import random
from itertools import product
from math import inf
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import runs
from tests.strategies import Spec, specs, topologies
from tricenter.topology.domains import shared_fates
from tricenter.topology.forecast import DatabaseForecast, Forecast, forecast
from tricenter.topology.forecast.findings import find_broken_promises
from tricenter.topology.forecast.model import Interval
from tricenter.topology.forecast.table import as_data, details, markdown, text
from tricenter.topology.references import check_references
from tricenter.topology.spec import Topology

DESTROYED = ("lose-site", "lose-pair", "lose-city", "lose-all")
many = settings(max_examples=runs(40, 300), deadline=None)


def most(span: Interval) -> float:
    """The upper end, infinite where nothing bounds it."""
    return inf if span.high is None else span.high


def entries(found: Forecast) -> list[tuple[str, DatabaseForecast]]:
    """Every database of every scenario."""
    return [(s.id, entry) for s in found.scenarios for entry in s.databases]


@many
@given(topologies())
def test_generated_topologies_are_valid(topology: Topology) -> None:
    """The strategy makes what validation accepts, so that properties are about real specs."""
    assert list(check_references(topology)) == []


@many
@given(topologies(), st.sampled_from(("lab", "aws", "gcp", "mixed")))
def test_what_programs_take_is_forecast_narrowly(topology: Topology, target: str) -> None:
    """In every scenario the upper end is at most three times the lower end and 2 s, around what is
    likely; and a person's time is not in it."""
    for scenario, entry in entries(forecast(topology, target=target)):
        time, people = entry.machine, entry.person
        assert time.largest is not None or not entry.terms
        assert any(term.person for term in entry.terms) == (people is not None)
        if time.high is not None and time.likely is not None:
            assert time.high <= 3 * time.low + 2, (scenario, entry)
            assert time.low <= time.likely <= time.high
            assert time.low + (people.low if people else 0.0) >= entry.rto.low - 1e-3
            assert time.high + (most(people) if people else 0.0) <= most(entry.rto) + 1e-3


@many
@given(topologies())
def test_a_bound_is_what_no_failure_exceeds(topology: Topology) -> None:
    """It is at least what is forecast; and on the lab nothing but waiting commits is one."""
    for scenario, entry in entries(forecast(topology)):
        if entry.rpo_bound is not None:
            assert entry.rpo_bound >= most(entry.rpo), (scenario, entry)
            assert entry.rpo_bound == 0, (scenario, entry)


@many
@given(topologies())
def test_what_is_refused_has_no_recovery_time(topology: Topology) -> None:
    """Writes that are refused for want of voters end no gap, so no RTO can be kept."""
    for scenario, entry in entries(forecast(changed(topology, strict=True))):
        if entry.decides == "impossible" or entry.commit_mode_after == "refused":
            assert entry.decides == "impossible", (scenario, entry)
            assert entry.rto.high is None, (scenario, entry)


@many
@given(topologies())
def test_intervals_are_the_sums_of_their_terms(topology: Topology) -> None:
    """A recovery time is explained by its terms, and no lower end exceeds its upper end."""
    for _, entry in entries(forecast(topology)):
        assert entry.rto.low <= most(entry.rto)
        assert entry.rpo.low <= most(entry.rpo)
        assert abs(entry.rto.low - sum(term.low for term in entry.terms)) < 1e-3
        assert entry.leader_after is None or not entry.serves or entry.leader_after in entry.serves


@many
@given(topologies())
def test_losing_more_never_improves(topology: Topology) -> None:
    """A scenario that destroys more hosts promises neither a smaller loss nor a shorter gap.

    Left out: asynchronous databases, for which a person with a vault is better than an automatic
    failover; writes refused on purpose; and names that nobody serves until sites are rebuilt.
    """
    found, fates = forecast(topology), shared_fates(topology)
    losses = [s for s in found.scenarios if s.kind in DESTROYED]
    for less, more in product(losses, losses):
        if not set(less.domain) < set(more.domain) or not less.name_servers:
            continue
        for entry in less.databases:
            if topology.databases[entry.database].commit.mode == "async":
                continue
            worse = more.database(entry.database)
            assert most(entry.rpo) <= most(worse.rpo), (less.id, more.id, entry, worse)
            assert most(entry.rto) <= most(worse.rto), (less.id, more.id, entry, worse)
            # Of sites with shared fates those left may be better separated than those lost.
            assert fates or entry.losses_left >= worse.losses_left


def changed(topology: Topology, **commit: Any) -> Topology:
    """The topology with other settings of every commit."""
    databases = {
        name: db.model_copy(update={"commit": db.commit.model_copy(update=commit)})
        for name, db in topology.databases.items()
    }
    return topology.model_copy(update={"databases": databases})


@many
@given(topologies())
def test_more_acknowledgements_never_lose_more(topology: Topology) -> None:
    """Waiting for one more replica never raises what a destroyed place may lose."""
    for acks in range(1, len(topology.sites) - 1):
        few, more = (
            forecast(changed(topology, acks=acks)),
            forecast(changed(topology, acks=acks + 1)),
        )
        for (scenario, one), (_, other) in zip(entries(few), entries(more), strict=True):
            assert most(other.rpo) <= most(one.rpo), scenario


@many
@given(topologies(facilities=False))
def test_more_voters_never_lose_more_of_one_site(topology: Topology) -> None:
    """With every replica a voter, losing one site loses no more than before.

    For two sites this is false: a voter more may have acknowledged alone (see the unit tests).
    """
    databases = {
        name: db.model_copy(
            update={
                "replicas": {
                    site: replica.model_copy(update={"voter": db.commit.mode != "async"})
                    for site, replica in db.replicas.items()
                }
            }
        )
        for name, db in topology.databases.items()
    }
    more = forecast(topology.model_copy(update={"databases": databases}))
    for scenario in forecast(topology).scenarios:
        if scenario.kind == "lose-site":
            for entry in scenario.databases:
                other = more.scenario(scenario.id).database(entry.database)
                assert most(other.rpo) <= most(entry.rpo), scenario.id


def shuffled(value: Any, order: random.Random) -> Any:
    """The same data with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = sorted(value, key=str)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return value


@many
@given(specs(), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(spec: Spec, order: random.Random) -> None:
    """A spec written in another order has the same forecast, byte for byte."""
    one = forecast(Topology.model_validate(spec))
    other = forecast(Topology.model_validate(shuffled(copy.deepcopy(spec), order)))
    assert json.dumps(as_data(one)) == json.dumps(as_data(other))


@many
@given(specs())
def test_a_preference_does_not_change_what_survives(spec: Spec) -> None:
    """Swapping the preferred site with a replica changes roles, never which hosts are left."""
    swapped = copy.deepcopy(spec)
    for database in swapped["databases"].values():
        if not database["replicas"]:
            continue
        heir = min(database["replicas"])
        replica = database["replicas"].pop(heir)
        database["replicas"][database["prefer"]] = replica
        database["prefer"] = heir
    before = forecast(Topology.model_validate(spec))
    after = forecast(Topology.model_validate(swapped))
    for one, other in zip(before.scenarios, after.scenarios, strict=True):
        assert (one.id, one.domain, one.voices_left) == (other.id, other.domain, other.voices_left)
        assert one.name_servers == other.name_servers
        for entry in one.databases:
            assert set(entry.serves) == set(other.database(entry.database).serves)


@many
@given(topologies())
def test_every_topology_can_be_shown(topology: Topology) -> None:
    """Tables, details and findings are made for whatever is forecast."""
    found = forecast(topology)
    table = text(found, 100)
    assert all(scenario.kind in table for scenario in found.scenarios)
    assert markdown(found).count("\n| `") == len(found.scenarios)
    assert all(details(found, s).startswith(s.id) for s in found.scenarios)
    assert all(p.message for p in find_broken_promises(topology, found))
