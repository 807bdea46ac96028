"""`tricenter reap`: take away drill stacks whose time is over, on the lab and in clouds."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tricenter.cli.errors import PROBLEM
from tricenter.cli.offline_mode import Offline
from tricenter.cli.output import Format, Table, show
from tricenter.cli.reap_clouds import expired_in_clouds, stacks_by_tag, with_removal
from tricenter.cli.up import Printed

if TYPE_CHECKING:
    from tricenter.drills.cloud.leftovers import Leftover

FORMAT = "tricenter.reap/v1"
Clouds = Annotated[
    list[str] | None,
    typer.Option("--target", "-t", help="Look for tags there too: aws, gcp or mixed."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Something whose time is over; `kind` is drill, stack or lab."""

    kind: str
    name: str
    expires: str


@dataclass(slots=True)
class Reaping:
    """What was found: `ends` takes each away, `broken` tells what cannot be judged or ended."""

    now: datetime
    ends: dict[Expired, Callable[[], None]] = field(
        default_factory=dict[Expired, Callable[[], None]]
    )
    broken: list[str] = field(default_factory=list[str])

    def judge(self, found: Expired, end: Callable[[], None]) -> None:
        """Count what has expired; nothing without an expiry comes here."""
        from tricenter.cli.expiry import has_expired

        try:
            if has_expired(found.expires, self.now):
                self.ends[found] = end
        except ValueError as error:
            self.broken.append(f"{found.kind} {found.name}: its expiry is wrong: {error}")


def register(app: typer.Typer) -> None:
    """Add `reap` to the command line."""

    @app.command()
    def reap(  # pyright: ignore[reportUnusedFunction]
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Only say what would be taken away.")
        ] = False,
        as_of: Annotated[
            str | None, typer.Option("--as-of", metavar="TIME", help="Judge by this time.")
        ] = None,
        target: Clouds = None,
        offline: Offline = False,
        format: Printed = "text",  # noqa: A002
    ) -> None:
        """Take away expired drills and stacks; what has no state is listed with its deletion.

        A stack without an expiry is never touched. With --target the tags in that cloud count too:
        a stack that the engine has is destroyed by it, of any other each thing is listed with the
        command that deletes it. Exit code 1 if something expired is left.
        """
        del offline  # its callback has done it
        reaping = find_expired(_time(as_of))
        over = expired_in_clouds(target or (), reaping.now, reaping.broken)
        _judge_tags(over, reaping)
        results = dict.fromkeys(reaping.ends, "would be taken away" if dry_run else "taken away")
        if dry_run:
            over = tuple(one for one in over if not _goes_with(one, reaping.ends))
        else:
            results |= take_away(reaping)
            if over and reaping.ends:
                over = expired_in_clouds(target or (), reaping.now, reaping.broken)
        left = [with_removal(one) for one in over]
        _show(results, left, reaping.broken, format)
        if left or reaping.broken or "left" in results.values():
            raise typer.Exit(PROBLEM)


def find_expired(now: datetime) -> Reaping:
    """Everything here that says when it expires, and has: drills, the engine's stacks, labs."""
    reaping = Reaping(now)
    taken = set(_drills(reaping))
    for name, expires, end in _stacks():
        if name not in taken:
            reaping.judge(Expired(kind="stack", name=name, expires=expires), end)
    for name, expires, end in _labs():
        if name not in taken:
            reaping.judge(Expired(kind="lab", name=name, expires=expires), end)
    return reaping


def take_away(reaping: Reaping) -> dict[Expired, str]:
    """End what has expired, each for itself; what fails is `left`, and told."""
    from tricenter.topology.errors import TricenterError

    results: dict[Expired, str] = {}
    for found, end in reaping.ends.items():
        typer.echo(f"taking away {found.kind} {found.name}, expired {found.expires}", err=True)
        try:
            end()
            results[found] = "taken away"
        except TricenterError as error:
            results[found] = "left"
            reaping.broken.append(f"{found.kind} {found.name}: {error}")
    return results


