"""The store: one etcd member in each voice; it knows who leads, and needs a majority."""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

import yaml

from tricenter.lab import configured, store_space, tls, voices
from tricenter.lab.errors import LabError
from tricenter.lab.host import make_host_folder
from tricenter.lab.sayings import ANEW, FORGOTTEN, Said
from tricenter.lab.secrets import install_tls
from tricenter.lab.service import (
    ServiceSpec,
    is_defined,
    put_service,
    remove_service,
    service,
    services,
    start_service,
)
from tricenter.lab.services.host import unit_name as host_name
from tricenter.lab.services.network import KIND as NETWORK
from tricenter.lab.stack import Stack, file_lock
from tricenter.lab.store import is_healthy
from tricenter.lab.store_once import SETTINGS, end_runaways, runaways
from tricenter.lab.unit import Unit
from tricenter.lab.voice_data import (
    GUARD,
    forget_founding,
    founded,
    has_data,
    log_length,
    note_founded,
    rebuild,
    said_since,
)
from tricenter.lab.waits import until
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan
from tricenter.topology.render import etcd

KIND = "store"
COMPONENT = "FailoverAutomation"
WRITES = f"{configured.ETC}/etcd"
HOLDS_DATA = True
SERVICE = "etcd"
OWNER = "postgres"
"""Runs the store as well: it reads the same key of the host as the databases."""

READY_S = 60.0
SERVES = "serves"

Found = TypeVar("Found")

log = logging.getLogger(__name__)


def unit_name(topology: str, host: str) -> str:
    """The name of a voice's unit."""
    return logical_name(topology, host, KIND)


def units(plan: Plan) -> Iterable[Unit]:
    """One unit for each voice. They need each other to get ready, so none is after another."""
    files = tuple(etcd.files(plan))
    for host in plan.hosts:
        if host.voice:
            yield Unit(
                kind=KIND,
                name=unit_name(plan.topology, host.name),
                host=host.name,
                data={
                    "address": host.address,
                    "addresses": list(host.addresses),
                    "files": configured.texts(files, host.name, "etcd"),
                },
                after=(
                    host_name(plan.topology, host.name),
                    logical_name(plan.topology, host.name, NETWORK),
                ),
            )


def apply(stack: Stack, unit: Unit) -> Mapping[str, Any]:
    """Put the voice on its host; returns once it serves, for which a majority must be there.

    A voice whose data is gone or damaged is made anew, as a new member, once the others are a
    majority without it. A store that is full, or nearly so, is relieved.
    """
    host = configured.host_of(unit)
    known = {found.name for found in services(stack, host)}
    renewed = install_tls(
        stack,
        host,
        owner=OWNER,
        names=(host, "localhost"),
        addresses=(*unit.data["addresses"], "127.0.0.1"),
    )
    make_host_folder(stack, host, "/srv/etcd", owner=OWNER)
    if ended := end_runaways(stack, host):
        log.warning("ended %d voice(s) of %s that had outlived their verb", ended, host)
    digest = configured.write(stack, host, unit.data["files"])
    everyone = _everyone(stack, unit)
    length = log_length(stack, host)
    start = partial(_start, stack, host, _definition(digest))
    if _course(stack, host, everyone) == "join":
        _make_anew(stack, unit, everyone, start, FORGOTTEN)
    else:
        _restart_in_turn(stack, unit, _definition(digest), start)
    tls.take_up(stack, host, renewed, known)
    if cause := _await_service(stack, unit, length) or _stranger(stack, host, everyone):
        _make_anew(stack, unit, everyone, start, cause)
    if everyone.but(host):
        _await(stack, unit, lambda: voices.promote(stack, everyone, host), length)
    note_founded(stack, host)
    store_space.relieve_voices(stack, everyone, _settings(unit)["quota-backend-bytes"])
    return observe(stack, unit) or {}


def observe(stack: Stack, unit: Unit) -> Mapping[str, Any] | None:
    """Whether the voice runs, with which configuration and certificate; and what is odd.

    `member` is there where the store has it otherwise than as a member, `data` where it has none,
    `runaway` where another voice runs in its place, `full` where the store takes no writes.
    """
    found = configured.seen(stack, unit, SERVICE)
    if found is None:
        return None
    host = configured.host_of(unit)
    odd: dict[str, Any] = {}
    try:
        everyone = _everyone(stack, unit)
        known = voices.seats(stack, everyone.but(host))
        at = voices.standing(known, host, everyone.urls[host])
        odd |= {"member": at} if known and at != "member" else {}
        odd |= {} if has_data(stack, host) else {"data": "gone"}
        odd |= {"runaway": True} if runaways(stack, host) else {}
        raised = store_space.alarms(stack, host, unit.data["address"])
        odd |= {"full": True} if "NOSPACE" in raised else {}
    except LabError:
        pass  # a host went away while it was asked
    return {**found, "certificate": tls.word(stack, host), **odd}


