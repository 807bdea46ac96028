"""A stack: the directory of one deployed lab, what is known of it, and its lock."""

import fcntl
import json
import os
import re
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from tricenter.lab.errors import LabError
from tricenter.lab.lock import held

if TYPE_CHECKING:
    from tricenter.lab.records import HostSpec

SCHEMA = 1
NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
STACK_VARIABLE = "TRICENTER_STACK"
HOST_VARIABLE = "TRICENTER_HOST"
"""Every process of a stack has both in its environment, so that it is found without records."""
ROOT_VARIABLE = "TRICENTER_ROOT"
"""The folder below which a host without namespaces has its /srv and /run."""

StackKind = Literal["user", "drill"]
NetworkKind = Literal["namespaces", "loopback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackState:
    """What a stack says of itself; times are ISO 8601 in UTC.

    `project` is the folder of the Pulumi project that it was made from, None if there was none.
    """

    schema: int = SCHEMA
    id: str
    kind: StackKind
    run_id: str | None
    expires: str | None
    profile: str
    network: NetworkKind
    created: str
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """A handle of the stack with this id, which need not exist yet."""

    id: str

    def __post_init__(self) -> None:
        check_name(self.id, "stack id")

    @property
    def path(self) -> Path:
        """The directory of the stack; 0700, as secrets are in it."""
        return lab_home() / self.id

    @property
    def exists(self) -> bool:
        """Whether the stack's state can be read."""
        return (self.path / "stack.json").is_file()

    def create(
        self,
        *,
        kind: StackKind = "user",
        run_id: str | None = None,
        expires: datetime | None = None,
        profile: str = "production",
        network: NetworkKind | None = None,
        project: str | None = None,
    ) -> StackState:
        """Make the directory and state, or return the state that is there already."""
        if self.exists:
            return self.state()
        from tricenter.lab.machine import best_network

        state = StackState(
            id=self.id,
            kind=kind,
            run_id=run_id,
            expires=expires.astimezone(UTC).isoformat(timespec="seconds") if expires else None,
            profile=profile,
            network=network or best_network(),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            project=project,
        )
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        write_json(self.path / "stack.json", asdict(state))
        return state

    def state(self) -> StackState:
        """What is known of the stack; LabError when there is none or it cannot be read."""
        try:
            data = read_json(self.path / "stack.json")
        except FileNotFoundError:
            raise LabError(f"there is no stack {self.id!r} in {lab_home()}") from None
        except ValueError as error:
            raise LabError(f"{self.path}/stack.json is damaged: {error}; sweep it") from None
        held = cast(dict[str, Any], data) if isinstance(data, dict) else {}
        if held.get("schema") != SCHEMA:
            raise LabError(f"{self.path}/stack.json is not of schema {SCHEMA}; sweep it")
        try:
            return StackState(**held)
        except TypeError as error:
            raise LabError(f"{self.path}/stack.json is damaged: {error}; sweep it") from None

    def update(self, **changes: Any) -> StackState:
        """Change fields of the state and store it."""
        state = replace(self.state(), **changes)
        write_json(self.path / "stack.json", asdict(state))
        return state

    @property
    def can(self) -> frozenset[str]:
        """What this stack's kind of network can do: delay, cut, bounded-disk, namespaces."""
        from tricenter.lab.machine import load_machine

        return load_machine(self.state().network).can

    @property
    def limits(self) -> tuple[str, ...]:
        """What a measurement in this stack does not show, in sentences."""
        from tricenter.lab.machine import load_machine

        return load_machine(self.state().network).limits

    def hosts(self) -> "tuple[HostSpec, ...]":
        """The hosts of the stack, by name."""
        from tricenter.lab.records import read_spec

        paths = sorted(self.path.glob("hosts/*/host.json"))
        return tuple(spec for path in paths if (spec := read_spec(path)))

    @contextmanager
    def locked(self, verb: str, wait: float = 0.0) -> Generator[None]:
        """Hold the stack for one verb; LabError when another still has it after `wait` seconds."""
        try:
            with held(lab_home() / f"{self.id}.lock", verb, f"stack {self.id}", wait=wait):
                yield
        finally:
            forget_home()

    @property
    def roles_lock(self) -> Path:
        """Held by a verb that changes roles, around all that it does; `locked` is taken inside."""
        return lab_home() / f"{self.id}.roles.lock"


def check_name(name: str, what: str) -> None:
    """LabError unless `name` can stand in names of namespaces and folders."""
    if not NAME.fullmatch(name):
        raise LabError(f"{name!r} is no {what}: small letters, digits, inner hyphens, up to 40")


def lab_home() -> Path:
    """The directory of all stacks; an ordinary user has one of their own.

    Its name is short, as the kernel allows 107 bytes for the path of a database's socket in it.
    """
    if named := os.environ.get("TRICENTER_LAB_HOME"):
        return Path(named).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/tricenter")
    return Path.home() / ".tricenter"


def forget_home() -> None:
    """Delete the directory of all stacks once the last one is gone."""
    # Not empty, not there, not ours: in each case it stays as it is.
    with suppress(OSError):
        lab_home().rmdir()


def list_stacks() -> tuple[StackState, ...]:
    """The stacks whose state can be read, by id; damaged ones are found by `leftovers`."""
    states: list[StackState] = []
    for path in sorted(lab_home().glob("*/stack.json")):
        try:
            states.append(Stack(path.parent.name).state())
        except LabError:
            continue
    return tuple(states)


def read_json(path: Path) -> Any:
    """The data in a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path: Path, data: Any, mode: int = 0o600) -> None:
    """Replace a JSON file so that a reader, or a power loss, sees the old or the new one whole."""
    replace_file(path, (json.dumps(data, indent=1, sort_keys=True) + "\n").encode(), mode)


def replace_file(
    path: Path, content: bytes, mode: int, owner: tuple[int, int] | None = None
) -> None:
    """Write a file beside its place, make it durable, and move it there."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        replace_file_in(folder, path.name, content, mode, owner)
    finally:
        os.close(folder)


def replace_file_in(
    folder: int, name: str, content: bytes, mode: int, owner: tuple[int, int] | None = None
) -> None:
    """The same in a folder that is open."""
    draft = f".{name}.{os.getpid()}.{time.monotonic_ns()}"
    descriptor = os.open(
        draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            if owner is not None:
                os.fchown(file.fileno(), *owner)
            os.fsync(file.fileno())
        os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=folder)
        raise
    os.fsync(folder)


@contextmanager
def file_lock(path: Path) -> Generator[None]:
    """Serialise short read-change-write steps on what `path` stands for, across threads too."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
