"""Voices of the store that do not serve, or are not what the store knows; and a store without room.

A voice that is heard and a store that takes writes are two things: a full store is a majority.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from tricenter.lab.at_once import at_once
from tricenter.lab.errors import LabError
from tricenter.lab.files import read_host_file
from tricenter.lab.observed import HostStatus, Status
from tricenter.lab.sayings import ANEW, FORGOTTEN, Said, last_words
from tricenter.lab.service import service
from tricenter.lab.stack import Stack
from tricenter.lab.store_once import runaways
from tricenter.lab.store_space import NEARLY, Space, foreign, space
from tricenter.lab.unwell import UP, Breaks, Unwell
from tricenter.lab.unwell.majority import can_spare
from tricenter.lab.voice_data import LOG, SERVICE, has_data
from tricenter.lab.voices import Standing, planned_voices, seats, standing
from tricenter.topology.plan import Plan
from tricenter.topology.render import etcd

STORE = "store"
TAIL = 1 << 16
LISTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What was seen of one voice whose host has power; `at` is None where nobody could say."""

    host: str
    serves: bool
    has_data: bool = True
    runaway: bool = False
    at: Standing | None = "member"
    said: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of a store. `majority` says whether any voice is part of one."""

    voices: tuple[Voice, ...]
    majority: bool
    quota: int
    space: Space | None = None
    foreign: tuple[str, ...] = ()
    spare: bool = True


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """Ask every voice whose host has power, side by side, and judge what they say."""
    return judge(_look(stack, plan, seen))


def judge(seen: Seen) -> Iterator[Unwell]:
    """What is unwell of a store; of each voice the first thing that is."""
    breaks = () if seen.spare else (Breaks(measure="failover"),)
    for voice in seen.voices:
        found = _voice(voice, seen, breaks)
        if found is not None:
            yield found
    if seen.space is not None:
        yield from _room(seen.space, seen)


def _voice(voice: Voice, seen: Seen, breaks: tuple[Breaks, ...]) -> Unwell | None:
    said = voice.said
    lost = not voice.has_data or (said is not None and not voice.serves and said.cause in ANEW)
    if voice.runaway:
        code = "voice-runaway"
        says = f"a voice of {voice.host} that was made for once runs on in place of the service"
    elif lost:
        code = "voice-lost-data"
        why = said.sentence if said and voice.has_data else FORGOTTEN
        says = f"the voice of {voice.host} must be made anew: {why}"
    elif voice.at in ("unknown", "moved", "learner"):
        code = "voice-unknown-to-store"
        says = f"the store {KNOWN[voice.at]} the voice of {voice.host}"
    elif not voice.serves:
        code = "voice-silent"
        says = f"the voice of {voice.host} does not serve"
        says += f": {said.sentence}" if said else ""
    else:
        return None
    needs_others = lost and not seen.majority
    usual = said.next.format(host=voice.host) if said and code == "voice-silent" else UP
    return Unwell(
        code=code,
        where=voice.host,
        says=says + (" (no majority is left that could take it in)" if needs_others else ""),
        next="tricenter failover --to SITE" if needs_others else usual,
        mends="verb" if needs_others else "up" if usual == UP else "person",
        breaks=breaks,
    )


KNOWN: dict[Standing, str] = {
    "unknown": "does not know",
    "moved": "knows another address of",
    "learner": "does not let vote",
}


def _room(found: Space, seen: Seen) -> Iterator[Unwell]:
    of = f"{found.size >> 20} of {seen.quota >> 20} MiB"
    alien = ", ".join(seen.foreign[:LISTED])
    whose = f"; keys that are not ours begin with {alien}" if alien else ""
    if found.full:
        yield Unwell(
            code="store-full",
            where=STORE,
            says=f"the store is full ({of}) and takes no writes: nothing fails over{whose}",
            next=UP,
            mends="up",
            breaks=(Breaks(measure="failover"),),
        )
    elif found.size >= NEARLY * seen.quota:
        yield Unwell(
            code="store-nearly-full",
            where=STORE,
            says=f"the store is nearly full ({of}){whose}",
            next="tricenter exec SITE -- etcdctl del --prefix KEY" if alien else None,
            mends="person" if alien else "itself",
        )
    elif others := [alarm for alarm in found.alarms if alarm != "NOSPACE"]:
        yield Unwell(
            code="store-alarm",
            where=STORE,
            says=f"the store raises the alarm {', '.join(others)}",
            next="tricenter exec SITE -- etcdctl alarm list",
        )


def _look(stack: Stack, plan: Plan, seen: Status) -> Seen:
    serves = {host.name: host.voice is True for host in seen.hosts}
    asked = [host for host in seen.hosts if host.on and host.voice is not None]
    spare, quota = can_spare(plan, seen), etcd.quota_bytes(plan)
    told = tuple(Voice(host=host.name, serves=serves[host.name]) for host in asked)
    if not stack.exists:
        return Seen(voices=told, majority=any(serves.values()), quota=quota, spare=spare)
    everyone = planned_voices(stack, plan)
    there = {name: at for name, at in everyone.addresses.items() if serves.get(name)}
    known = seats(stack, there)
    room = space(stack, there)

    def look(status: HostStatus) -> Voice:
        name = status.name
        return Voice(
            host=name,
            serves=serves[name],
            has_data=has_data(stack, name),
            runaway=SERVICE in status.down and bool(runaways(stack, name)),
            at=standing(known, name, everyone.urls[name]) if known else None,
            said=None if serves[name] else _said(stack, name),
        )

    return Seen(
        voices=at_once(look, asked),
        majority=bool(there),
        quota=quota,
        space=room,
        foreign=foreign(stack, there) if room and room.size >= NEARLY * quota else (),
        spare=spare,
    )


def _said(stack: Stack, host: str) -> Said | None:
    """The last words of a voice; of one that runs, only those since it was started."""
    log, since = b"", None
    with suppress(LabError):
        log = read_host_file(stack, host, LOG) or b""
        state = service(stack, host, SERVICE)
        if state and state.state == "stopped":
            return Said(sentence="its service is stopped", next=UP)
        since = state.since if state and state.state in ("ready", "starting") else None
    return last_words(log[-TAIL:].decode(errors="replace"), since)
