"""After a run that was killed: the state learns what it had begun, so that nothing is doubled."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import typer

from tricenter.cli.engine import Engine, State
from tricenter.cli.orphans import end_orphans

if TYPE_CHECKING:
    from tricenter.drills.cloud.leftovers import Begun
    from tricenter.topology.placement import Cloud

CREATING = "creating"
STILL_ARRIVES_S = 5.0
"""What a killed run asked for last may be carried out after a first look: a request was on its way,
or the list that is looked into is behind. What is not found is looked for once more after this."""


def settle_begun(engine: Engine) -> None:
    """Take what an interrupted run had begun in a cloud into the state, and forget the rest.

    The engine itself only warns of it, and would make all of it anew: what has a name is refused
    then, and what has none is there twice. A refresh tells which of it is really there. Nothing is
    done on the lab, whose units can be made twice, or where no run was interrupted.
    """
    from tricenter.cli.after_roles import read_anew
    from tricenter.cli.stack_settings import read_stack_settings
    from tricenter.topology.placement import clouds_of

    settings = read_stack_settings(engine.root, engine.stack)
    if settings.target == "lab" or not engine.exists():
        return
    pending = _pending(engine.state())
    if not pending:
        return
    end_orphans(engine.environment)
    stack = settings.deployed_id()
    made = [one for one in pending if one["type"] == CREATING]
    begun = _look_twice(clouds_of(settings.target), made, stack) if stack is not None else {}
    engine.edit_state(lambda state: adopted(state, begun))
    read_anew(engine)
    held = {str(resource["urn"]) for resource in engine.state().get("resources") or ()}
    _tell(pending, held & begun.keys())


def _look_twice(
    clouds: Sequence["Cloud"], made: Sequence[Mapping[str, Any]], stack: str
) -> dict[str, "Begun"]:
    """What of these operations is there, by URN; ScanError where a cloud does not say."""
    from tricenter.drills.cloud.leftovers import find_begun

    begun: dict[str, Begun] = {}
    for wait in (0.0, STILL_ARRIVES_S):
        missing = [one for one in made if one["resource"]["urn"] not in begun]
        time.sleep(wait if missing else 0.0)
        for cloud in clouds:
            begun |= find_begun(cloud, missing, stack)
    return begun


def adopted(state: State, begun: Mapping[str, "Begun"]) -> State:
    """A state without operations that are under way; what they had begun has become resources.

    What they were given stands for what they say, until a refresh asks them.
    """
    known = {resource["urn"] for resource in state.get("resources") or ()}
    resources: list[dict[str, Any]] = [
        {
            **resource,
            "id": begun[resource["urn"]].id,
            "outputs": {**(resource.get("inputs") or {}), **begun[resource["urn"]].told},
        }
        for resource in (one["resource"] for one in _pending(state))
        if resource["urn"] in begun and resource["urn"] not in known
    ]
    kept = cast(list[dict[str, Any]], state.get("resources") or [])
    return {**state, "resources": [*kept, *resources], "pending_operations": []}


def _pending(state: State) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], state.get("pending_operations") or [])


def _tell(pending: list[dict[str, Any]], kept: set[str]) -> None:
    count = len({one["resource"]["urn"] for one in pending})
    typer.echo(
        f"a run was interrupted at {count} resources: {len(kept)} that it had begun are there and "
        "are taken over",
        err=True,
    )
