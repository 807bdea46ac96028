"""The Pulumi engine, driven by its command line; what it does is read as events."""

import json
import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import typer

from tricenter.cli.errors import ENVIRONMENT
from tricenter.cli.events import Event, read_event
from tricenter.cli.torn import drop_torn_attributes, put_back_states, set_aside, torn_states
from tricenter.setup.living import lives_since
from tricenter.topology.errors import TricenterError

LOCKED = "the stack is currently locked"
HOLDER = re.compile(r"created by \S+@(?P<host>\S+) \(pid (?P<pid>\d+)\)(?: at (?P<at>\S+))?")
STREAM_PREVIEW = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}

State = Mapping[str, Any]


class EngineError(TricenterError):
    """The engine could not start, or could not do what it was asked."""

    exit_code = ENVIRONMENT


class StackBusy(EngineError):
    """Another engine works on the stack right now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One Pulumi stack of the project in `root`, in the backend that the environment names."""

    root: Path
    stack: str
    environment: Mapping[str, str]

    def exists(self) -> bool:
        """Whether the backend knows the stack."""
        return self.stack in self.stacks()

    def stacks(self) -> tuple[str, ...]:
        """Every stack of the project that the backend knows."""
        found = cast(list[dict[str, Any]], json.loads(self.ask("stack", "ls", "--json")))
        return tuple(sorted(entry["name"].rpartition("/")[2] for entry in found))

    def deployed_stacks(self) -> tuple[str, ...]:
        """The project's stacks in which anything is deployed, or was begun."""
        found = cast(list[dict[str, Any]], json.loads(self.ask("stack", "ls", "--json")))
        held = (e for e in found if e.get("resourceCount") or e.get("updateInProgress"))
        return tuple(sorted(entry["name"].rpartition("/")[2] for entry in held))

    def make(self) -> None:
        """Make the stack where the backend does not know it."""
        if not self.exists():
            self.ask("stack", "init", self.stack, "--no-select")

    def run(self, verb: str, *flags: str) -> Iterator[Event]:
        """What happens during `up`, `preview`, `refresh` or `destroy`, as it happens.

        A lock that a killed engine left is taken away first. Raises EngineError at the end when
        the engine failed; its messages were events before.
        """
        words, code = yield from self._run(verb, *flags)
        if code and LOCKED in words:
            self._break_lock(words)
            words, code = yield from self._run(verb, *flags)
        if code:
            raise EngineError(f"pulumi {verb} failed{_reason(words)}")

    def state(self) -> State:
        """The stack's state as the backend has it; empty when there is none."""
        data = json.loads(self.ask("stack", "export", "--stack", self.stack))
        return cast(State, data.get("deployment") or {})

    def edit_state(self, change: Callable[[State], State]) -> None:
        """Replace the stack's state by what `change` makes of it; a dead engine's lock is taken
        away first. Raises StackBusy, EngineError."""
        exported = json.loads(self.ask("stack", "export", "--stack", self.stack))
        exported["deployment"] = change(exported.get("deployment") or {})
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(exported, file)
            file.flush()
            arguments = ("stack", "import", "--stack", self.stack, "--file", file.name)
            try:
                self.ask(*arguments)
            except EngineError as error:
                if LOCKED not in str(error):
                    raise
                self._break_lock(str(error))
                self.ask(*arguments)

    def remove(self) -> None:
        """Forget the stack, and what its settings file holds of its encryption; may be repeated."""
        if self.exists():
            self.ask("stack", "rm", self.stack, "--yes", "--force", "--preserve-config")
        forget_encryption(self.root / "stacks" / f"Pulumi.{self.stack}.yaml")

    def is_torn(self) -> bool:
        """Whether the state of this stack was cut off, with no whole one before it."""
        return any(state.stem == self.stack for state in torn_states(self.environment))

    def set_aside(self) -> tuple[Path, ...]:
        """Move what is left of a state that was cut off out of the way; gives where it is."""
        found = torn_states(self.environment)
        return tuple(set_aside(state) for state in found if state.stem == self.stack)

    def ask(self, *arguments: str) -> str:
        """What a command of the engine prints; EngineError when it fails."""
        done = subprocess.run(
            self._command(*arguments),
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EngineError(f"pulumi {arguments[0]} failed{_reason(done.stderr)}{self._torn()}")
        return done.stdout

    def _run(self, verb: str, *flags: str) -> Generator[Event, None, tuple[str, int]]:
        command = self._command(verb, "--json", "--stack", self.stack, *flags)
        # A file, since a pipe that nobody reads meanwhile would stop the engine when it is full.
        with (
            tempfile.TemporaryFile("w+") as errors,
            subprocess.Popen(
                command,
                cwd=self.root,
                env={**self.environment, **STREAM_PREVIEW},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process,
        ):
            try:
                for line in process.stdout or ():
                    event = read_event(line)
                    if event is not None:
                        yield event
            except KeyboardInterrupt:
                # The engine hears of Ctrl-C itself, as it is in the same group; it saves its state.
                # Read on meanwhile: an engine whose pipe is full would never end.
                with suppress(KeyboardInterrupt):
                    process.communicate()
                raise
            process.wait()
            errors.seek(0)
            return errors.read(), process.returncode

    def _torn(self) -> str:
        """What to do about states that were cut off, which end every command of the engine."""
        found = torn_states(self.environment)
        if not found:
            return ""
        named = ", ".join(map(str, found))
        return (
            f"; {named} was cut off and there is no whole one before it: `tricenter down` sweeps a "
            "lab without it; of a cloud, put a copy of yours in its place"
        )

    def _break_lock(self, words: str) -> None:
        for found in HOLDER.finditer(words):
            if found["host"] != socket.gethostname() or _lives(found):
                raise StackBusy(f"stack {self.stack} is busy{_reason(words)}")
        self.ask("cancel", "--yes", "--stack", self.stack)

    def _command(self, *arguments: str) -> Sequence[str]:
        return ["pulumi", *arguments, "--non-interactive", "--color", "never"]


def open_engine(stack: str) -> Engine:
    """The engine for a stack of this checkout; EngineError when there is no usable Pulumi."""
    from tricenter.setup.places import checkout
    from tricenter.setup.toolchain import find_cli, find_language_host, pulumi_environment

    root = checkout()
    if not (root / "Pulumi.yaml").is_file():
        raise EngineError(f"{root} has no Pulumi.yaml: work in a checkout of tricenter")
    if find_cli() is None or find_language_host() is None:
        raise EngineError("there is no Pulumi that works here: `make setup` brings it")
    environment = {**os.environ, **pulumi_environment()}
    drop_torn_attributes(environment)
    for said in put_back_states(environment):
        typer.echo(f"warning: {said}", err=True)
    return Engine(root=root, stack=stack, environment=environment)


def forget_encryption(settings: Path) -> None:
    """Take the salt of a removed stack out of its settings; a file with nothing else goes."""
    if not settings.is_file():
        return
    lines = settings.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("encryptionsalt:")]
    if not "".join(kept).strip():
        settings.unlink()
    elif kept != lines:
        text = "".join(kept)
        settings.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")


def _lives(holder: re.Match[str]) -> bool:
    """Whether the engine that made a lock, as the engine names it, still lives."""
    try:
        moment = datetime.fromisoformat(holder["at"]).timestamp()
    except (TypeError, ValueError):
        moment = time.time()  # then the number alone has to do
    return lives_since(int(holder["pid"]), moment, "pulumi")


def _reason(words: str) -> str:
    lines = [line.removeprefix("error: ") for line in words.splitlines() if line.strip()]
    return f": {' '.join(lines[-3:])}" if lines else ""
