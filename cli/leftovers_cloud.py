"""`tricenter leftovers --target`: what stacks have left in clouds, and whose stack is gone."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from tricenter.cli.output import Format, Table, show

if TYPE_CHECKING:
    from tricenter.drills.cloud.leftovers import Leftover, Scan


def list_leftovers(target: str, stack: str | None, format: Format) -> None:  # noqa: A002
    """List what carries our tags or labels in the clouds of a target; exit code 1 for leftovers.

    A thing of a stack that the engine still has is none, unless that stack was asked for. What
    could not be listed counts as left: nobody saw that it is gone.
    """
    from tricenter.cli.down import spec_stack_id
    from tricenter.cli.project import find_project
    from tricenter.drills.cloud.leftovers import Scan, scan
    from tricenter.topology.placement import clouds_of

    # A stack is named as for `up`; its id, such as ledger-dev, will do too.
    root = find_project().root
    ids = () if stack is None else (stack, spec_stack_id(root, stack, lab_alone=False))
    found = Scan()
    for cloud in clouds_of(target):
        seen = scan(cloud, *filter(None, ids))
        found.found |= seen.found
        found.going += seen.going
        found.unseen += seen.unseen
    known = _known_stacks()
    left = [e for e in sorted(found.found) if stack is not None or not _is_known(e, known)]
    _print(found, known, format)
    if left or found.unseen:
        raise typer.Exit(1)


def _known_stacks() -> frozenset[str]:
    """The names of the engine's stacks that hold anything; none where there is no engine."""
    from tricenter.cli.engine import EngineError, open_engine

    try:
        return frozenset(open_engine("none").deployed_stacks())
    except EngineError as error:
        typer.echo(f"{error}; so every stack counts as gone", err=True)
        return frozenset()


def _is_known(entry: "Leftover", known: frozenset[str]) -> bool:
    from tricenter.topology.names import stack_id

    ids = {stack_id(entry.topology, name) for name in known} if entry.topology else set[str]()
    return entry.stack in ids


def _print(found: "Scan", known: frozenset[str], format: Format) -> None:  # noqa: A002
    entries = sorted(found.found)
    state = {entry: "is up" if _is_known(entry, known) else "is gone" for entry in entries}
    notes = [f"not listed, so not known to be gone: {reason}" for reason in found.unseen]
    notes += [f"deleted later by the cloud itself: {one}" for one in found.going]
    if not entries and format == "text":
        typer.echo("\n".join([*notes, *([] if found.unseen else ["nothing is left"])]))
        return
    show(
        Table(
            columns=("stack", "", "cloud", "kind", "name", "place", "expires"),
            rows=tuple(
                (e.stack, state[e], e.cloud, e.kind, e.name, e.place, e.expires) for e in entries
            ),
            title="left in clouds",
            notes=tuple(notes),
            data={
                "left": [{**asdict(e), "gone": state[e] == "is gone"} for e in entries],
                "going": found.going,
                "unseen": found.unseen,
            },
        ),
        format,
    )
