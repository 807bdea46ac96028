"""Links between hosts with power that carry nothing, or lose packets: by sending some each way."""

from collections.abc import Iterator, Mapping

from tricenter.lab.network.links import read_matrix
from tricenter.lab.network.probe import ECHOES, Direction, carried
from tricenter.lab.observed import Status
from tricenter.lab.stack import Stack
from tricenter.lab.unwell import UP, Breaks, Unwell, on
from tricenter.topology.plan import Plan

LOSSY = 2
"""Echoes of ECHOES that must be missing before a link is said to lose packets."""
FENCE = "fence"
"""The reason for which a forced failover has shut a host out (roles/lab/fence.py)."""


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """Each direction asked by itself; nothing where all hosts share one device."""
    if "cut" not in stack.can:
        return
    powered = set(on(seen))
    addresses = {host.name: host.address for host in plan.hosts if host.name in powered}
    if len(addresses) < 2:
        return
    matrix = read_matrix(stack)["hosts"]
    fenced = {name for name, entry in matrix.items() if FENCE in entry["isolated"]}
    voices = frozenset(host.name for host in plan.hosts if host.voice)
    serving = frozenset(host.name for host in seen.hosts if host.voice) & voices
    yield from judged(carried(stack, addresses), fenced, serving, len(voices))


def judged(
    counts: Mapping[Direction, int], fenced: set[str], serving: frozenset[str], voices: int
) -> Iterator[Unwell]:
    """What is unwell of the links; a host that hears nobody and that nobody hears is said once."""
    cut = {pair for pair, found in counts.items() if found == 0}
    breaks = () if can_lose_one(serving, cut, voices) else (Breaks(measure="failover"),)
    # That a fence cuts its host from all others is said of that host, and of none of the others.
    left = [pair for pair in counts if not fenced & {*pair}]
    hosts = {host for pair in left for host in pair}
    alone = {host for host in hosts if all(pair in cut for pair in left if host in pair)}
    if len(hosts) == 2:
        alone = set[str]()  # neither is more alone than the other: it is the link
    alone |= fenced & {host for pair in cut for host in pair}
    for host in sorted(alone):
        yield _shut_out(host, breaks) if host in fenced else _cut_off(host, breaks)
    for a, b in sorted(cut):
        if not {a, b} & alone:
            yield Unwell(
                code="link-cut",
                where=f"{a}>{b}",
                says=f"no packet of {a} arrives in {b}",
                next=UP,
                mends="up",
                breaks=breaks,
            )
    for (a, b), found in sorted(counts.items()):
        if 0 < found <= ECHOES - LOSSY:
            yield Unwell(
                code="link-lossy",
                where=f"{a}>{b}",
                says=f"{ECHOES - found} of {ECHOES} packets of {a} did not arrive in {b}",
                next=UP,
                mends="up",
            )


def can_lose_one(serving: frozenset[str], cut: set[Direction], voices: int) -> bool:
    """Whether after the loss of any voice another still has a majority that it hears both ways."""

    def leads(voice: str, left: frozenset[str]) -> bool:
        heard = {v for v in left if v != voice and not {(v, voice), (voice, v)} & cut}
        return len(heard) + 1 > voices // 2

    return bool(serving) and all(
        any(leads(voice, serving - {lost}) for voice in serving - {lost}) for lost in serving
    )


def _cut_off(host: str, breaks: tuple[Breaks, ...]) -> Unwell:
    return Unwell(
        code="link-cut",
        where=host,
        says=f"{host} is cut off: no packet arrives in it, and none of it anywhere",
        next=UP,
        mends="up",
        breaks=breaks,
    )


def _shut_out(host: str, breaks: tuple[Breaks, ...]) -> Unwell:
    return Unwell(
        code="fenced",
        where=host,
        says=f"{host} is shut out since a failover was forced",
        next="tricenter failback",
        mends="verb",
        breaks=breaks,
    )
