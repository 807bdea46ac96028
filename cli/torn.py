"""What a killed engine leaves half written in a folder that holds Pulumi's state."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

BACKEND = "PULUMI_BACKEND_URL"
FOLDERS = "file://"
ENDING = ".json"
ASIDE = ".torn"
"""Behind the name of a state that was cut off: the engine takes no notice of it."""


def drop_torn_attributes(environment: Mapping[str, str]) -> None:
    """Remove the attributes of state files and locks that are not whole: no engine reads past them.

    In a folder, states and locks take their place whole, by a rename, but the file of attributes
    beside each is written in place (gocloud.dev/blob/fileblob 0.46, read 2026-11-25). An engine
    that is killed within that write leaves it empty, and from then on every command on every stack
    of the folder ends with "EOF". Without that file the attributes have their defaults, which are
    all that Pulumi uses; so taking one away from an engine that lives and writes it harms nothing.
    """
    folder = _folder(environment)
    for attributes in _attributes(folder) if folder else ():
        if not _is_whole(attributes):
            attributes.unlink(missing_ok=True)


def put_back_states(environment: Mapping[str, str], project: str) -> Iterator[str]:
    """Put the state before it in the place of each of a project that was cut off; says so, a
    sentence each.

    On a full disk the engine ends, and leaves what it could write of a state under the state's own
    name (pulumi 3.250.0, seen 2026-11-30); from then on no command on any stack of the project
    works. The state before is beside it, and has what was being made as begun. Where that is cut
    off as well, nothing is done: see `set_aside`.
    """
    for state in of_project(project, torn_states(environment)):
        before = state.with_name(f"{state.name}.bak")
        if before.is_file() and _is_whole(before):
            set_aside(state)
            before.rename(state)
            yield (
                f"the state of stack {state.stem} was cut off (was the disk full?): the one before "
                f"it is used, and what was cut off is kept as {state}{ASIDE}"
            )


def torn_states(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """The states in a folder that are not whole."""
    folder = _folder(environment)
    if folder is None:
        return ()
    states = sorted((folder / "stacks").rglob(f"*{ENDING}"))
    return tuple(state for state in states if state.is_file() and not _is_whole(state))


def of_project(project: str, states: tuple[Path, ...]) -> tuple[Path, ...]:
    """The states of one project; in a folder from before Pulumi kept them apart, all."""
    return tuple(state for state in states if state.parent.name in {project, "stacks"})


def set_aside(state: Path) -> Path:
    """Move a state out of the engine's sight, on a full disk as well; gives where it is."""
    return state.rename(state.with_name(f"{state.name}{ASIDE}"))


def _folder(environment: Mapping[str, str]) -> Path | None:
    """Where the engine keeps states, None where that is no folder."""
    backend = environment.get(BACKEND, "")
    if not backend.startswith(FOLDERS):
        return None
    path = backend.removeprefix(FOLDERS).partition("?")[0]
    return Path(path).expanduser() / ".pulumi"


def _attributes(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.attrs")
    for kind in ("stacks", "locks"):
        yield from (folder / kind).rglob("*.attrs")


def _is_whole(file: Path) -> bool:
    try:
        json.loads(file.read_bytes())
    except FileNotFoundError:
        return True  # its stack has just been removed
    except ValueError:
        return False
    return True
