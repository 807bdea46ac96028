"""What a killed engine leaves half written in a folder that holds Pulumi's state."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

BACKEND = "PULUMI_BACKEND_URL"
FOLDERS = "file://"


def drop_torn_attributes(environment: Mapping[str, str]) -> None:
    """Remove the attributes of state files and locks that are not whole: no engine reads past them.

    In a folder, states and locks take their place whole, by a rename, but the file of attributes
    beside each is written in place (gocloud.dev/blob/fileblob 0.46, read 2026-11-25). An engine
    that is killed within that write leaves it empty, and from then on every command on every stack
    of the folder ends with "EOF". Without that file the attributes have their defaults, which are
    all that Pulumi uses; so taking one away from an engine that lives and writes it harms nothing.
    """
    backend = environment.get(BACKEND, "")
    if not backend.startswith(FOLDERS):
        return
    path = backend.removeprefix(FOLDERS).partition("?")[0]
    for attributes in _attributes(Path(path).expanduser() / ".pulumi"):
        if not _is_whole(attributes):
            attributes.unlink(missing_ok=True)


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
