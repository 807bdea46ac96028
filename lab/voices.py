"""The voices of a store: who is a member of it, and how one without data becomes one again.

A voice that lost its data must not come back under its old identity: it has confirmed entries and
given votes that it no longer knows. So the member is removed and another is added in its place.
https://etcd.io/docs/v3.4/op-guide/runtime-configuration/, read 2026-11-30.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml

from tricenter.lab.at_once import at_once
from tricenter.lab.errors import LabError
from tricenter.lab.machine import machine_of
from tricenter.lab.stack import Stack
from tricenter.lab.store import ask, is_healthy
from tricenter.lab.waits import until
from tricenter.topology.plan import Plan
from tricenter.topology.render.etcd import PEER_PORT

PLACE_S = 60.0
"""Patience for a place in the store: right after a change etcd refuses the next one for 5 s."""

Standing = Literal["member", "learner", "announced", "moved", "unknown"]
"""What the store has of a voice: a member; one that learns and does not vote yet; one that never
started; one of its name elsewhere; nothing."""

Course = Literal["start", "found", "join", "wait"]
"""How a voice comes up: with its own data; as one of those who make the store; as a new member of
a store that is there; or not yet, as those who know the store are not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One member as the store knows it; `started` once it has said where clients reach it."""

    id: str
    name: str
    urls: tuple[str, ...]
    started: bool
    learner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """The voices that a store should have: the address of each host, and its peers' URL."""

    addresses: Mapping[str, str]
    urls: Mapping[str, str]

    def but(self, host: str) -> dict[str, str]:
        """The addresses of all others."""
        return {name: at for name, at in self.addresses.items() if name != host}


def planned_voices(stack: Stack, plan: Plan) -> Voices:
    """The voices of a plan."""
    hosts = {host.name: host.address for host in plan.hosts if host.voice}
    return _voices(stack, {name: f"https://{at}:{PEER_PORT}" for name, at in hosts.items()})


def configured_voices(stack: Stack, settings: str) -> Voices:
    """The voices that a rendered configuration of one of them names."""
    named = str(yaml.safe_load(settings)["initial-cluster"])
    pairs = (entry.partition("=") for entry in named.split(","))
    return _voices(stack, {name: url for name, _, url in pairs})


def _voices(stack: Stack, urls: Mapping[str, str]) -> Voices:
    machine = machine_of(stack)
    return Voices(
        addresses={name: str(urlsplit(url).hostname) for name, url in urls.items()},
        urls={name: machine.localise(stack, name, url) for name, url in urls.items()},
    )


def serving(stack: Stack, addresses: Mapping[str, str]) -> tuple[str, ...]:
    """Those of these voices that are part of a majority."""
    healthy = at_once(lambda host: is_healthy(stack, host, addresses[host]), addresses)
    return tuple(host for host, yes in zip(addresses, healthy, strict=True) if yes)


def seats(stack: Stack, addresses: Mapping[str, str]) -> tuple[Seat, ...]:
    """The members of the store as one of these voices in its majority knows them; () for none."""
    for host in serving(stack, addresses):
        try:
            return _list(stack, host, addresses[host])
        except LabError:
            continue
    return ()


def standing(known: Iterable[Seat], name: str, url: str) -> Standing:
    """What a store with these members has of a voice."""
    everyone = tuple(known)
    found = next((seat for seat in everyone if url in seat.urls), None)
    if found is None:
        return "moved" if any(seat.name == name for seat in everyone) else "unknown"
    if not found.started:
        return "announced"
    return "learner" if found.learner else "member"


def course(*, has_data: bool, at: Standing | None, made: bool, others_have_data: bool) -> Course:
    """How a voice comes up. `at` is its standing, None where no other voice has a majority.

    `made` says that the store was complete once: then nobody founds it a second time while data
    of it is left anywhere.
    """
    if has_data:
        return "start"
    if at is not None:
        return "found" if at == "announced" and not made else "join"
    return "wait" if made and others_have_data else "found"


def join(
    stack: Stack,
    host: str,
    voices: Voices,
    *,
    forget: Callable[[], None],
    start: Callable[[Mapping[str, Any]], None],
) -> None:
    """Make the voice of a host a new member of the store of the others; may be repeated.

    `forget` deletes what it knew, and is called only once the others are a majority without it.
    `start` runs it with further settings. It learns first and votes once it knows what the
    others do: a newcomer that never starts then stops nobody. LabError where there is no majority.
    """
    others = voices.but(host)
    if not serving(stack, others):
        raise LabError(
            f"the voice of {host} has lost its data, and no majority of the store is there that "
            "could take it in: bring the other voices back first"
        )
    url = voices.urls[host]
    _remove(stack, others, host, url)
    forget()
    known = until(
        lambda: _announce(stack, others, host, url),
        PLACE_S,
        f"a place for the voice of {host} in the store",
        every=0.3,
    )
    names = {peer: name for name, peer in voices.urls.items()}
    cluster = ",".join(
        f"{seat.name or names.get(u, host)}={u}" for seat in known for u in seat.urls
    )
    start({"initial-cluster": cluster, "initial-cluster-state": "existing"})
    until(
        lambda: promote(stack, voices, host),
        PLACE_S,
        f"the first vote of the voice of {host}",
        every=0.2,
    )


def promote(stack: Stack, voices: Voices, host: str) -> bool:
    """Let the voice of a host vote if it only learns yet; whether it votes now."""
    others, url = voices.but(host), voices.urls[host]
    known = seats(stack, others)
    at = standing(known, host, url)
    if at == "learner":
        learner = next(seat for seat in known if url in seat.urls)
        _first(stack, others, "/v3/cluster/member/promote", {"ID": learner.id})
        return False
    return at == "member"


def _remove(stack: Stack, others: Mapping[str, str], host: str, url: str) -> None:
    """Take every former member of this name or place out of the store."""

    def gone() -> bool:
        known = seats(stack, others)
        former = [seat for seat in known if url in seat.urls or seat.name == host]
        for seat in former:
            _first(stack, others, "/v3/cluster/member/remove", {"ID": seat.id})
        return bool(known) and not former

    until(gone, PLACE_S, f"the removal of the former voice of {host}", every=0.3)


def _announce(stack: Stack, others: Mapping[str, str], host: str, url: str) -> tuple[Seat, ...]:
    """Have the store expect the voice; its members then, () as long as it refuses.

    Right after another change it refuses with "unhealthy cluster": asked again.
    """
    known = seats(stack, others)
    if standing(known, host, url) == "announced":
        return known
    body = {"peerURLs": [url], "isLearner": True}
    _first(stack, others, "/v3/cluster/member/add", body)
    return ()


def _first(stack: Stack, others: Mapping[str, str], path: str, body: Any) -> bool:
    """Ask those who serve one after the other until one does it; whether one did."""
    for host in serving(stack, others):
        try:
            ask(stack, host, others[host], path, body)
        except LabError:
            continue
        return True
    return False


def _list(stack: Stack, host: str, address: str) -> tuple[Seat, ...]:
    answer = ask(stack, host, address, "/v3/cluster/member/list", {})
    return tuple(
        Seat(
            id=str(entry["ID"]),
            name=entry.get("name", ""),
            urls=tuple(entry.get("peerURLs", ())),
            started=bool(entry.get("clientURLs")),
            learner=bool(entry.get("isLearner")),
        )
        for entry in answer["members"]
    )
