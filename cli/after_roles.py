"""After a change of roles: the databases are refreshed, and a preview says what is left to do."""

from collections.abc import Collection
from typing import Any, cast

from tricenter.cli.engine import Engine, EngineError, State
from tricenter.cli.progress import Outcome
from tricenter.topology.dns.leader_name import name_to_turn
from tricenter.topology.plan import Plan

PARTS = frozenset({"tricenter:index:ReplicatedDatabase", "tricenter:index:DatabaseMember"})

INSIDE = frozenset({"gcp:sql/user:User", "gcp:sql/database:Database", "gcp:alloydb/user:User"})
"""What is inside an instance: where that does not answer, or is stopped, nobody can be asked."""
RECORDS = frozenset({"aws:route53/record:Record", "gcp:dns/recordSet:RecordSet"})


def refresh_databases(engine: Engine, plan: Plan, lost: Collection[str]) -> None:
    """Read anew what holds the databases, without what stands in a lost place, and turned names.

    `lost` has sites and regions. They must not be asked: the refresh would wait for them, or fail.
    """
    state = engine.state()
    there = database_urns(state, plan.topology, lost)
    urns = [*there, *turned_urns(state, plan)]
    if urns:
        targets = [flag for urn in urns for flag in ("--target", urn)]
        _run(engine, "refresh", "--yes", "--skip-preview", *targets)


def read_anew(engine: Engine) -> None:
    """Read everything that the stack holds."""
    _run(engine, "refresh", "--yes", "--skip-preview")


def remaining(engine: Engine) -> list[dict[str, str]]:
    """The steps that the engine would do now; none when what is there is what should be."""
    return _run(engine, "preview").steps


def note_order(engine: Engine) -> None:
    """Have the state know in which order things go now: it follows the roles, as nothing else does.

    To be called when a preview is empty: then this run writes the state and changes nothing.
    """
    _run(engine, "up", "--yes", "--skip-preview")


def database_urns(state: State, topology: str, lost: Collection[str]) -> list[str]:
    """The resources below the databases' components, without those that stand in a lost place.

    These are named for it, or asked there, as a global database of Aurora is. Users and schemas are
    not, but are asked of the instance that has them.
    """
    starts = tuple(f"{topology}-{site}-" for site in sorted(lost))
    resources = cast(list[dict[str, Any]], state.get("resources") or [])
    gone = {
        resource["urn"]
        for resource in resources
        if (starts and resource["urn"].rpartition("::")[2].startswith(starts))
        or resource.get("inputs", {}).get("region") in lost
    }
    return [
        resource["urn"]
        for resource in resources
        if resource.get("custom")
        and PARTS & set(resource["urn"].split("::")[2].split("$")[:-1])
        and resource["urn"] not in gone
        and not (resource.get("type") in INSIDE and gone & _holders(resource))
    ]


def lost_regions(plan: Plan, silent: Collection[str]) -> set[str]:
    """The regions all of whose sites are silent: on AWS resources are named for their region."""
    places = {host.name: host.place.region for host in plan.sites if host.place}
    left = {region for site, region in places.items() if site not in silent}
    return {*places.values()} - left


def turned_urns(state: State, plan: Plan) -> list[str]:
    """The records of leaders' names that a forced failover turns; no site that is lost has them."""
    owned = [name_to_turn(plan, database) for database in plan.databases]
    names = {own.name for own in owned if own is not None}
    resources = cast(list[dict[str, Any]], state.get("resources") or [])
    return [
        resource["urn"]
        for resource in resources
        if resource.get("type") in RECORDS
        and str(resource.get("inputs", {}).get("name")).rstrip(".") in names
    ]


def _holders(resource: dict[str, Any]) -> set[str]:
    """The resources that a resource's inputs come from, by the engine's own record."""
    found = cast(dict[str, list[str]], resource.get("propertyDependencies") or {})
    return {urn for urns in found.values() for urn in urns}


def _run(engine: Engine, verb: str, *flags: str) -> Outcome:
    """What a run of the engine did, in silence; EngineError with everything it complained of."""
    outcome = Outcome()
    try:
        for event in engine.run(verb, *flags):
            outcome.take(event)
    except EngineError as error:
        said = "; ".join(dict.fromkeys(outcome.errors))
        raise EngineError(f"{error}: {said}" if said else str(error)) from None
    return outcome
