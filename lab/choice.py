"""Which stack a verb means when the user names none."""

from tricenter.lab.errors import LabError
from tricenter.lab.stack import Stack, list_stacks


def chosen_stack(name: str | None) -> Stack:
    """The stack of that id, else the only one of the user; LabError if that is unclear."""
    stacks = list_stacks()
    if name is not None:
        if any(state.id == name for state in stacks):
            return Stack(name)
        raise LabError(f"no stack {name!r} here; there are: {_names([s.id for s in stacks])}")
    mine = [state.id for state in stacks if state.kind == "user"]
    if len(mine) == 1:
        return Stack(mine[0])
    if mine:
        raise LabError(f"several stacks are here: {_names(mine)}; name one with --stack")
    raise LabError("no stack is deployed on this machine; `tricenter up` makes one")


def _names(ids: list[str]) -> str:
    return ", ".join(sorted(ids)) or "none"
