"""A drill on a cloud, from nothing to nothing: strike, take over, look, fail back, take away."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from tricenter.drills.cloud.aim import take_aim
from tricenter.drills.cloud.course import Course, Roles
from tricenter.drills.cloud.faults import clouds_of_plan, faults_of
from tricenter.drills.cloud.leftovers import Scan, scan
from tricenter.drills.journal import Journal
from tricenter.roles import interface
from tricenter.roles.interface import RoleError
from tricenter.roles.services import is_offline
from tricenter.topology.compile import compile_plan
from tricenter.topology.forecast import forecast
from tricenter.topology.plan import Plan
from tricenter.topology.spec import Topology

BEYOND_FORECAST_S, OFFLINE_S = 900.0, 60.0
"""How much longer than forecast a service may take to move a leader; an emulated one moves soon."""
LOOK_EVERY_S = 0.5


class CloudMaker(Protocol):
    """Who makes a drill's stack in a cloud and takes it away: the engine, in its own stack.

    `refreshed` reads the databases anew, without what stands in lost sites, and returns what a
    preview would still change there. `down` works from every state and twice in a row.
    """

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...

    def up(self) -> None: ...

    def refreshed(self, plan: Plan, lost: Collection[str]) -> tuple[str, ...]: ...

    def down(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearse:
    """What a user asked for."""

    topology: Topology
    target: str
    scenario: str
    database: str | None
    keep: bool


def perform(
    order: Rehearse,
    journal: Journal,
    maker: CloudMaker,
    roles: interface.Roles,
    show: Callable[[str], None],
) -> tuple[Course, Scan | None]:
    """Do the drill. Whatever happens the faults are healed and the stack is taken away.

    Returns its course, and what is left (None with `keep`). Raises what stood in the way before
    anything was struck.
    """
    course = Course(show=show)
    left: Scan | None = None
    plan = compile_plan(order.topology, order.target)
    try:
        with journal.step("deploy", f"deploy the spec as a stack of its own, {maker.text}"):
            maker.up()
        course.note("state", f"stack {journal.stack} is up")
        _aim(order, journal, plan, roles, course)
        _strike(journal, maker, roles, course)
        _fail_back(journal, maker, roles, course)
    except RoleError as error:
        if course.plan is None:
            raise
        course.refused.append(str(error))
        course.note("state", f"refused: {error}")
    finally:
        if not order.keep:
            left = tear_down(journal, maker, plan, course.show)
        course.ended = time.time()
    return course, left


def tear_down(journal: Journal, maker: CloudMaker, plan: Plan, show: Callable[[str], None]) -> Scan:
    """Heal what is broken, destroy the stack, and look what is left of it."""
    with journal.step("remove", "heal every fault, take the stack away, look what is left"):
        for cloud in clouds_of_plan(plan):
            try:
                faults_of(cloud).heal(journal.stack, plan, show)
            except RoleError as error:
                show(f"healing on {cloud}: {error}")
        maker.down()
        left = look_for_leftovers(plan, journal.stack)
        if left.found or left.unseen:
            names = [f"{entry.kind} {entry.name}" for entry in sorted(left.found)]
            show(f"left: {', '.join([*names, *left.unseen])}")
        else:
            show("nothing is left")
    return left


def look_for_leftovers(plan: Plan, stack: str) -> Scan:
    """What of a stack is in the clouds of its plan, in the regions that it names."""
    found = Scan()
    for cloud in clouds_of_plan(plan):
        seen = scan(cloud, stack, places=_places(plan, cloud))
        found.found |= seen.found
        found.going += seen.going
        found.unseen += seen.unseen
    return found


def _places(plan: Plan, cloud: str) -> tuple[str, ...]:
    """Where to look: the plan's regions, with a stated project of Google."""
    places = [host.place for host in plan.hosts] + [vault.place for vault in plan.vaults]
    return tuple(
        sorted(
            {
                f"{p.owner}/{p.region}" if cloud == "gcp" and p.owner else p.region
                for p in places
                if p is not None and p.cloud == cloud
            }
        )
    )


def _aim(
    order: Rehearse, journal: Journal, plan: Plan, roles: interface.Roles, course: Course
) -> None:
    with journal.step("aim", "find the leaders and forecast the loss"):
        # First: until the machines of a new stack have become sites, nobody leads.
        for sentence in roles.prepare(plan):
            course.note("call", sentence)
        course.before = _observed(roles, plan)
        # Where nobody can be asked yet, the preferred sites are what was deployed to lead.
        prefer = {database.name: database.prefer for database in plan.databases}
        led = {name: course.before.get(name) or site for name, site in prefer.items()}
        target = take_aim(order.scenario, plan, led, order.database)
        course.plan = compile_plan(order.topology, order.target, led)
        expected = forecast(order.topology, roles=led, target=order.target)
        course.expected = expected.scenario(target.scenario)
        course.sites = target.sites
    course.note("leader", _told(course.before))


