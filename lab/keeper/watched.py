"""What a keeper watches: its site's members and how they are asked, as its unit wrote it down."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

PLACE = "/srv/etc/keeper/keeper.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One member of this site. Folders are as the host has them; `ttl` in seconds."""

    database: str
    address: str
    rest_port: int
    data: str
    sockets: str
    secrets: str
    log: str
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A keeper's task: its site, the members, the store's addresses (`host`, `port`)."""

    site: str
    ttl: float
    members: Sequence[Watched]
    store: Sequence[tuple[str, int]]


def written(watch: Watch) -> str:
    """The task as the text of a file."""
    return json.dumps(asdict(watch), indent=1, sort_keys=True) + "\n"


def read(path: Path) -> Watch:
    """The task in a file; OSError or ValueError where there is none."""
    data = cast(dict[str, Any], json.loads(path.read_text(encoding="utf-8")))
    return Watch(
        site=data["site"],
        ttl=data["ttl"],
        members=tuple(Watched(**member) for member in data["members"]),
        store=tuple((host, port) for host, port in data["store"]),
    )
