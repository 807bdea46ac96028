"""The files of failover bundles: what machines read, what people read, what runs it, their sums."""

import json
import shlex
from collections.abc import Iterator
from functools import lru_cache

from tricenter.topology.bundle.checksums import NAME, checksums
from tricenter.topology.bundle.model import Bundle, Call, calls
from tricenter.topology.bundle.steps import make_bundle
from tricenter.topology.plan import Plan
from tricenter.topology.render import RenderedFile, fill
from tricenter.topology.render.runbook import page
from tricenter.topology.runbooks.commands import filled, first_lines


def files(plan: Plan) -> Iterator[RenderedFile]:
    """The bundle of each scenario, for the stack that is called like the topology."""
    yield from files_for(plan, plan.topology)


@lru_cache(maxsize=2)
def files_for(plan: Plan, stack: str) -> tuple[RenderedFile, ...]:
    """The bundle of each scenario for a stack (its id), `bundles/<scenario>/*`, by path.

    Every site keeps all of them, so that each asks for them. Observed roles change none of their
    bytes.
    """
    return tuple(_made(plan, stack))


def _made(plan: Plan, stack: str) -> Iterator[RenderedFile]:
    runner = fill("bundles/run.py.j2", {})
    for scenario in plan.scenarios:
        bundle = make_bundle(plan, scenario, stack)
        texts = {
            "README.md": _readme(bundle),
            "RUNBOOK.md": page(plan, scenario, stack),
            "bundle.json": json.dumps(bundle.data(), indent=1, sort_keys=True) + "\n",
            "run.py": runner,
        }
        texts[NAME] = checksums(texts)
        for name, text in sorted(texts.items()):
            yield RenderedFile(path=f"{folder(bundle.scenario)}/{name}", text=text)


def _readme(bundle: Bundle) -> str:
    by_hand = "\n".join(filled(call.by_hand) for call in calls(bundle))
    values = {"bundle": bundle, "told": told, "first": first_lines(by_hand)}
    return fill("bundles/README.md.j2", values)


def folder(scenario: str) -> str:
    """Where a scenario's bundle is below the folder of all."""
    return f"bundles/{scenario.replace(':', '-')}"


def told(call: Call) -> str:
    """A call as people read it: the request itself, or the command; run.py shows the same."""
    if call.argv:
        return shlex.join(call.argv)
    if call.write:
        added = shlex.quote(call.write["append"].rstrip("\n"))
        return f"(cat {call.write['copy']}; echo {added}) > {call.write['path']}"
    lines = [f"{call.method} {call.urls[0]}", *([call.body] if call.body else [])]
    return "\n".join([*lines, *([f"# by hand: {filled(call.by_hand)}"] if call.by_hand else [])])