def _drills(reaping: Reaping) -> Iterator[str]:
    """Judge the drills; yields the names of stacks that belong to one, expired or not."""
    from tricenter.cli.drill_kept import take_away as end_drill
    from tricenter.cli.project import find_project
    from tricenter.drills.journal import list_journals

    for journal in list_journals(find_project().root):
        yield from (journal.pulumi, journal.stack)
        if not journal.ended and not journal.running:
            found = Expired(kind="drill", name=journal.run, expires=journal.expires)
            reaping.judge(found, lambda journal=journal: end_drill(journal))


def _stacks() -> Iterator[tuple[str, str, Callable[[], None]]]:
    """The engine's stacks whose settings say when they expire."""
    from tricenter.cli.engine import EngineError, open_engine
    from tricenter.cli.stack_settings import read_expiry

    try:
        engine = open_engine("none")
        names = engine.stacks()
    except EngineError as error:
        typer.echo(f"the engine's stacks are not looked at: {error}", err=True)
        return
    for name in names:
        expires = read_expiry(engine.root, name)
        if expires:
            yield name, expires, lambda name=name: _end_stack(name)


def _end_stack(name: str) -> None:
    """Destroy and forget a stack of the engine, with its settings."""
    from tricenter.cli.down import end, refuse_protected, spec_stack_id
    from tricenter.cli.engine import open_engine
    from tricenter.cli.stack_settings import settings_file

    engine = open_engine(name)
    refuse_protected(engine.state())
    lab = spec_stack_id(engine.root, name)
    for _ in engine.run("destroy", "--yes", "--skip-preview"):
        pass
    if lab is not None:
        end(lab)
    engine.remove()
    settings_file(engine.root, name).unlink(missing_ok=True)


def _labs() -> Iterator[tuple[str, str, Callable[[], None]]]:
    """The labs that say when they expire."""
    from tricenter.cli.down import end
    from tricenter.cli.lab_stack import is_strange
    from tricenter.cli.project import find_project
    from tricenter.lab.stack import list_stacks

    root = find_project().root
    for state in list_stacks():
        if state.expires and not is_strange(state.project, root):
            yield state.id, state.expires, lambda name=state.id: end(name)


def _judge_tags(over: Sequence["Leftover"], reaping: Reaping) -> None:
    """Judge the engine's stacks that only the tags in a cloud call expired; see stacks_by_tag."""
    from tricenter.cli.engine import EngineError, open_engine

    if not over:
        return
    try:
        engine = open_engine("none")
        deployed = engine.deployed_stacks()
    except EngineError as error:
        typer.echo(f"the engine's stacks are not looked at: {error}", err=True)
        return
    for name, expires in stacks_by_tag(over, deployed, engine.root):
        reaping.judge(
            Expired(kind="stack", name=name, expires=expires), lambda name=name: _end_stack(name)
        )


def _goes_with(thing: "Leftover", ends: Iterable[Expired]) -> bool:
    """Whether a thing in a cloud is of a stack, or of a drill, that is taken away."""
    from tricenter.topology.names import stack_id

    return any(
        thing.run == end.name
        if end.kind == "drill"
        else bool(thing.topology) and stack_id(thing.topology, end.name) == thing.stack
        for end in ends
    )


def _show(
    results: dict[Expired, str],
    left: list[dict[str, Any]],
    broken: list[str],
    format: Format,  # noqa: A002
) -> None:
    rows = [(e.kind, e.name, e.expires, result) for e, result in results.items()]
    rows += [(f"{e['cloud']} {e['kind']}", e["name"], e["expires"], "left") for e in left]
    if format == "text" and not rows:
        typer.echo("\n".join([*broken, "nothing has expired"]))
        return
    data = {
        "format": FORMAT,
        "expired": [{**asdict(e), "result": result} for e, result in results.items()],
        "left": left,
        "problems": broken,
    }
    columns = ("kind", "name", "expired", "result")
    notes = (*broken, *(f"{e['name']}: {e['delete']}" for e in left))
    show(Table(columns=columns, rows=tuple(rows), title="expired", notes=notes, data=data), format)


def _time(text: str | None) -> datetime:
    from tricenter.cli.expiry import read_time

    try:
        return datetime.now(UTC) if text is None else read_time(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--as-of") from None
