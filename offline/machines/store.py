"""An emulated etcd: what its voices keep together, and whether they are enough to change it.

The requests are those that Patroni's own client makes (`/kv/range`, `/kv/txn`, `/lease/grant`...),
with etcd's answers. https://etcd.io/docs/v3.5/dev-guide/api_reference_v3/, checked 2026-11-25.
"""

import base64
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, cast

from tricenter.offline.machines.errors import LeaseGone, NoMajority, NoVoice

Json = dict[str, Any]
LEADER = "/leader"


@dataclass(slots=True)
class Node:
    """A key's value with the revisions that made and last changed it, and the lease it lives by."""

    value: str
    created: int
    changed: int
    lease: str | None = None


@dataclass(slots=True)
class Lease:
    """How long a lease lasts in seconds, and when it ends by the clock of this process."""

    ttl: int
    ends: float


@dataclass(slots=True)
class Store:
    """The keys of one stack. `voices` are its members by the machines' own settings."""

    path: Path
    voices: frozenset[str] = frozenset()
    running: frozenset[str] = frozenset()
    changed_leader: Callable[[], None] = lambda: None
    clock: Callable[[], float] = time.monotonic
    _nodes: dict[str, Node] = field(default_factory=dict[str, Node])
    _leases: dict[str, Lease] = field(default_factory=dict[str, Lease])
    _revision: int = 1
    _lock: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        """Read what the voices had on their disks; leases begin anew, as after an election."""
        if not self.path.exists():
            return
        kept: Json = json.loads(self.path.read_text(encoding="utf-8"))
        self._revision = kept["revision"]
        self._nodes = {key: Node(*node) for key, node in kept["nodes"].items()}
        now = self.clock()
        self._leases = {name: Lease(ttl, now + ttl) for name, ttl in kept["leases"].items()}

    @property
    def has_majority(self) -> bool:
        """Whether more than half of the voices run."""
        return 2 * len(self.voices & self.running) > len(self.voices)

    def set_voices(self, voices: Iterable[str], running: Iterable[str]) -> None:
        """Say which voices there are and which of them run; a new majority renews every lease.

        https://etcd.io/docs/v3.5/learning/api/#lease-api: time does not pass without a leader.
        """
        with self._lock:
            had = self.has_majority
            if had:
                self._expire()
            self.voices, self.running = frozenset(voices), frozenset(running)
            if self.has_majority and not had:
                for lease in self._leases.values():
                    lease.ends = self.clock() + lease.ttl

    def alone(self, voice: str) -> None:
        """What `etcd --force-new-cluster` does: that voice is all there is, with what it has."""
        self.set_voices({voice}, self.running & {voice})

    def delete(self, key: str) -> None:
        """What `etcdctl del` does."""
        self.call(self.voices, "/kv/deleterange", {"key": coded(key)})

    def call(self, hosts: Iterable[str], method: str, fields: Mapping[str, Any]) -> Json:
        """The answer to a request at the first of these voices that runs.

        Raises NoVoice where none does, NoMajority where a change or a sure answer needs more of
        them, LeaseGone for a lease that has ended.
        """
        with self._lock:
            if not self.running.intersection(hosts):
                raise NoVoice("no voice of the store answers")
            if not self.has_majority:
                # A voice alone still tells what it last knew, to those who say that this will do.
                if method == "/kv/range" and fields.get("serializable"):
                    return self._range(fields)
                raise NoMajority("etcdserver: request timed out")
            self._expire()
            done = self._answer(method, fields)
            return {"header": {"revision": str(self._revision)}, **done}

    def _answer(self, method: str, fields: Mapping[str, Any]) -> Json:
        match method:
            case "/kv/range":
                return self._range(fields)
            case "/kv/put":
                return self._put(fields)
            case "/kv/deleterange":
                return self._delete(fields)
            case "/kv/txn":
                return self._txn(fields)
            case "/lease/grant":
                return self._grant(fields)
            case "/lease/keepalive":
                return self._keep_alive(fields)
            case other:
                raise ValueError(f"not a request of etcd: {other}")

    def _expire(self) -> None:
        now = self.clock()
        for name in [name for name, lease in self._leases.items() if lease.ends <= now]:
            del self._leases[name]
            for key in [key for key, node in self._nodes.items() if node.lease == name]:
                self._drop(key)
            self._save()

    def tick(self) -> None:
        """End the leases whose time is over, as etcd does without being asked."""
        with self._lock:
            if self.has_majority:
                self._expire()

    def _range(self, fields: Mapping[str, Any]) -> Json:
        return {"kvs": [_told(key, self._nodes[key]) for key in self._keys(fields)]}

    def _put(self, fields: Mapping[str, Any]) -> Json:
        key, lease = _plain(fields["key"]), fields.get("lease")
        if lease is not None and lease not in self._leases:
            raise LeaseGone("etcdserver: requested lease not found")
        self._revision += 1
        before = self._nodes.get(key)
        created = before.created if before else self._revision
        self._nodes[key] = Node(_plain(fields["value"]), created, self._revision, lease)
        self._save()
        if key.endswith(LEADER):
            self.changed_leader()
        return {}

    def _delete(self, fields: Mapping[str, Any]) -> Json:
        keys = self._keys(fields)
        for key in keys:
            self._drop(key)
        self._save()
        return {"deleted": str(len(keys))}

    def _drop(self, key: str) -> None:
        self._revision += 1
        del self._nodes[key]
        if key.endswith(LEADER):
            self.changed_leader()

    def _txn(self, fields: Mapping[str, Any]) -> Json:
        passed = all(self._holds(one) for one in fields["compare"])
        wanted = cast(list[Json], fields.get("success" if passed else "failure") or [])
        return {"succeeded": passed, "responses": [self._do(request) for request in wanted]}

    def _do(self, request: Mapping[str, Any]) -> Json:
        ((kind, fields),) = request.items()
        match kind:
            case "request_put":
                return {"response_put": self._put(fields)}
            case "request_delete_range":
                return {"response_delete_range": self._delete(fields)}
            case "request_txn":
                return {"response_txn": self._txn(fields)}
            case other:
                raise ValueError(f"not a request of etcd: {other}")

    def _holds(self, compare: Mapping[str, Any]) -> bool:
        node = self._nodes.get(_plain(compare["key"]))
        match compare["target"]:
            case "CREATE":
                return str(node.created if node else 0) == compare["create_revision"]
            case "MOD":
                return str(node.changed if node else 0) == str(compare["mod_revision"])
            case "VALUE":
                return node is not None and node.value == _plain(compare["value"])
            case other:
                raise ValueError(f"not a comparison of etcd: {other}")

    def _grant(self, fields: Mapping[str, Any]) -> Json:
        self._revision += 1
        name, ttl = str(self._revision), int(fields["TTL"])
        self._leases[name] = Lease(ttl, self.clock() + ttl)
        self._save()
        return {"ID": name, "TTL": str(ttl)}

    def _keep_alive(self, fields: Mapping[str, Any]) -> Json:
        lease = self._leases.get(fields["ID"])
        if lease is None:
            return {"result": {}}
        lease.ends = self.clock() + lease.ttl
        return {"result": {"ID": fields["ID"], "TTL": str(lease.ttl)}}

    def _keys(self, fields: Mapping[str, Any]) -> list[str]:
        first = _plain(fields["key"])
        if "range_end" not in fields:
            return [first] if first in self._nodes else []
        end = _plain(fields["range_end"])
        return sorted(key for key in self._nodes if first <= key < end)

    def _save(self) -> None:
        kept = {
            "revision": self._revision,
            "nodes": {k: [n.value, n.created, n.changed, n.lease] for k, n in self._nodes.items()},
            "leases": {name: lease.ttl for name, lease in self._leases.items()},
        }
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(kept), encoding="utf-8")
        draft.replace(self.path)


def _told(key: str, node: Node) -> Json:
    found: Json = {
        "key": coded(key),
        "value": coded(node.value),
        "create_revision": str(node.created),
        "mod_revision": str(node.changed),
    }
    return found if node.lease is None else {**found, "lease": node.lease}


def _plain(text: str) -> str:
    return base64.b64decode(text).decode("utf-8")


def coded(text: str) -> str:
    """A key or value as it is sent: base64."""
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
