"""Rebuilding: the site that came back is lost once more, with its disks, and deployed anew.

It leads nothing by then, so that this costs no second failover: what is measured is the rebuild.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tricenter.drills import rejoin
from tricenter.drills.arrivals import Arrivals
from tricenter.drills.clients import Clients
from tricenter.drills.faults import Fault
from tricenter.drills.history import Writer
from tricenter.drills.journal import Journal
from tricenter.drills.stage import Hold, Maker
from tricenter.lab.deployed import deployed_plan
from tricenter.lab.errors import LabError
from tricenter.lab.roles import observed_roles
from tricenter.lab.stack import Stack
from tricenter.lab.status import collect
from tricenter.lab.voices import planned_voices, seats
from tricenter.lab.waits import until
from tricenter.topology.errors import TricenterError
from tricenter.topology.forecast import ScenarioForecast, forecast
from tricenter.topology.plan import Plan
from tricenter.topology.spec import Topology

GONE_S = 3.0
"""How long clients write without the site before anybody builds it anew."""
BUILT_S = 180.0
AFTER_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a rebuild works with: the drill's stack, who deploys it, and its clients."""

    stack: Stack
    plan: Plan
    topology: Topology
    maker: Maker
    hold: Hold
    clients: Clients
    journal: Journal
    show: Callable[[str], None]


def perform(site: Site, fault: Fault, scenario: str, history: Writer) -> tuple[str, ...]:
    """Destroy and build anew, while clients write; returns the sites that did not come back.

    Nothing is done where the loss would take a leader: that would be another drill.
    """
    plan, sites = site.plan, fault.sites
    roles = observed_roles(site.stack, plan)
    if kept := _leads(plan, roles, sites):
        history.add("rebuild-skipped", reason=kept)
        site.show(f"not destroyed with its disks: {kept}")
        return ()
    copies = rejoin.before(site.stack, plan, sites)
    voices = voices_of(site.stack, plan, sites)
    expected = forecast(site.topology, roles=roles).scenario(scenario)
    with site.journal.step("destroy", f"{_and(sites)} is lost again, with its disks"):
        broken = time.time()
        facts: dict[str, Any] = {"fault": fault.name, "sites": list(sites), "text": fault.text}
        site.show(f"now: {_and(sites)} loses network, power and its disks")
        history.add("destroy-start", **facts, forecast=_spans(expected))
        fault.inject(site.stack)
        history.add("destroy-on", fault=fault.name)
        time.sleep(GONE_S)
    with site.journal.step("rebuild", f"{_and(sites)} is built anew, {site.maker.text}"):
        return _build(site, fault, copies, voices, history, broken)


def _build(
    site: Site,
    fault: Fault,
    copies: tuple[rejoin.Before, ...],
    voices: Mapping[str, list[str]],
    history: Writer,
    broken: float,
) -> tuple[str, ...]:
    site.show(f"{_and(fault.sites)} is built anew {site.maker.text}")
    began = history.add("rebuild-start", by=site.maker.text).at
    try:
        with Arrivals(site.stack, copies, history, broken, began) as arrivals:
            with site.hold.lent():
                try:
                    site.maker.again()
                except TricenterError as error:
                    return _failed(site, fault, error, history)
            history.add("rebuild-deployed")
            until(lambda: not arrivals.left, BUILT_S, "streaming of every copy that was built")
    except LabError as error:
        return _failed(site, fault, error, history)
    site.show(f"every copy of it streams, {time.monotonic() - began:.1f} s after that began")
    time.sleep(AFTER_S)
    site.clients.look()
    history.add("rebuild-end")
    _note_voices(site, fault.sites, voices, history)
    _note_status(site.stack, history)
    return ()


def _failed(site: Site, fault: Fault, error: TricenterError, history: Writer) -> tuple[str, ...]:
    history.add("rebuild-failed", reason=str(error))
    site.show(f"{_and(fault.sites)} was not built anew: {error}")
    return fault.sites


def voices_of(stack: Stack, plan: Plan, without: Iterable[str]) -> dict[str, list[str]]:
    """The store's numbers of its voices by name, as a voice outside these sites knows them.

    A name may have several, or none yet: what is announced and not begun has an empty one.
    """
    addresses = planned_voices(stack, plan).addresses
    others = {name: address for name, address in addresses.items() if name not in without}
    found: dict[str, list[str]] = {}
    for seat in seats(stack, others):
        found.setdefault(seat.name, []).append(f"{int(seat.id):x}")
    return found


def _note_voices(
    site: Site, sites: tuple[str, ...], before: Mapping[str, list[str]], history: Writer
) -> None:
    after = voices_of(site.stack, site.plan, sites)
    for host in site.plan.hosts:
        if host.voice and host.name in sites and before and after:
            history.add("voice-rebuilt", site=host.name, before=dict(before), after=after)


def _note_status(stack: Stack, history: Writer) -> None:
    """Note what `tricenter status` says of the stack now."""
    try:
        found = collect(stack, deployed_plan(stack))
    except LabError as error:
        history.add("status-after", says=[str(error)])
        return
    history.add("status-after", says=list(found.problems))


def _leads(plan: Plan, roles: Mapping[str, str], sites: tuple[str, ...]) -> str | None:
    """Why these sites cannot be destroyed as the copies that they are; None when they can."""
    for database in plan.databases:
        leader = roles.get(database.name)
        if leader is None:
            return f"nobody leads {database.name}"
        if leader in sites:
            return f"{leader} leads {database.name}: its loss would be another failover"
    return None


def _spans(expected: ScenarioForecast) -> dict[str, list[float | None]]:
    return {entry.database: [entry.rto.low, entry.rto.high] for entry in expected.databases}


def _and(sites: tuple[str, ...]) -> str:
    return " and ".join(sites)
