"""The stage: the stack that a drill makes for itself, by the engine or, without one, directly."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tricenter.drills.journal import Journal
from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan

BUSY_S = 30.0


class Maker(Protocol):
    """Who makes a drill's stack and takes it away.

    `up` returns when every member is ready; LabError or EngineError if not. `down` works from
    every state, also after a killed `up`, and twice in a row.
    """

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...

    def up(self) -> None: ...

    def down(self) -> None: ...


@dataclass(frozen=True, slots=True)
class LabMaker:
    """Makes the lab's units without the engine; the very same units."""

    stack: str
    plan: Plan

    @property
    def name(self) -> str:
        """The word for this maker in journals."""
        return "lab"

    @property
    def text(self) -> str:
        """How the stack is made, in words."""
        return "directly, without Pulumi"

    def up(self) -> None:
        """Apply every unit of the plan."""
        from tricenter.lab.deploy import deploy

        deploy(Stack(self.stack), self.plan)

    def down(self) -> None:
        """Sweep by the stack's id."""
        remove(self.stack)


def remove(stack: str) -> None:
    """Sweep a drill's stack by its id, whatever is left of it."""
    from tricenter.lab.sweep import sweep

    with Stack(stack).locked("drill clean", wait=BUSY_S):
        sweep(stack)


def left(stack: str) -> tuple[str, ...]:
    """What of a stack is still on this machine, in words; empty is what is wanted."""
    from tricenter.lab.sweep import leftovers

    return tuple(f"{found.kind} {found.name}" for found in leftovers(stack))


def reserve(journal: Journal) -> Stack:
    """Make the stack's directory as a drill's, with its run and expiry, while it is empty."""
    stack = Stack(journal.stack)
    stack.create(
        kind="drill",
        run_id=journal.run,
        expires=datetime.fromisoformat(journal.expires),
        profile="drill",
    )
    return stack
