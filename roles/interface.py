"""The one interface of roles; each target has a module beside this one that implements it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, Protocol, cast

from tricenter.topology.errors import TricenterError
from tricenter.topology.observed import Observed
from tricenter.topology.plan import Plan, PlannedDatabase, Running

Health = Literal["leads", "follows", "lags", "gone", "unknown"]


class RoleError(TricenterError):
    """A role cannot be asked or changed; the text says why, and what can be done."""


class Unfollowed(RoleError):
    """The site leads as was asked, but copies that followed before do not follow it; says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRole:
    """One site's copy as its target sees it now.

    `lag_s` is how far behind the leader it is in seconds, `lag_bytes` in bytes of the log,
    `running` what it runs on; None where the target does not say.
    """

    site: str
    health: Health
    lag_s: float | None = None
    lag_bytes: int | None = None
    running: Running | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRoles:
    """Who leads a database; `leader` is None when nobody does, or two say that they do.

    Of two the `contested` sites are named where nothing tells which of them is right.
    """

    database: str
    leader: str | None
    members: tuple[MemberRole, ...]
    contested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a forced failover may lose: an upper end in seconds or transactions, None is unknown.

    `source` says in a sentence where the numbers come from.
    """

    seconds: float | None
    transactions: int | None
    source: str


Way = Literal["none", "wait", "fetch", "copy"]
"""How a copy comes back: it follows already; it is on its way; it restores from the archive what
its leader no longer has, then follows or is rewound; it is made anew from its leader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """How one copy of a site comes back: the cheapest way that is safe, and why it is that one."""

    database: str
    site: str
    way: Way
    why: str


Say = Callable[[str], None]
"""Takes a sentence of progress."""


class Roles(Protocol):
    """A deployed topology's roles on one target.

    `observe` never changes anything. `switchover` is planned: it loses nothing or raises
    RoleError and leaves the leader as it was; Unfollowed where only the copies do not follow in a
    bounded time. `failover` is forced, by another call of the
    target; it works with the old leader gone, and fences it as far as the target can. Both may be
    repeated: a site that leads already is fine. Both do what the target needs afterwards (on Cloud
    SQL: name the new DR replica), and return only once the site leads. `fenced` names the hosts
    that a forced failover has shut out and `readmit` lets them back in, where the target does
    not do that by itself. `prepare` does what a target needs once everything is deployed, so that
    a failover can be forced later; it returns what it did in sentences, none when all was done.
    `returns` says how each copy in a site comes back, without changing anything, and `rejoin`
    brings one back, by a dearer way where the cheaper one does not lead there; it ends once the
    copy follows, can be killed, and repeated. RoleError where nobody leads, or nothing helps.
    """

    def observe(self, plan: Plan) -> Mapping[str, DatabaseRoles]: ...

    def expected_loss(self, plan: Plan, database: str, to: str) -> Loss: ...

    def switchover(self, plan: Plan, database: str, to: str) -> None: ...

    def failover(self, plan: Plan, database: str, to: str) -> None: ...

    def fenced(self, plan: Plan) -> tuple[str, ...]: ...

    def readmit(self, plan: Plan) -> tuple[str, ...]: ...

    def prepare(self, plan: Plan) -> tuple[str, ...]: ...

    def returns(self, plan: Plan, site: str, *, anew: bool = False) -> tuple[Return, ...]: ...

    def rejoin(self, plan: Plan, copy: Return, say: Say) -> None: ...


def load_roles(target: str, stack: str) -> Roles:
    """The roles of a stack (its id) on a target; its module is imported only now."""
    return cast(Roles, import_module(f"tricenter.roles.{target}").open_roles(stack))


def planned(plan: Plan, database: str, site: str) -> PlannedDatabase:
    """The database of that name; RoleError unless the plan has it, with a copy in `site`."""
    found = next((d for d in plan.databases if d.name == database), None)
    if found is None:
        known = ", ".join(d.name for d in plan.databases)
        raise RoleError(f"there is no database {database!r}; there are: {known}")
    sites = [member.site for member in found.members]
    if site not in sites:
        raise RoleError(f"{database} has no copy in {site!r}; it has: {', '.join(sites)}")
    return found


def refuse_contested(observed: Mapping[str, DatabaseRoles]) -> None:
    """RoleError where two sites say that they lead: to choose one would lead clients to either."""
    for name, roles in sorted(observed.items()):
        if roles.contested:
            raise RoleError(
                f"{name}: {' and '.join(roles.contested)} say that they lead, and nothing tells "
                "which is right. Look at the newest transactions of both, stop or delete the one "
                "that is stale, then try again"
            )


def leaders(observed: Mapping[str, DatabaseRoles]) -> dict[str, str]:
    """The leading site by database, without those that nobody leads."""
    return {name: roles.leader for name, roles in sorted(observed.items()) if roles.leader}


def seen(observed: Mapping[str, DatabaseRoles]) -> Observed:
    """What a plan is compiled with: the leaders, and what copies run on as far as targets say."""
    running = {
        (name, member.site): member.running
        for name, roles in sorted(observed.items())
        for member in roles.members
        if member.running is not None
    }
    return Observed(leaders=leaders(observed), running=running)
