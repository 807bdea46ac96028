"""The emulated etcd: transactions, leases, and what a minority may do."""

from pathlib import Path
from typing import Any

import pytest

from tricenter.offline.machines.errors import LeaseGone, NoMajority, NoVoice
from tricenter.offline.machines.store import Store, coded

VOICES = frozenset({"a", "b", "c"})
ALL = ("a", "b", "c")


class Clock:
    """Time that passes when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at its beginning."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    """A store whose three voices run."""
    return Store(tmp_path / "store.json", voices=VOICES, running=VOICES, clock=clock)


def put(store: Store, key: str, value: str, lease: str | None = None) -> Any:
    """Set a key."""
    fields = {"key": coded(key), "value": coded(value)}
    return store.call(ALL, "/kv/put", fields if lease is None else {**fields, "lease": lease})


def create(store: Store, key: str, value: str) -> bool:
    """Set a key that nobody has set; whether it was so."""
    compare = {"key": coded(key), "target": "CREATE", "create_revision": "0"}
    wanted = {"request_put": {"key": coded(key), "value": coded(value)}}
    return store.call(ALL, "/kv/txn", {"compare": [compare], "success": [wanted]})["succeeded"]


def found(store: Store, key: str, *, serializable: bool = False) -> list[str]:
    """The values of a key, coded."""
    fields = {"key": coded(key), "serializable": serializable}
    return [entry["value"] for entry in store.call(ALL, "/kv/range", fields)["kvs"]]


def test_a_key_is_created_once(store: Store) -> None:
    """Of two who race for a key one wins, and a change needs the revision that it has seen."""
    assert create(store, "/service/d/leader", "one")
    assert not create(store, "/service/d/leader", "two")
    assert found(store, "/service/d/leader") == [coded("one")]
    (node,) = store.call(ALL, "/kv/range", {"key": coded("/service/d/leader")})["kvs"]
    change = {"request_delete_range": {"key": coded("/service/d/leader")}}
    for revision, passes in (("1", False), (node["mod_revision"], True)):
        compare = {"key": node["key"], "target": "MOD", "mod_revision": revision}
        asked = {"compare": [compare], "success": [change]}
        assert store.call(ALL, "/kv/txn", asked)["succeeded"] is passes
    assert found(store, "/service/d/leader") == []


def test_what_hangs_on_a_lease_goes_with_it(store: Store, clock: Clock) -> None:
    """A lease that is kept alive lasts; one that is not takes its keys along, and is told."""
    lost: list[int] = []
    store.changed_leader = lambda: lost.append(1)
    lease = store.call(ALL, "/lease/grant", {"TTL": 20})["ID"]
    put(store, "/service/d/leader", "one", lease)
    clock.now = 19
    assert store.call(ALL, "/lease/keepalive", {"ID": lease})["result"]["TTL"] == "20"
    clock.now = 38.9
    assert found(store, "/service/d/leader") == [coded("one")]
    lost.clear()
    clock.now = 39.1
    store.tick()
    assert lost == [1]
    assert found(store, "/service/d/leader") == []
    assert store.call(ALL, "/lease/keepalive", {"ID": lease})["result"] == {}
    with pytest.raises(LeaseGone):
        put(store, "/service/d/leader", "one", lease)


def test_a_minority_changes_nothing(store: Store, clock: Clock) -> None:
    """One of three tells what it knew and takes nothing; its leases wait, and begin anew."""
    lease = store.call(ALL, "/lease/grant", {"TTL": 20})["ID"]
    put(store, "/service/d/leader", "one", lease)
    store.set_voices(VOICES, {"c"})
    clock.now = 1000
    store.tick()
    for method, fields in (
        ("/kv/put", {"key": coded("k"), "value": coded("v")}),
        ("/kv/range", {"key": coded("k")}),
        ("/lease/grant", {"TTL": 20}),
        ("/lease/keepalive", {"ID": lease}),
    ):
        with pytest.raises(NoMajority):
            store.call(ALL, method, fields)
    assert found(store, "/service/d/leader", serializable=True) == [coded("one")]
    with pytest.raises(NoVoice):
        store.call(("a", "b"), "/kv/range", {"key": coded("k"), "serializable": True})
    store.set_voices(VOICES, {"b", "c"})
    clock.now = 1019
    assert found(store, "/service/d/leader") == [coded("one")]
    clock.now = 1021
    assert found(store, "/service/d/leader") == []


def test_a_voice_may_be_made_a_store_of_its_own(store: Store) -> None:
    """What `etcd --force-new-cluster` does: the others are forgotten, the data stays."""
    put(store, "k", "v")
    store.set_voices(VOICES, {"c"})
    store.alone("c")
    put(store, "k", "w")
    assert found(store, "k") == [coded("w")]


def test_the_disks_keep_the_store(store: Store, tmp_path: Path, clock: Clock) -> None:
    """After a restart everything is there, and a lease has its whole time again."""
    lease = store.call(ALL, "/lease/grant", {"TTL": 20})["ID"]
    put(store, "/service/d/leader", "one", lease)
    clock.now = 500
    again = Store(tmp_path / "store.json", voices=VOICES, running=VOICES, clock=clock)
    assert found(again, "/service/d/leader") == [coded("one")]
    clock.now = 521
    assert found(again, "/service/d/leader") == []
