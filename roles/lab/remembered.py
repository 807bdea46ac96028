"""What the store remembers of who led a database, through its majority or by one voice's own copy.

A copy answers without a majority, and says what was agreed on before: later things may have been
agreed on without it. Those that do not answer could have agreed on them.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from tricenter.lab.at_once import at_once
from tricenter.lab.stack import Stack
from tricenter.lab.store import request
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.render.etcd import CLIENT_PORT

PATIENCE_S = 3.0

Read = Callable[[str], str | None]
"""The value of a key of a database; None for one that is not there, OSError without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """Who led last by all that the store says, None where it says nothing or several.

    `timeline` is the last that its history knows, `agreed` True where a majority said so. `without`
    are the other hosts with a voice: with no majority they may have agreed on something since.
    """

    leader: str | None
    agreed: bool
    timeline: int | None = None
    without: tuple[str, ...] = ()


def remembered(stack: Stack, plan: Plan, database: PlannedDatabase, to: str) -> Remembered | None:
    """What a majority says through any voice, else what the copy of the site's own voice says.

    None where neither answers.
    """
    others = tuple(host.name for host in plan.hosts if host.voice and host.name != to)
    own = [to] if plan.host(to).voice else []

    def ask(asked: tuple[str, bool]) -> Remembered | None:
        host, agreed = asked
        read = partial(_read, stack, plan, database, host, agreed=agreed)
        try:
            leader, line = last_leader(read), last_line(read)
        except OSError:
            return None
        return Remembered(
            leader=leader,
            agreed=agreed,
            timeline=int(line[0]) + 1 if line else None,
            without=() if agreed else others,
        )

    asked = [*((host, True) for host in (*own, *others)), *((host, False) for host in own)]
    return next(filter(None, at_once(ask, asked)), None)


def last_leader(read: Read) -> str | None:
    """Who led a database last, by its lease, its list of synchronous members and its history.

    Patroni 4.1.5 writes the holder's name into /leader, the leader into /sync, and who was promoted
    as the fifth part of each line of /history (patroni/ha.py, update_cluster_history; 2026-11-30).
    The lease ends first, so what is left of it must not gainsay the others.
    """
    holder, sync, last = read("leader"), _json(read("sync")), last_line(read)
    named = {holder} if holder else set[str]()
    if isinstance(sync, dict) and (leads := cast(dict[str, Any], sync).get("leader")):
        named.add(str(leads))
    if len(last) > PROMOTED and last[PROMOTED]:
        named.add(str(last[PROMOTED]))
    return named.pop() if len(named) == 1 else None


def last_line(read: Read) -> list[Any]:
    """The last line of a database's history: the timeline that ended, where, why, when, by whom."""
    history = _json(read("history"))
    lines = cast(list[Any], history) if isinstance(history, list) else []
    return cast(list[Any], lines[-1]) if lines and isinstance(lines[-1], list) else []


PROMOTED = 4
"""The place of the promoted member's name in a line of /history."""


def _read(
    stack: Stack, plan: Plan, database: PlannedDatabase, host: str, key: str, *, agreed: bool
) -> str | None:
    path = f"/service/{database.name}/{key}"
    body = {"key": base64.b64encode(path.encode()).decode(), "serializable": not agreed}
    target = (plan.host(host).address, CLIENT_PORT)
    found = request(
        stack, host, target, "/v3/kv/range", method="POST", body=body, timeout=PATIENCE_S
    )
    if found is None or found[0] != 200:
        raise OSError(f"the voice of {host} does not say {key}")
    answer: Mapping[str, Any] = json.loads(found[1])
    kvs = answer.get("kvs")
    return base64.b64decode(kvs[0]["value"]).decode() if kvs else None


def _json(text: str | None) -> object:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
