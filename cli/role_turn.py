"""One verb at a time changes the roles of a stack: from before it judges them until all is settled.

On the lab the lock is the stack's own, whoever asks; of a stack on a cloud it is the project's.
A verb that changes roles has all that it does within `role_turn`.
"""

from collections.abc import Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import typer

WAIT_S = 20.0


@contextmanager
def role_turn(stack: str, verb: str) -> Generator[None]:
    """Wait, with a word, for the verb that changes the roles of this stack, then be the one.

    RoleError naming it where it does not end in time. What was seen of the stack before may be
    no longer true: it has to be asked for within.
    """
    from tricenter.lab.errors import LabError
    from tricenter.lab.stack import forget_home
    from tricenter.roles.interface import RoleError

    with ExitStack() as turn:
        turn.callback(forget_home)
        try:
            turn.enter_context(held_turn(lock_file(stack), stack, verb))
        except LabError as error:
            raise RoleError(f"{error} changes its roles: try again later") from None
        yield


def held_turn(lock: Path, stack: str, verb: str) -> AbstractContextManager[None]:
    """The turn that this file stands for, waited for with a word; LabError when it is not free."""
    from tricenter.lab.lock import held

    def told(holder: str) -> None:
        typer.echo(f"stack {stack}: {holder}, is at work; waiting up to {WAIT_S:g} s", err=True)

    return held(lock, verb, f"stack {stack}", wait=WAIT_S, told=told)


def lock_file(stack: str) -> Path:
    """The file that stands for the turn to change the roles of a stack."""
    from hashlib import sha256

    from tricenter.cli.down import spec_stack_id
    from tricenter.cli.project import find_project
    from tricenter.lab.stack import Stack
    from tricenter.setup.places import state_directory

    root = find_project().root
    identity = spec_stack_id(root, stack)
    if identity is not None:
        return Stack(identity).roles_lock
    own = sha256(str(root).encode()).hexdigest()[:12]
    return state_directory() / "turns" / f"{own}-{stack}.lock"
