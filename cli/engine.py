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
from tricenter.cli.project import find_project, read_project
from tricenter.cli.torn import (
    drop_torn_attributes,
    of_project,
    put_back_states,
    set_aside,
    torn_states,
)
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

    @property
    def project(self) -> str:
        """The name of the project."""
        return read_project(self.root).name

    @property
    def settings(self) -> Path:
        """The file of the stack's settings."""
        return read_project(self.root).settings_file(self.stack)

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
        forget_encryption(self.settings)

    def is_torn(self) -> bool:
        """Whether the state of this stack was cut off, with no whole one before it."""
        return any(state.stem == self.stack for state in self._torn_states())

    def set_aside(self) -> tuple[Path, ...]:
        """Move what is left of a state that was cut off out of the way; gives where it is."""
        found = self._torn_states()
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

    def _torn_states(self) -> tuple[Path, ...]:
        """The states of this project that are cut off."""
        found = torn_states(self.environment)
        return of_project(self.project, found) if found else ()

    def _torn(self) -> str:
        """What to do about states that were cut off, which end every command of the engine."""
        found = self._torn_states()
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


def open_engine(stack: str, root: Path | None = None) -> Engine:
    """The engine for a stack of the project in a folder, by default of the one that the working
    directory is in; ProjectError where there is none, EngineError when there is no usable Pulumi.
    """
    from tricenter.setup.places import is_checkout
    from tricenter.setup.toolchain import (
        NO_DOWNLOAD,
        OLDEST,
        find_cli,
        find_language_host,
        pulumi_environment,
    )
    from tricenter.setup.toolchain import text as version_text

    root = root or find_project().root
    if find_cli() is None or find_language_host() is None:
        how = "`make setup`" if is_checkout() else "https://www.pulumi.com/docs/install"
        raise EngineError(
            f"there is no Pulumi that works here, {version_text(OLDEST)} or newer with its Python "
            f"language host: {how} brings it"
        )
    environment = {**os.environ, **pulumi_environment()}
    if _needs_no_download(root, stack):
        environment.setdefault(NO_DOWNLOAD, "true")
    drop_torn_attributes(environment)
    for said in put_back_states(environment, read_project(root).name):
        typer.echo(f"warning: {said}", err=True)
    return Engine(root=root, stack=stack, environment=environment)


def has_salt(settings: Path) -> bool:
    """Whether a settings file says already how its stack is encrypted."""
    if not settings.is_file():
        return False
    lines = settings.read_text(encoding="utf-8").splitlines()
    return any(line.startswith(("encryptionsalt:", "secretsprovider:")) for line in lines)


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


def _needs_no_download(root: Path, stack: str) -> bool:
    """Whether a stack is one of the lab, whose plugin is ours."""
    from tricenter.cli.stack_settings import StackSettingsError, read_stack_settings

    try:
        return read_stack_settings(root, stack).target == "lab"
    except StackSettingsError:
        return False


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
