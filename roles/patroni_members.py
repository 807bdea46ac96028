"""The members of one self-managed database, asked and told through Patroni's REST interface."""

import http.client
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, cast

from tricenter.roles.interface import RoleError
from tricenter.roles.operators import Operator, connection
from tricenter.roles.services import EVERY_S, OFFLINE_EVERY_S, is_offline
from tricenter.topology.plan import PlannedDatabase, PlannedMember

READ_S, COMMAND_S = 2.0, 60.0
OFFLINE_READ_S = 10.0
"""An emulated network loses nothing, and shares its processors with everything else."""
BUSY = frozenset({409, 412, 503})
"""Answers to a command that may be taken a moment later: right after a change of leader."""
NO_STORE = "failed to write failover key into DCS"
"""What Patroni 4.1.5 says when its store takes no change (patroni/api.py, do_POST_failover)."""

States = Mapping[str, Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The members of a database of a stack, with the addresses that its machines have."""

    stack: str
    operator: Operator
    database: PlannedDatabase

    def states(self, path: str = "/patroni") -> States:
        """What each says of itself, by site; None for one that does not answer."""
        with ThreadPoolExecutor(max_workers=8) as pool:
            asked = [pool.submit(self.ask, m, "GET", path) for m in self.database.members]
            answers = [one.result() for one in asked]
        return {
            member.site: _object(answer[1]) if answer else None
            for member, answer in zip(self.database.members, answers, strict=True)
        }

    def shared(self, path: str) -> Mapping[str, Any] | None:
        """What all know alike, as `/config` and `/cluster`: by the first that answers 200."""
        for member in self.database.members:
            answer = self.ask(member, "GET", path)
            if answer and answer[0] == 200:
                return _object(answer[1])
        return None

    def command(
        self, site: str, path: str, body: Mapping[str, Any], *, method: str = "POST"
    ) -> None:
        """Have a command taken; what refuses it for a moment only is asked again."""
        name = self.database.name
        member = next(m for m in self.database.members if m.site == site)
        deadline = monotonic() + COMMAND_S
        while True:
            answer = self.ask(member, method, path, body)
            if answer is None:
                raise RoleError(f"{name}: {site} does not answer to {path}")
            if answer[0] < 300:
                return
            said = answer[1].strip()
            if NO_STORE in said:
                raise RoleError(
                    f"{name}: {path} was refused at {site}: {said}: its store has lost "
                    "the majority of its voices. Bring them back, or follow the runbook of the "
                    f"scenario on the machine of {site}: it makes that voice a store of its own"
                )
            if answer[0] not in BUSY or monotonic() >= deadline:
                raise RoleError(f"{name}: {path} was refused at {site}: {said}")
            sleep(OFFLINE_EVERY_S if is_offline() else EVERY_S)

    def ask(
        self,
        member: PlannedMember,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
    ) -> tuple[int, str] | None:
        """Status and text of a member's answer; None when there is none."""
        timeout = OFFLINE_READ_S if is_offline() else READ_S
        if body is not None:
            timeout = 30.0
        login = {} if body is None else self.operator.login()
        headers = {"Content-Type": "application/json", **login}
        opened = connection(self.stack, member.address, member.rest_port, self.operator, timeout)
        try:
            opened.request(method, path, None if body is None else json.dumps(body), headers)
            answer = opened.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            opened.close()


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        read: object = json.loads(text)
    except ValueError:
        return None
    return cast(dict[str, Any], read) if isinstance(read, dict) else None
