"""Runbooks: for each scenario a page with what is expected and the exact commands."""

from collections.abc import Iterable

from tricenter.topology.plan import Plan, PlannedScenario
from tricenter.topology.render import RenderedFile, fill
from tricenter.topology.render.pgbackrest import ETC, SECRETS
from tricenter.topology.runbooks.page import cloud_page


def files(plan: Plan) -> Iterable[RenderedFile]:
    """One Markdown page for each scenario of the plan, below `runbooks/`."""
    return files_for(plan, plan.topology)


def files_for(plan: Plan, stack: str) -> Iterable[RenderedFile]:
    """The same for a stack (its id)."""
    for scenario in plan.scenarios:
        path = f"runbooks/{scenario.id.replace(':', '-')}.md"
        yield RenderedFile(path=path, text=page(plan, scenario, stack))


def page(plan: Plan, scenario: PlannedScenario, stack: str | None = None) -> str:
    """A scenario's page, for the target of the plan; `stack` is the stack's id.

    Commands name survivors, never what the scenario has lost.
    """
    if plan.target != "lab":
        return cloud_page(plan, scenario, stack or plan.topology)
    lost = scenario.lost if scenario.kind.startswith("lose-") else ()
    if scenario.kind == "isolate" and scenario.target:
        lost = (scenario.target,)
    survivors = [host.name for host in plan.hosts if host.name not in lost]
    with_data = [host.name for host in plan.sites if host.name in survivors]
    gone = not with_data and scenario.kind.startswith("lose-")
    values = {
        "plan": plan,
        "scenario": scenario,
        "lost": lost,
        "survivors": survivors,
        "with_data": with_data,
        # The loss of the only site is that of all.
        "steps": "lose-all" if gone else scenario.kind,
        "hosts": {host.name: host for host in plan.hosts},
        "pgbackrest": ETC,
        "pgbackrest_secrets": SECRETS,
    }
    return fill("runbooks/page.md.j2", values)
