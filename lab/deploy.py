"""Deploying a plan without Pulumi: the same units, in the same order, side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Literal

from tricenter.lab.errors import LabError
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit, find_kinds, plan_units
from tricenter.topology.plan import Plan

Progress = Callable[[Unit, Literal["begins", "ready"]], None]
SIDE_BY_SIDE = 16
"""Enough for every voice of the store at once, which wait for each other."""


def deploy(stack: Stack, plan: Plan, progress: Progress | None = None) -> None:
    """Apply every unit of a plan, each as soon as those it comes after are ready.

    `progress` is called from several threads. When a unit fails, no further one begins; LabError
    then has every reason.
    """
    deploy_units(stack, plan_units(plan), progress)


def deploy_units(stack: Stack, units: Sequence[Unit], progress: Progress | None = None) -> None:
    """Apply these units; what they come after and is not among them is taken as ready."""
    kinds = find_kinds()

    def make(unit: Unit) -> None:
        if progress:
            progress(unit, "begins")
        kinds[unit.kind].apply(stack, unit)
        if progress:
            progress(unit, "ready")

    waiting = {unit.name: unit for unit in units}
    unready = set(waiting)
    running: dict[Future[None], str] = {}
    reasons: list[str] = []
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        while running or (waiting and not reasons):
            if not reasons:
                for name in [n for n, u in waiting.items() if unready.isdisjoint(u.after)]:
                    running[pool.submit(make, waiting.pop(name))] = name
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                name = running.pop(future)
                unready.discard(name)
                error = future.exception()
                if isinstance(error, LabError):
                    reasons.append(f"{name}: {error}")
                elif error is not None:
                    raise error
    if reasons:
        raise LabError("; ".join(reasons))
