"""Which calls move a database: by its service, within a region or to another one."""

from collections.abc import Iterator

from tricenter.topology.bundle import aws, cloud_dns, google, patroni, route53
from tricenter.topology.bundle.lost import lost_sites, place_key
from tricenter.topology.bundle.model import Call, Step
from tricenter.topology.bundle.patroni import Seat
from tricenter.topology.dns.leader_name import OWN_ENDPOINTS, ROUTE53, name_to_turn
from tricenter.topology.managed_instances import instance_of, managed_instances
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedScenario

OWN = ("patroni", "self-managed")
"""Services that are Patroni on machines of ours."""


def look(plan: Plan, database: PlannedDatabase, site: str, stack: str, seat: Seat) -> Call:
    """The call that asks who leads, of a survivor."""
    place = plan.host(site).place
    if database.service in OWN or place is None:
        return patroni.observe(seat, database.name)
    match database.service:
        case "aurora" if _regions(plan, database) > 1:
            return aws.observe_global(stack, database.name, place.region)
        case "aurora":
            return aws.observe_cluster(stack, database.name, place.region)
        case "rds":
            return aws.observe_instance(stack, database.name, place.region)
        case "alloydb":
            cluster = _instance_name(plan, database, site, stack)
            return google.alloydb(place.region, place.owner, "get", cluster)
        case _:
            name = _instance_name(plan, database, site, stack)
            return google.observe_sql(place.region, place.owner, name)


def managed_fence(
    plan: Plan, database: PlannedDatabase, leader: str, lost: tuple[str, ...]
) -> Step:
    """The step that keeps the old leader of a managed database from answering clients."""
    what = "the service itself takes the old leader back as a follower when it returns"
    if database.service == "cloud-sql" and not _same_region(plan, database, leader, lost):
        # One that is stopped never comes back as a follower.
        what = "the promotion moves the write endpoint, and the old leader is not to be stopped"
    if database.service in {"rds", "alloydb"}:
        what = "the service knows no fence: take its clients away first, and keep it off afterwards"
    return Step(
        id=f"fence-{database.name}",
        kind="fence",
        title=f"{database.name}: {what}",
        database=database.name,
        expect="no client of the database is left on the old leader",
        required=False,
    )


def next_copies(
    plan: Plan, database: PlannedDatabase, leader: str, stack: str, lost: tuple[str, ...]
) -> Iterator[Step]:
    """What names the copy for the next disaster, where a service leaves that to its owner."""
    place = plan.host(leader).place
    if database.service != "cloud-sql" or place is None:
        return
    if _same_region(plan, database, leader, lost):
        return
    instances = managed_instances(plan, database)
    name = _instance_name(plan, database, leader, stack)
    for old in (i for i in instances if set(i.sites) <= set(lost)):
        copy = google.sql_instance(stack, old.site, old.database)
        yield Step(
            id=f"next-{database.name}",
            kind="after",
            title=f"Only when {copy} is back and follows {name}, which Google does by itself: name "
            "it for the next disaster",
            database=database.name,
            forced=(google.name_sql_next(place.region, place.owner, name, copy),),
            expect="refused means that it does not follow yet: later again",
            required=False,
        )


def turns(
    plan: Plan, database: PlannedDatabase, leader: str, stack: str, lost: tuple[str, ...]
) -> Iterator[Step]:
    """What has clients follow to another region, where the service has no endpoint that does."""
    own, place = name_to_turn(plan, database), plan.host(leader).place
    if own is None or place is None or _same_region(plan, database, leader, lost):
        return
    region = place.region
    if OWN_ENDPOINTS[database.service] == ROUTE53:
        turn = route53.turn(stack, database.name, region, own, plan.zone.name)
        turned = route53.turned(region, own)
        who, what = "Route 53", "host"
    else:
        cluster = _instance_name(plan, database, leader, stack)
        turn = cloud_dns.turn(stack, region, place.owner, cluster, own)
        turned = cloud_dns.turned(stack, region, own)
        who, what = "Cloud DNS", "address"
    yield Step(
        id=f"turn-{database.name}",
        kind="act",
        title=f"Turn {own.name} to the instance in {region}, as nothing else does it",
        database=database.name,
        forced=turn,
        expect=f"{who} takes the change; answers that clients have kept live for "
        f"{own.ttl} s more. Refused or silent: give clients the instance's own {what}",
    )
    yield Step(
        id=f"turned-{database.name}",
        kind="verify",
        title=f"{own.name} leads to the instance in {region}",
        database=database.name,
        forced=(turned,),
        expect=f"its one value is the {what} of that instance",
    )


