"""The space of the store: how much of its quota is used, and what helps when it is full.

A full store raises an alarm and refuses writes on every voice until the alarm is lifted, also when
there is room again. https://etcd.io/docs/v3.4/op-guide/maintenance/, read 2026-11-30.
"""

import base64
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from tricenter.lab.at_once import at_once
from tricenter.lab.errors import LabError
from tricenter.lab.stack import Stack, file_lock
from tricenter.lab.store import ask
from tricenter.lab.voices import Voices, planned_voices, serving
from tricenter.topology.plan import Plan
from tricenter.topology.render import etcd

NEARLY = 0.8
"""The part of the quota from which on a store is nearly full."""
DEFRAGMENT_S = 120.0
OURS = "/service/"
"""Below it are the keys of Patroni; whatever else is in the store is not ours."""
LISTED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The store's space: bytes in use on the fullest voice, and whether it refuses writes.

    `alarms` are the names of the alarms that are raised, such as NOSPACE.
    """

    size: int
    alarms: tuple[str, ...]

    @property
    def full(self) -> bool:
        """Whether the store refuses writes for want of space."""
        return "NOSPACE" in self.alarms


def space(stack: Stack, addresses: Mapping[str, str]) -> Space | None:
    """How full the store of these voices is; None where none of them is part of a majority."""
    there = serving(stack, addresses)

    def size(host: str) -> int:
        with suppress(LabError):
            answer = ask(stack, host, addresses[host], "/v3/maintenance/status", {})
            return int(answer.get("dbSize", 0))
        return 0

    for host in there:
        with suppress(LabError):
            alarms = tuple(sorted({kind for _, kind in _alarms(stack, host, addresses[host])}))
            return Space(size=max(at_once(size, there)), alarms=alarms)
    return None


def alarms(stack: Stack, host: str, address: str) -> tuple[str, ...]:
    """The kinds of alarm that the voice in a host knows of; none where it does not answer."""
    with suppress(LabError):
        return tuple(sorted({kind for _, kind in _alarms(stack, host, address)}))
    return ()


def is_full(stack: Stack, plan: Plan) -> bool:
    """Whether the store of a plan refuses writes for want of space."""
    found = space(stack, planned_voices(stack, plan).addresses)
    return found is not None and found.full


def relieve(stack: Stack, plan: Plan) -> Space:
    """Have a store that is full, or nearly so, take writes again; how full it is then.

    Nothing that is in force is lost: only the history of the keys goes, which nobody reads here.
    Each voice is silent while it is defragmented, so it is one after the other. May be repeated.
    LabError where there is no majority, or where what is in force fills the store.
    """
    return relieve_voices(stack, planned_voices(stack, plan), etcd.quota_bytes(plan))


def relieve_voices(stack: Stack, voices: Voices, quota: int) -> Space:
    """What `relieve` does, for voices and a quota."""
    with file_lock(stack.path / "relief.lock"):
        before = space(stack, voices.addresses)
        if before is None:
            raise LabError("the store cannot be relieved: no voice of it is part of a majority")
        if not before.full and before.size < NEARLY * quota:
            return before
        there = serving(stack, voices.addresses)
        _compact(stack, there[0], voices.addresses[there[0]])
        for host in _leader_last(stack, voices.addresses, there):
            at = voices.addresses[host]
            ask(stack, host, at, "/v3/maintenance/defragment", {}, timeout=DEFRAGMENT_S)
        after = space(stack, voices.addresses)
        if after is None or after.size >= quota:
            raise LabError(_fills(stack, voices, quota))
        _disarm(stack, there[0], voices.addresses[there[0]])
        return space(stack, voices.addresses) or after


def foreign(stack: Stack, addresses: Mapping[str, str]) -> tuple[str, ...]:
    """The first parts of keys that are not ours, each once; of the first 2,000 at most."""
    everything = base64.b64encode(b"\0").decode()
    body = {"key": everything, "range_end": everything, "keys_only": True, "limit": str(LISTED)}
    for host in serving(stack, addresses):
        with suppress(LabError):
            answer = ask(stack, host, addresses[host], "/v3/kv/range", body)
            keys = (base64.b64decode(entry["key"]) for entry in answer.get("kvs", ()))
            return beginnings(key.decode(errors="replace") for key in keys)
    return ()


def beginnings(keys: Iterable[str]) -> tuple[str, ...]:
    """What keys that are not ours begin with, up to their first inner slash."""
    found = {key[: key.find("/", 1) + 1] or key for key in keys if not key.startswith(OURS)}
    return tuple(sorted(found))


def _fills(stack: Stack, voices: Voices, quota: int) -> str:
    alien = foreign(stack, voices.addresses)
    whose = f" Keys that are not ours begin with {', '.join(alien[:3])}." if alien else ""
    seat = next(iter(voices.addresses))
    return (
        f"the store is full of what is in force ({quota >> 20} MiB), not of history.{whose} Delete "
        f"them (`tricenter exec {seat} -- etcdctl del --prefix ...`), then `tricenter up`"
    )


def _compact(stack: Stack, host: str, address: str) -> None:
    """Forget the history up to now, on every voice; waits until it is done on this one."""
    now = ask(stack, host, address, "/v3/maintenance/status", {})["header"]["revision"]
    body = {"revision": now, "physical": True}
    try:
        ask(stack, host, address, "/v3/kv/compaction", body, timeout=DEFRAGMENT_S)
    except LabError as error:
        if "has been compacted" not in str(error):
            raise


def _leader_last(
    stack: Stack, addresses: Mapping[str, str], hosts: tuple[str, ...]
) -> tuple[str, ...]:
    """The hosts, the one that leads the store at the end: its silence is felt by all."""

    def leads(host: str) -> bool:
        with suppress(LabError):
            answer = ask(stack, host, addresses[host], "/v3/maintenance/status", {})
            return answer.get("leader") == answer["header"]["member_id"]
        return False

    return tuple(sorted(hosts, key=leads))


def _disarm(stack: Stack, host: str, address: str) -> None:
    """Lift the alarms of want of space, and no others."""
    for member, kind in _alarms(stack, host, address):
        if kind == "NOSPACE":
            body = {"action": "DEACTIVATE", "memberID": member, "alarm": kind}
            ask(stack, host, address, "/v3/maintenance/alarm", body)


def _alarms(stack: Stack, host: str, address: str) -> tuple[tuple[str, str], ...]:
    """The alarms that are raised: the member's number and the kind of each."""
    answer = ask(stack, host, address, "/v3/maintenance/alarm", {"action": "GET"})
    return tuple(
        (str(entry.get("memberID", "0")), str(entry.get("alarm", "NONE")))
        for entry in answer.get("alarms", ())
    )
