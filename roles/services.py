"""A cloud's roles put together from those of its services: each database has one."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, Protocol, TypeVar, runtime_checkable

from tricenter.lab.unwell import Unwell
from tricenter.roles.interface import DatabaseRoles, Loss, Return, RoleError, Say, planned
from tricenter.topology.plan import Plan, PlannedDatabase

Found = TypeVar("Found")
PATIENCE_S = 3600.0
"""The longest wait for a change of roles; a cloud's own planned change may take half an hour."""
EVERY_S, OFFLINE_EVERY_S = 5.0, 0.1


class Service(Protocol):
    """What runs databases on a cloud; its methods are those of Roles, for one database.

    `observe` returns None where the database is not deployed.
    """

    def observe(self, plan: Plan, database: PlannedDatabase) -> DatabaseRoles | None: ...

    def expected_loss(self, plan: Plan, database: PlannedDatabase, to: str) -> Loss: ...

    def switchover(self, plan: Plan, database: PlannedDatabase, to: str) -> None: ...

    def failover(self, plan: Plan, database: PlannedDatabase, to: str) -> None: ...

    def prepare(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]: ...


@runtime_checkable
class Watched(Protocol):
    """A service that knows a database's copies: what of them is unwell, and how they come back.

    The others bring their copies back by themselves, and tell only who leads.
    """

    def unwell(self, plan: Plan, database: PlannedDatabase) -> tuple[Unwell, ...]: ...

    def returning(
        self, plan: Plan, database: PlannedDatabase, site: str, *, anew: bool
    ) -> Return: ...

    def rejoin(self, plan: Plan, database: PlannedDatabase, copy: Return, say: Say) -> None: ...


class Fences(Protocol):
    """What a forced failover on a cloud has shut out, by sites, and how it is let in again.

    `readmit` raises RoleError while what it would let in may take writes beside the leader.
    """

    def fenced(self, plan: Plan) -> tuple[str, ...]: ...

    def readmit(self, plan: Plan, observed: Mapping[str, DatabaseRoles]) -> tuple[str, ...]: ...


@runtime_checkable
class Readmits(Protocol):
    """A service whose old leader stays out after a forced failover, until it is let in again.

    `shut_out` names the sites of such a copy; `let_in` has it follow, and names those that do.
    """

    def shut_out(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]: ...

    def let_in(self, plan: Plan, database: PlannedDatabase) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class CloudRoles:
    """The roles of a stack whose databases are run by these services, by the spec's word.

    Without `fences` nothing is ever shut out there but by the services themselves.
    """

    target: str
    services: Mapping[str, Service]
    fences: Fences | None = None

    def observe(self, plan: Plan) -> Mapping[str, DatabaseRoles]:
        """Who leads each database that is deployed, asked side by side."""
        with ThreadPoolExecutor(max_workers=8) as pool:
            asked = [
                pool.submit(self._service(database).observe, plan, database)
                for database in plan.databases
            ]
            found = [one.result() for one in asked]
        return {roles.database: roles for roles in found if roles is not None}

    def unwell(self, plan: Plan) -> Mapping[str, tuple[Unwell, ...]]:
        """What is unwell with each database whose service can say so, asked side by side."""
        watched = [
            (database, service)
            for database in plan.databases
            if isinstance(service := self._service(database), Watched)
        ]
        with ThreadPoolExecutor(max_workers=8) as pool:
            asked = [pool.submit(service.unwell, plan, d) for d, service in watched]
            found = [one.result() for one in asked]
        return {d.name: said for (d, _), said in zip(watched, found, strict=True)}

    def expected_loss(self, plan: Plan, database: str, to: str) -> Loss:
        """What forcing a site to lead may lose."""
        found = planned(plan, database, to)
        return self._service(found).expected_loss(plan, found, to)

    def switchover(self, plan: Plan, database: str, to: str) -> None:
        """The planned change of the database's service."""
        found = planned(plan, database, to)
        self._service(found).switchover(plan, found, to)

    def failover(self, plan: Plan, database: str, to: str) -> None:
        """The forced change of the database's service."""
        found = planned(plan, database, to)
        self._service(found).failover(plan, found, to)

    def fenced(self, plan: Plan) -> tuple[str, ...]:
        """The sites that a forced failover has shut out, by the cloud's fences and its services."""
        out = set(self.fences.fenced(plan)) if self.fences else set[str]()
        for database, service in self._readmitting(plan):
            out |= set(service.shut_out(plan, database))
        return tuple(sorted(out))

    def readmit(self, plan: Plan) -> tuple[str, ...]:
        """Let in what was shut out, once it follows; the sites."""
        back: set[str] = set()
        for database, service in self._readmitting(plan):
            back |= set(service.let_in(plan, database))
        if self.fences is not None and self.fences.fenced(plan):
            back |= set(self.fences.readmit(plan, self.observe(plan)))
        return tuple(sorted(back))

    def _readmitting(self, plan: Plan) -> Iterator[tuple[PlannedDatabase, Readmits]]:
        for database in plan.databases:
            service = self._service(database)
            if isinstance(service, Readmits):
                yield database, service

    def prepare(self, plan: Plan) -> tuple[str, ...]:
        """What the services still need, done now."""
        done = [self._service(d).prepare(plan, d) for d in plan.databases]
        return tuple(sentence for sentences in done for sentence in sentences)

    def returns(self, plan: Plan, site: str, *, anew: bool = False) -> tuple[Return, ...]:
        """How each copy in a site comes back; a managed service does it by itself."""
        found: list[Return] = []
        for database in plan.databases:
            if site not in {member.site for member in database.members}:
                continue
            service = self._service(database)
            if isinstance(service, Watched):
                found.append(service.returning(plan, database, site, anew=anew))
            else:
                why = f"{database.service} brings its copies back by itself"
                found.append(Return(database=database.name, site=site, way="none", why=why))
        return tuple(found)

    def rejoin(self, plan: Plan, copy: Return, say: Say) -> None:
        """Bring a copy back by what its service has for that."""
        database = planned(plan, copy.database, copy.site)
        service = self._service(database)
        if isinstance(service, Watched):
            service.rejoin(plan, database, copy, say)

    def _service(self, database: PlannedDatabase) -> Service:
        found = self.services.get(database.service)
        if found is None:
            known = ", ".join(sorted(self.services))
            raise RoleError(
                f"{database.name}: nobody here can ask service {database.service} on "
                f"{self.target}, only {known}"
            )
        return found


def is_offline() -> bool:
    """Whether clouds are emulated on this machine; the variable names them."""
    return bool(os.environ.get("TRICENTER_OFFLINE"))


def until(condition: Callable[[], Found], what: str, patience: float = PATIENCE_S) -> Found:
    """The first true value of `condition`; RoleError naming `what` after `patience` seconds."""
    deadline = monotonic() + patience
    while True:
        found = condition()
        if found:
            return found
        if monotonic() >= deadline:
            raise RoleError(f"{what} did not come true within {patience:g} s; look at the console")
        sleep(OFFLINE_EVERY_S if is_offline() else EVERY_S)


def part(answer: Mapping[str, Any] | None, key: str) -> Mapping[str, Any]:
    """What an answer has under a key, empty where it has none."""
    found: Mapping[str, Any] | None = (answer or {}).get(key)
    return found or {}
