"""Whether the sites left can carry the load that falls to them."""

from collections.abc import Iterable

from tricenter.topology.forecast.facts import Facts
from tricenter.topology.forecast.model import CityCapacity, DatabaseForecast
from tricenter.topology.scenarios import Scenario


def capacity_after(
    facts: Facts, scenario: Scenario, databases: Iterable[DatabaseForecast]
) -> tuple[CityCapacity, ...]:
    """Per city, by name: the load of the databases led there, and what its sites can carry."""
    loads: dict[str, tuple[int, int]] = dict.fromkeys(facts.sites, (0, 0))
    by_name = {db.name: db for db in facts.databases}
    for entry in databases:
        if entry.leader_after is not None:
            db = by_name[entry.database]
            tps, connections = loads[entry.leader_after]
            loads[entry.leader_after] = (tps + db.tps, connections + db.connections)
    sites = facts.topology.sites
    found: list[CityCapacity] = []
    for city, inside in facts.inside.items():
        left = [name for name in inside if name not in scenario.unreachable]
        found.append(
            CityCapacity(
                city=city,
                needed_tps=sum(loads[name][0] for name in inside),
                left_tps=sum(sites[name].capacity.tps for name in left),
                needed_connections=sum(loads[name][1] for name in inside),
                left_connections=sum(sites[name].capacity.connections for name in left),
                overloaded=tuple(
                    name
                    for name in inside
                    if loads[name][0] > sites[name].capacity.tps
                    or loads[name][1] > sites[name].capacity.connections
                ),
            )
        )
    return tuple(found)
