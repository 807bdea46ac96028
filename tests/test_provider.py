"""The lab's provider plugin over its gRPC protocol, with a kind of unit that is a file."""

import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi.runtime.proto import provider_pb2, status_pb2
from pulumi.runtime.proto.provider_pb2_grpc import (
    ResourceProviderStub,
    add_ResourceProviderServicer_to_server,
)

from tricenter.lab.errors import LabError
from tricenter.lab.provider.plugin import LabProvider
from tricenter.lab.provider.tokens import resource_type
from tricenter.lab.provider.units import Units, name_of, type_of
from tricenter.lab.provider.values import changes, jsonable, plain, struct
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit

URN = "urn:pulumi:dev::tricenter::tricenter:index:Topology$tricenter-lab:index:Note::ledger-a-note"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text() | st.floats(-1e6, 1e6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A machine at work elsewhere is no failure."""


class Note:
    """A unit that is a file in the stack's directory; `fail` makes it break half-way."""

    KIND = "note"
    COMPONENT = "GeoDns"
    WRITES = None

    def units(self, _: object) -> tuple[Unit, ...]:
        return ()

    def path(self, stack: Stack, unit: Unit) -> Path:
        return stack.path / unit.name

    def apply(self, stack: Stack, unit: Unit) -> Mapping[str, Any]:
        stack.path.mkdir(parents=True, exist_ok=True)
        (stack.path / "stack.json").touch()
        self.path(stack, unit).write_text(json.dumps(unit.data))
        if unit.data.get("fail"):
            raise LabError(unit.data["fail"])
        return unit.data

    def observe(self, stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
        path = self.path(stack, unit)
        return json.loads(path.read_text()) if path.exists() else None

    def remove(self, stack: Stack, unit: Unit) -> None:
        self.path(stack, unit).unlink(missing_ok=True)


class Silent:
    """A log that nobody reads."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, message: str, *_: object, **_named: object) -> None:
        self.said.append(message)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab's home of the test's own."""
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def provider(home: Path) -> Iterator[ResourceProviderStub]:
    """A served provider that knows notes only."""
    units = Units(kinds={resource_type("note"): Note()})
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    add_ResourceProviderServicer_to_server(LabProvider(units, Silent()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield ResourceProviderStub(channel)
    server.stop(grace=None).wait()
    units.release()


def inputs(**data: Any) -> Struct:
    """Inputs of a note."""
    return struct({"stack": "ledger-t", "host": "a", "data": data})


def create(provider: ResourceProviderStub, **data: Any) -> provider_pb2.CreateResponse:
    """Make a note."""
    return provider.Create(provider_pb2.CreateRequest(urn=URN, properties=inputs(**data)))


def diff(provider: ResourceProviderStub, state: Struct, news: Struct) -> provider_pb2.DiffResponse:
    """Compare a note that was made with port 53 in zone a with new inputs."""
    old = inputs(port=53, zone="a")
    request = provider_pb2.DiffRequest(urn=URN, id="x", olds=state, old_inputs=old, news=news)
    return provider.Diff(request)


@PATIENT
@given(JSON)
def test_plain_data_survives_the_protocol(value: Any) -> None:
    """What goes to the engine comes back the same, and whole numbers stay whole."""
    sent = {"value": jsonable(value)}
    assert plain(struct({"value": value})) == sent
    assert repr(plain(struct({"value": value}))) == repr(plain(struct(sent)))


@PATIENT
@given(JSON, JSON)
def test_changes_are_empty_only_for_equal_values(old: Any, new: Any) -> None:
    """A difference is never overlooked, and none is made up."""
    assert (list(changes(old, new)) == []) == (old == new)


def test_long_texts_are_kept_as_digests(provider: ResourceProviderStub) -> None:
    """Whole files stay out of the state, and a changed one is still noticed."""
    text = "x" * 4000
    kept = plain(create(provider, text=text).properties)["ready"]["text"]
    assert kept.startswith("sha256:")
    assert kept != plain(create(provider, text=text + "y").properties)["ready"]["text"]


def test_urns_give_name_and_type() -> None:
    """The type is the resource's own, without its parents'."""
    assert (name_of(URN), type_of(URN)) == ("ledger-a-note", "tricenter-lab:index:Note")


def test_a_made_unit_does_not_differ(provider: ResourceProviderStub) -> None:
    """A second run finds nothing to do."""
    made = create(provider, port=53, zone="a")
    assert made.id == "ledger-t/ledger-a-note"
    assert diff(provider, made.properties, inputs(port=53, zone="a")).changes == 1


def test_changed_data_is_an_update_in_place(provider: ResourceProviderStub) -> None:
    """No change of data replaces a unit."""
    made = create(provider, port=53, zone="a")
    found = diff(provider, made.properties, inputs(port=5353, zone="a"))
    assert found.changes == 2
    assert list(found.detailedDiff) == ["data.port"]
    assert list(found.replaces) == []


def test_drift_is_seen_without_a_refresh(provider: ResourceProviderStub, home: Path) -> None:
    """Plain `pulumi up` repairs what was changed or lost behind its back."""
    made = create(provider, port=53, zone="a")
    wanted = inputs(port=53, zone="a")
    note = home / "ledger-t" / "ledger-a-note"
    note.write_text('{"port": 54, "zone": "a"}')
    assert list(diff(provider, made.properties, wanted).detailedDiff) == ["ready.port"]
    note.unlink()
    assert list(diff(provider, made.properties, wanted).detailedDiff) == ["ready"]


def test_a_unit_never_moves_to_another_stack(provider: ResourceProviderStub) -> None:
    """A renamed stack is refused: it would be a second lab beside the first one's data."""
    made = create(provider, port=53, zone="a")
    moved = struct({"stack": "ledger-u", "host": "a", "data": {"port": 53}})
    with pytest.raises(grpc.RpcError, match="belongs to stack 'ledger-t' and cannot move"):
        diff(provider, made.properties, moved)


def test_a_failure_keeps_what_was_begun(provider: ResourceProviderStub) -> None:
    """The state holds a half-made unit, so that it is finished or removed later."""
    with pytest.raises(grpc.RpcError, match="no etcd") as caught:
        create(provider, fail="no etcd")
    metadata = dict(caught.value.trailing_metadata())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    partial = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(partial)
    assert (partial.id, list(partial.reasons)) == ("ledger-t/ledger-a-note", ["no etcd"])
    assert plain(partial.inputs)["stack"] == "ledger-t"


def test_a_bug_is_told_without_a_traceback(provider: ResourceProviderStub) -> None:
    """The user sees one sentence, whatever was raised."""
    bad = struct({"stack": "ledger-t", "host": "a", "data": {"fail": ["not a text"]}})
    with pytest.raises(grpc.RpcError) as caught:
        provider.Create(provider_pb2.CreateRequest(urn=URN, properties=bad))
    assert "\n" not in caught.value.details()


def test_reading_tells_what_is_there_and_what_is_gone(
    provider: ResourceProviderStub, home: Path
) -> None:
    """Refresh keeps the inputs, shows the drift, and drops what is gone."""
    made = create(provider, port=53)
    request = provider_pb2.ReadRequest(
        urn=URN, id=made.id, properties=made.properties, inputs=inputs(port=53)
    )
    found = provider.Read(request)
    assert (found.properties, found.inputs) == (made.properties, inputs(port=53))
    note = home / "ledger-t" / "ledger-a-note"
    note.write_text('{"port": 54}')
    assert plain(provider.Read(request).properties)["observed"] == {"port": 54}
    note.unlink()
    assert provider.Read(request).id == ""


def test_removing_may_be_repeated(provider: ResourceProviderStub, home: Path) -> None:
    """A second delete, or one after the whole stack is gone, is fine."""
    made = create(provider, port=53)
    request = provider_pb2.DeleteRequest(urn=URN, id=made.id, old_inputs=inputs(port=53))
    provider.Delete(request)
    provider.Delete(request)
    assert not (home / "ledger-t" / "ledger-a-note").exists()


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"stack": "Ledger", "data": {}}, "stack"),
        ({"stack": "../x", "data": {}}, "stack"),
        ({"stack": "ledger-t", "data": "x"}, "data"),
        ({"stack": "ledger-t", "data": {}, "role": "leader"}, "role"),
    ],
)
def test_bad_inputs_are_refused(
    provider: ResourceProviderStub, values: dict[str, Any], named: str
) -> None:
    """What is no unit is refused before anything is made."""
    answer = provider.Check(provider_pb2.CheckRequest(urn=URN, news=struct(values)))
    assert [failure.property for failure in answer.failures] == [named]


def test_preview_makes_nothing(provider: ResourceProviderStub, home: Path) -> None:
    """A preview touches neither files nor locks."""
    request = provider_pb2.CreateRequest(urn=URN, properties=inputs(port=53), preview=True)
    assert plain(provider.Create(request).properties) == {}
    assert list(home.iterdir()) == []


def test_two_verbs_do_not_work_on_one_stack(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider holds the stack until it ends, and says who holds it when it cannot."""
    monkeypatch.setattr("tricenter.lab.provider.units.BUSY_S", 0.0)
    units = Units(kinds={resource_type("note"): Note()})
    state = {"stack": "ledger-t", "host": "a", "data": {"port": 53}}
    with Stack("ledger-t").locked("drill"), pytest.raises(LabError, match="busy: drill"):
        units.make(resource_type("note"), "ledger-a-note", state)
    units.make(resource_type("note"), "ledger-a-note", state)
    failed = threading.Event()

    def other() -> None:
        try:
            with Stack("ledger-t").locked("down"):
                pass
        except LabError:
            failed.set()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert failed.is_set()
    units.release()
    with Stack("ledger-t").locked("down"):
        pass
