"""The stage: the stack that a drill makes for itself, by the engine or, without one, directly."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from tricenter.drills.journal import Journal
from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan

BUSY_S = 30.0


class Maker(Protocol):
    """Who makes a drill's stack and takes it away.

    `up` returns when every member is ready; LabError or EngineError if not. `again` is what a user
    would do with the stack that is there: deploy once more, which brings back what is gone. `down`
    works from every state, also after a killed `up`, and twice in a row.
    """

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...

    def up(self) -> None: ...

    def again(self) -> None: ...

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

    def again(self) -> None:
        """Apply every unit once more."""
        self.up()

    def down(self) -> None:
        """Sweep by the stack's id."""
        remove(self.stack)


@dataclass(slots=True)
class Hold:
    """A drill's hold of its stack while its block runs, so that no verb comes between."""

    stack: Stack
    _held: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self._held.enter_context(self.stack.locked("drill"))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.close()

    @contextmanager
    def lent(self) -> Generator[None]:
        """Let a deployment of the drill's own have the stack meanwhile.

        Not taken again when the block is left by an exception: the drill ends then.
        """
        self._held.close()
        yield
        self._held.enter_context(self.stack.locked("drill", wait=BUSY_S))


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
