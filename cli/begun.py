"""After a run that was killed: the state learns what it had begun, so that nothing is doubled."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import typer

from tricenter.cli.engine import Engine, State

if TYPE_CHECKING:
    from tricenter.drills.cloud.leftovers import Begun

CREATING = "creating"


def settle_begun(engine: Engine) -> None:
    """Take what an interrupted run had begun in a cloud into the state, and forget the rest.

    The engine itself only warns of it, and would make all of it anew: what has a name is refused
    then, and what has none is there twice. A refresh tells which of it is really there. Nothing is
    done on the lab, whose units can be made twice, or where no run was interrupted.
    """
    from tricenter.cli.after_roles import read_anew
    from tricenter.cli.stack_settings import read_stack_settings
    from tricenter.drills.cloud.leftovers import find_begun
    from tricenter.topology.placement import clouds_of

    settings = read_stack_settings(engine.root, engine.stack)
    if settings.target == "lab" or not engine.exists():
        return
    pending = _pending(engine.state())
    if not pending:
        return
    stack = settings.deployed_id()
    made = [one for one in pending if one["type"] == CREATING]
    begun: dict[str, Begun] = {}
    if stack is not None:
        for cloud in clouds_of(settings.target):
            begun |= find_begun(cloud, made, stack)
    engine.edit_state(lambda state: adopted(state, begun))
    read_anew(engine)
    held = {str(resource["urn"]) for resource in engine.state().get("resources") or ()}
    _tell(pending, held & begun.keys())


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