Change = tuple[tuple[Call, ...], tuple[Call, ...], Call]


def changes(
    plan: Plan,
    scenario: PlannedScenario,
    database: PlannedDatabase,
    leader: str,
    stack: str,
    seat: Seat,
) -> Change:
    """What makes a site lead: the planned calls, the forced calls, and the proof."""
    place, name = plan.host(leader).place, database.name
    if database.service in OWN or place is None:
        return (
            (patroni.switchover(seat, name, leader),),
            (patroni.failover(seat, name, leader),),
            patroni.leads(seat, database, leader),
        )
    region, project = place.region, place.owner
    near = _same_region(plan, database, leader, lost_sites(scenario))
    if database.service in {"aurora", "rds"}:
        lost = [m.site for m in database.members if m.site in lost_sites(scenario)]
        # Whoever leads at the moment of the deployment: bundles are not made anew for that.
        old = _region(plan, lost[0] if lost else database.prefer)
        return _aws_changes(database, leader, stack, (old, region), near=near)
    instance = _instance_name(plan, database, leader, stack)
    if database.service == "alloydb":
        planned = google.alloydb(region, project, "switchover", instance)
        forced = google.alloydb(region, project, "promote", instance)
        proof = google.alloydb_leads(region, project, instance)
        # Within a region AlloyDB moves by itself: there is nothing to ask for.
        return ((), (), proof) if near else ((planned,), (forced,), proof)
    proof = google.sql_leads(region, project, instance)
    if near:
        move = google.move_sql_zone(region, project, instance)
        look = google.observe_sql(region, project, instance)
        return (look, move), (look, move), proof
    calls = [
        google.change_sql_region(region, project, instance, forced=forced)
        for forced in (False, True)
    ]
    return (calls[0],), (calls[1],), proof


def _aws_changes(
    database: PlannedDatabase, leader: str, stack: str, regions: tuple[str, str], *, near: bool
) -> Change:
    """How a site comes to lead; `regions` are that of the lost leader and its own."""
    name, (old, region) = database.name, regions
    if database.service == "rds":
        proof = aws.instance_available(stack, name, region)
        if near:
            move = aws.reboot_to_standby(stack, name, region)
            return (move,), (move,), proof
        # Between regions there is only the promotion, and it loses what has not arrived.
        return (), (aws.promote_instance(stack, name, region),), proof
    if near:
        call = aws.change_zone(stack, name, region, leader)
        return (call,), (call,), aws.writes_in_zone(stack, name, region, leader)
    planned = aws.switch_region(stack, name, at=old, to=region)
    forced = aws.force_region(stack, name, region)
    return (planned,), (forced,), aws.writes_in_region(stack, name, region)


def _region(plan: Plan, site: str) -> str:
    place = plan.host(site).place
    return place.region if place else ""


def _regions(plan: Plan, database: PlannedDatabase) -> int:
    places = [plan.host(member.site).place for member in database.members]
    return len({place.region for place in places if place})


def _same_region(plan: Plan, database: PlannedDatabase, leader: str, lost: tuple[str, ...]) -> bool:
    """Whether a lost copy is in the new leader's region: its service then moves within it."""
    place = plan.host(leader).place
    gone = [plan.host(m.site).place for m in database.members if m.site in lost]
    return any(other and place and place_key(other) == place_key(place) for other in gone)


def _instance_name(plan: Plan, database: PlannedDatabase, site: str, stack: str) -> str:
    instance = instance_of(managed_instances(plan, database), site)
    return google.sql_instance(stack, instance.site, instance.database)
