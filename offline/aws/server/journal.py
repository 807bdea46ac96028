"""The journal of an emulated cloud: every request that may change it, replayed after a restart.

A request is written before it is answered, so that what a client was told is never lost, and its
number seeds the chance by which moto makes ids: they are the same after a restart.
"""

import base64
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tricenter.offline.aws.errors import EmulatedAwsError

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request as it came over the wire."""

    number: int
    time: float
    method: str
    target: str
    """Path and query, percent-encoded as sent."""
    headers: Mapping[str, str]
    body: str
    """Base64."""

    @property
    def content(self) -> bytes:
        """The body as it was sent."""
        return base64.b64decode(self.body)


class Journal:
    """A file of requests, one a line, readable by its owner alone: it holds passwords."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.size = 0
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)

    def entries(self) -> Iterator[Entry]:
        """What was written and not refused; a last line that a crash cut short is taken away."""
        kept, good = list[dict[str, Any]](), 0
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.endswith(b"\n"):
                    break
                good += len(line)
                kept.append(self._read(line, number))
        os.truncate(self.path, good)
        refused = {data["refused"] for data in kept if "refused" in data}
        requests = [data for data in kept if "refused" not in data]
        self.size = len(requests)
        yield from (Entry(**data) for data in requests if data["number"] not in refused)

    def _read(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            data: dict[str, Any] = json.loads(line)
            if data.pop("version") != VERSION or not ("refused" in data or data["number"]):
                raise ValueError("another version")
        except (ValueError, TypeError, KeyError) as error:
            raise EmulatedAwsError(
                f"{self.path}, line {number}: not a request that this version wrote ({error}); "
                "remove the folder to begin with an empty cloud"
            ) from error
        return data

    def append(self, entry: Entry) -> None:
        """Write a request; it outlives a kill of this process, not a loss of power."""
        self._write(asdict(entry))
        self.size += 1

    def refuse(self, number: int) -> None:
        """Write that a request was refused: it changed nothing, and is not replayed."""
        self._write({"refused": number})

    def _write(self, data: Mapping[str, Any]) -> None:
        line = json.dumps({"version": VERSION, **data}, separators=(",", ":"))
        os.write(self._file, line.encode() + b"\n")


def encoded(body: bytes) -> str:
    """A body as an entry keeps it."""
    return base64.b64encode(body).decode("ascii")
