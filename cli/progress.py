"""The engine's progress on the screen: a live list on a terminal, one line per event elsewhere."""

import re
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tricenter.cli.cleaning import clean, raw
from tricenter.cli.events import Event
from tricenter.policies.report.source import printable

if TYPE_CHECKING:
    from tricenter.policies.pack.events import Spoken

DOING = {"create": "creating", "update": "updating", "delete": "deleting", "refresh": "looking at"}
DONE = {"create": "created", "update": "updated", "delete": "deleted"}
QUIET = {"same", "refresh", "read", ""}
REFUSAL = re.compile(r"\S.*:\d+:\d+: (?:error|critical|high|medium|low)\[[a-z0-9-]+\] ")
"""How a line begins that says what is wrong with a spec: Diagnostic and Located, as texts."""


@dataclass(slots=True)
class Outcome:
    """What a run of the engine did, put together from its events."""

    started: float = field(default_factory=time.monotonic)
    steps: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    errors: list[str] = field(default_factory=list[str])
    changes: dict[str, int] = field(default_factory=dict[str, int])
    planned: list[Event] = field(default_factory=list[Event])
    """Every step on a resource that changes, also one that was only begun."""
    policies: "list[Spoken]" = field(default_factory=list)
    """What policy packs said."""

    def take(self, event: Event) -> None:
        """Count one event."""
        if event.policy is not None:
            self.policies.append(event.policy)
        if event.stage in {"begin", "done"} and event.custom and event.op not in QUIET:
            self.planned.append(event)
        if event.stage == "done" and event.custom and event.op not in QUIET:
            self.steps.append({"op": event.op, "kind": event.kind, "name": event.name})
        elif event.stage == "summary":
            self.changes = dict(event.changes)
        elif event.stage == "message" and event.severity == "error":
            self.errors.append(event.text)

    @property
    def refusals(self) -> tuple[str, ...]:
        """What the spec's own program found wrong with it, each with its place, without repeats."""
        found = (text for said in self.errors for text in said.splitlines() if REFUSAL.match(text))
        return tuple(dict.fromkeys(found))

    @property
    def refused(self) -> bool:
        """Whether the spec or a pack refused, which is no failure of the engine."""
        return bool(self.refusals) or any(said.mandatory for said in self.policies)

    def counts(self) -> dict[str, int]:
        """The resources of providers by what was done to them; the engine's own numbers, in
        `changes`, have the components that group them and the providers besides."""
        found: dict[str, int] = {}
        for step in self.steps:
            found[step["op"]] = found.get(step["op"], 0) + 1
        return found

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.started

    def sentence(self) -> str:
        """`3 created, 2 updated in 12.3 s`, and how the engine, which counts more, counts them."""
        counts = self.counts()
        said = [f"{count} {DONE.get(op, op)}" for op, count in sorted(counts.items())]
        done = f"{', '.join(said) or 'nothing changed'} in {self.seconds:.1f} s"
        engine = {op: self.changes.get(op, 0) for op in counts}
        more = [
            f"{engine[op]} {DONE.get(op, op)}" for op in sorted(counts) if engine[op] > counts[op]
        ]
        if not more:
            return done
        return f"{done} (Pulumi says {', '.join(more)}: it counts components and providers too)"


def follow(events: Iterable[Event], outcome: Outcome, *, live: bool, quiet: bool = False) -> None:
    """Show events until there are no more; all of them are counted in `outcome`."""
    if quiet:
        for event in events:
            outcome.take(event)
    elif live:
        _follow_live(events, outcome)
    else:
        show = _Lines(print=lambda text: print(text, file=sys.stderr, flush=True), outcome=outcome)
        for event in events:
            outcome.take(event)
            show.take(event)


@dataclass(slots=True)
class _Lines:
    """Events as lines, each with the seconds since the start."""

    print: Callable[[str], None]
    outcome: Outcome
    begun: dict[str, float] = field(default_factory=dict[str, float])

    def take(self, event: Event) -> None:
        """Print an event that a user waits for."""
        now = self.outcome.seconds
        if event.stage == "begin":
            self.begun[event.name + event.type] = now
        elif event.stage == "done" and event.custom and event.op not in QUIET:
            took = now - self.begun.get(event.name + event.type, now)
            word = DONE.get(event.op, event.op)
            why = f"  {', '.join(event.diffs)}" if event.op == "update" and event.diffs else ""
            self.print(f"{now:6.1f} s  {word:8} {event.kind:11} {event.name} ({took:.1f} s){why}")
        elif event.stage == "failed":
            self.print(f"{now:6.1f} s  failed   {event.kind:11} {event.name}")
        elif event.stage == "message" and not event.ephemeral and event.text:
            about = f"{event.name}: " if event.name else ""
            self.print(f"{now:6.1f} s  {event.severity}: {about}{event.text}")


def _follow_live(events: Iterable[Event], outcome: Outcome) -> None:
    """What goes on now at the bottom, with its newest word; what is done scrolls away above."""
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.table import Table
    from rich.text import Text

    # What moves the cursor is ours; each text is cleaned.
    console = Console(file=raw(sys.stderr))
    running: dict[str, tuple[Event, float]] = {}
    said: dict[str, str] = {}
    spinner = Spinner("dots")

    def draw() -> Table:
        table = Table.grid(padding=(0, 1))
        for key, (event, since) in sorted(running.items()):
            took = f"{outcome.seconds - since:5.1f} s"
            doing = DOING.get(event.op, event.op)
            words = Text(printable(said.get(key, "")), "dim")
            kind, name = Text(printable(event.kind)), Text(printable(event.name))
            table.add_row(spinner, took, doing, kind, name, words)
        table.add_row("", f"{outcome.seconds:5.1f} s", f"{len(outcome.steps)} done", "", "", "")
        return table

    lines = _Lines(print=lambda text: live.console.print(Text(clean(text))), outcome=outcome)
    with Live(get_renderable=draw, console=console, transient=True, refresh_per_second=8) as live:
        for event in events:
            outcome.take(event)
            lines.take(event)
            key = event.name + event.type
            if event.stage == "begin" and event.custom and event.op not in {"same", ""}:
                running[key] = (event, outcome.seconds)
            elif event.stage in {"done", "failed"}:
                running.pop(key, None)
                said.pop(key, None)
            elif event.stage == "message" and event.ephemeral:
                said[key] = event.text
