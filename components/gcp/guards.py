"""Who guards whom on Google Cloud: each region takes over what leads in another."""

from collections.abc import Sequence
from dataclasses import dataclass

from tricenter.components.gcp.cloudsql import SERVICE, instance_name
from tricenter.components.gcp.deployment import Deployment, place_of
from tricenter.components.gcp.workflow_source import GuardedDatabase
from tricenter.topology.cloudsql_settings import leader_settings
from tricenter.topology.managed_instances import (
    ManagedInstance,
    bound_on_lag,
    managed_instances,
)
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost

SCENARIO = "lose-city"
"""The class of losses that a region's workflow answers. The loss of one site needs none: a regional
instance moves to its other zone by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A region that can take databases over, and whether a person decides.

    `watched` are the sites of the other regions whose loss it answers, by region; `decide` is the
    time in seconds that the spec gives a person.
    """

    project: str
    region: str
    databases: tuple[GuardedDatabase, ...]
    watched: dict[str, tuple[PlannedHost, ...]]
    approve: bool
    decide: float


def find_guards(deployment: Deployment) -> tuple[Guard, ...]:
    """One guard a project and region that holds an instance, if another region holds one too."""
    plan = deployment.plan
    held: dict[tuple[str, str], list[GuardedDatabase]] = {}
    regions: dict[str, set[str]] = {}
    for database in plan.databases:
        if database.service != SERVICE:
            continue
        instances = managed_instances(plan, database)
        for instance in instances:
            project = deployment.project_of(instance.owner)
            regions.setdefault(project, set()).add(instance.region)
            held.setdefault((project, instance.region), []).append(
                _guarded(deployment, database, instances, instance)
            )
    return tuple(
        _guard(deployment, project, region, databases, sorted(regions[project] - {region}))
        for (project, region), databases in sorted(held.items())
        if len(regions[project]) > 1
    )


def _guard(
    deployment: Deployment,
    project: str,
    region: str,
    databases: Sequence[GuardedDatabase],
    others: Sequence[str],
) -> Guard:
    watched = {
        other: tuple(
            host
            for host in deployment.hosts
            if host.kind == "site" and place_of(host).region == other
        )
        for other in others
    }
    cities = {host.city for hosts in watched.values() for host in hosts if host.city}
    modes = [_mode(deployment.plan, city) for city in sorted(cities)]
    return Guard(
        project=project,
        region=region,
        databases=tuple(databases),
        watched=watched,
        # One city that wants a person is enough: the workflow is the same for all of them. So is
        # one region that nobody probes from outside: its metrics alone are no proof of its loss.
        approve=any(approve for approve, _ in modes)
        or not all(_probed(deployment.plan, hosts) for hosts in watched.values()),
        decide=max((decide for _, decide in modes), default=0.0),
    )


def _probed(plan: Plan, sites: Sequence[PlannedHost]) -> bool:
    """Whether each of the sites answers a public name that can be probed."""
    answering = {site for r in plan.zone.records for site, addresses in r.addresses if addresses}
    return bool(sites) and {site.name for site in sites} <= answering


def _mode(plan: Plan, city: str) -> tuple[bool, float]:
    """Whether a person decides after the loss of a city, and in how many seconds.

    Without a word of the spec a person does: a promotion across regions may lose data.
    """
    said = {failover.scenario: failover for failover in plan.failover}
    found = said.get(f"{SCENARIO}:{city}") or said.get(SCENARIO)
    return (found.mode == "approve", found.decide) if found else (True, 0.0)


def _guarded(
    deployment: Deployment,
    database: PlannedDatabase,
    instances: tuple[ManagedInstance, ...],
    instance: ManagedInstance,
) -> GuardedDatabase:
    return GuardedDatabase(
        name=database.name,
        instance=instance_name(deployment, instance),
        others=tuple(instance_name(deployment, one) for one in instances if one != instance),
        settings=leader_settings(deployment.plan, database, instances, instance.site),
        max_lag=bound_on_lag(database, instance),
    )