def remove(stack: Stack, unit: Unit) -> None:
    """End the voice; its data goes with the host's disk."""
    remove_service(stack, configured.host_of(unit), SERVICE)


def _course(stack: Stack, host: str, everyone: voices.Voices) -> voices.Course:
    """How the voice comes up, as soon as that can be told."""
    others = everyone.but(host)

    def now() -> voices.Course | None:
        known = voices.seats(stack, others)
        with file_lock(stack.path / "founding.lock"):
            found = voices.course(
                has_data=has_data(stack, host),
                at=voices.standing(known, host, everyone.urls[host]) if known else None,
                made=founded(stack),
                others_have_data=any(has_data(stack, other) for other in others),
            )
            if found == "found":
                forget_founding(stack, host)
        return None if found == "wait" else found

    what = (
        f"a majority of the store, which the voice of {host} needs to come back without its data "
        f"({', '.join(others)} are the others; `tricenter failover --to SITE` makes one of them "
        "a store of its own)"
    )
    return until(now, READY_S, what, every=0.5) or "wait"


def _make_anew(
    stack: Stack,
    unit: Unit,
    everyone: voices.Voices,
    start: Callable[[], None],
    why: str,
) -> None:
    """Make the voice a new member; one that still serves only while the others can go on."""
    host = configured.host_of(unit)
    log.warning("the voice of %s is made anew: %s", host, why)
    if not is_healthy(stack, host, unit.data["address"]):
        rebuild(stack, host, everyone, start)
        return
    with file_lock(stack.path / "voices.lock"):
        others = everyone.but(host)
        if len(voices.serving(stack, others)) <= len(everyone.addresses) // 2:
            raise LabError(
                f"the voice of {host} has lost its data but still serves, and the store has no "
                "majority without it: bring the other voices back first (`tricenter status`)"
            )
        rebuild(stack, host, everyone, start)


def _restart_in_turn(
    stack: Stack, unit: Unit, definition: ServiceSpec, start: Callable[[], None]
) -> None:
    """Start the voice; of a store that serves, one voice after the other is restarted."""
    host = configured.host_of(unit)
    serves = partial(is_healthy, stack, host, unit.data["address"])
    if is_defined(stack, host, definition) or not serves():
        start()
        return
    with file_lock(stack.path / "voices.lock"):
        before = service(stack, host, SERVICE)
        start()

        def again() -> bool:
            now = service(stack, host, SERVICE)
            return now is not None and now.pid not in (0, before.pid if before else 0) and serves()

        _await(stack, unit, again, log_length(stack, host))


def _start(stack: Stack, host: str, definition: ServiceSpec) -> None:
    put_service(stack, host, definition)
    start_service(stack, host, SERVICE)


def _await_service(stack: Stack, unit: Unit, length: int) -> str | None:
    """Wait until the voice serves; the reason when it says that it has to be made anew."""
    host = configured.host_of(unit)
    log.info("waiting for a majority of the store")

    def settled() -> str | None:
        if is_healthy(stack, host, unit.data["address"]):
            return SERVES
        said = said_since(stack, host, length)
        return said.sentence if said and said.cause in ANEW else None

    found = _await(stack, unit, settled, length)
    return None if found == SERVES else found


def _stranger(stack: Stack, host: str, everyone: voices.Voices) -> str | None:
    """The reason to make a voice anew that serves, but not in the store of the others."""
    known = voices.seats(stack, everyone.but(host))
    at = voices.standing(known, host, everyone.urls[host])
    return "the store does not know it" if known and at in ("unknown", "moved") else None


def _await(stack: Stack, unit: Unit, condition: Callable[[], Found], length: int) -> Found:
    """The condition's first true value; LabError with what the voice said meanwhile, in words."""
    host = configured.host_of(unit)
    try:
        return until(condition, READY_S, f"the voice of {host}", every=0.2)
    except LabError:
        said = said_since(stack, host, length)
        why = said.sentence if said else "it says nothing"
        hint = (said or Said(sentence=why)).next.format(host=host)
        raise LabError(
            f"the voice of {host} does not serve after {READY_S:g} s: {why}. Next: {hint}"
        ) from None


def _definition(digest: str) -> ServiceSpec:
    return ServiceSpec(name=SERVICE, argv=("sh", "-c", GUARD), user=OWNER, digest=digest)


def _everyone(stack: Stack, unit: Unit) -> voices.Voices:
    return voices.configured_voices(stack, unit.data["files"][SETTINGS])


def _settings(unit: Unit) -> dict[str, Any]:
    return yaml.safe_load(unit.data["files"][SETTINGS])