def _strike(
    journal: Journal,
    maker: CloudMaker,
    roles: interface.Roles,
    course: Course,
) -> None:
    plan, expected = course.plan, course.expected
    assert plan is not None  # noqa: S101 - set by _aim
    assert expected is not None  # noqa: S101
    lost = " and ".join(course.sites)
    broken: list[str] = []

    def say(sentence: str) -> None:
        broken.append(sentence)
        course.broken = tuple(broken)
        course.note("fault", sentence)

    with journal.step("fault", f"{lost} is lost"):
        led = {name: site for name, site in course.before.items() if site}
        for cloud in clouds_of_plan(plan):
            faults_of(cloud).strike(journal.stack, plan, expected.id, course.sites, led, say)
    with journal.step("takeover", "the services move what they move, we force the rest"):
        _take_over(roles, course)
        course.after = _observed(roles, plan)
        course.note("leader", _told(course.after))
    with journal.step("look", "refresh, and see that nothing is to be changed"):
        _preview(maker, course, "after the takeover", course.sites)


def _take_over(roles: interface.Roles, course: Course) -> None:
    plan, expected = course.plan, course.expected
    assert plan is not None  # noqa: S101 - set by _aim
    assert expected is not None  # noqa: S101
    for name in course.struck:
        entry = expected.database(name)
        course.how[name] = "not"
        if entry.leader_after is None:
            course.note("state", f"{name}: nothing in this topology can take it over")
        elif entry.decides == "automatic":
            longest = entry.rto.high or 0.0
            if _await_moved(roles, plan, name, course.sites, longest):
                course.how[name] = "service"
        else:
            course.note("call", f"{name}: the forced failover to {entry.leader_after}")
            roles.failover(plan, name, entry.leader_after)
            course.how[name] = "forced"


def _await_moved(
    roles: interface.Roles, plan: Plan, name: str, lost: tuple[str, ...], longest: float
) -> bool:
    """Whether a service led a database from elsewhere in time."""
    deadline = time.monotonic() + (OFFLINE_S if is_offline() else longest + BEYOND_FORECAST_S)
    while True:
        leader = _observed(roles, plan).get(name)
        if leader is not None and leader not in lost:
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(LOOK_EVERY_S)


def _fail_back(journal: Journal, maker: CloudMaker, roles: interface.Roles, course: Course) -> None:
    plan = course.plan
    assert plan is not None  # noqa: S101 - set by _aim
    with journal.step("heal", f"{' and '.join(course.sites)} comes back"):
        for cloud in clouds_of_plan(plan):
            faults_of(cloud).heal(journal.stack, plan, lambda text: course.note("heal", text))
        back = roles.readmit(plan)
        if back:
            course.note("heal", f"let in again: {', '.join(back)}")
    with journal.step("failback", "the preferred sites lead again"):
        now = _observed(roles, plan)
        for database in plan.databases:
            if now.get(database.name) not in {None, database.prefer}:
                course.note("call", f"{database.name}: the planned change to {database.prefer}")
                roles.switchover(plan, database.name, database.prefer)
        course.at_end = _observed(roles, plan)
        course.note("leader", _told(course.at_end))
    with journal.step("look-again", "refresh, and see that nothing is to be changed"):
        _preview(maker, course, "after the failback", ())


def _preview(maker: CloudMaker, course: Course, moment: str, lost: tuple[str, ...]) -> None:
    assert course.plan is not None  # noqa: S101 - set by _aim
    course.previews[moment] = maker.refreshed(course.plan, lost)
    left = course.previews[moment]
    course.note("state", f"preview {moment}: {'; '.join(left) or 'nothing to change'}")


def _observed(roles: interface.Roles, plan: Plan) -> Roles:
    """Who leads each database of the plan; None for one that nobody can ask."""
    seen: Mapping[str, interface.DatabaseRoles] = roles.observe(plan)
    return {
        database.name: seen[database.name].leader if database.name in seen else None
        for database in plan.databases
    }


def _told(roles: Roles) -> str:
    told = (f"{name} by {site or 'nobody that can be asked'}" for name, site in roles.items())
    return f"led now: {', '.join(told)}"
