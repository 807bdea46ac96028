"""Files of others, read with bounds: regular ones, no longer and no deeper than they may be.

A folder of a stranger's repository may hold a link to `/dev/zero`, a pipe that nobody writes to, or
brackets that only Python's stack counts.
"""

import json
import os
import stat
from pathlib import Path
from typing import Any

LARGEST_RECORD = 8 * 1024 * 1024
"""Bytes of the largest record that is read; that of a long drill has some hundred thousand."""
DEEPEST = 100
"""Levels of nesting of a file; a drill's record has six."""


NO_BRACKETS = bytes(sorted({*range(256)} - {*b"[]{}"}))


class UnreadableError(ValueError):
    """A file that is not read; the text says why."""


def read_bytes(path: Path, most: int) -> bytes:
    """A regular file's bytes; UnreadableError for another kind of file or more than `most` bytes.

    OSError where the system refuses.
    """
    # A pipe would wait for its other end, and some devices act when they are opened.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnreadableError("it is no regular file")
        data = stream.read(most + 1)
    if len(data) > most:
        raise UnreadableError(f"it is larger than {most} bytes")
    return data


def read_json(path: Path, most: int) -> Any:
    """The JSON of a file, under the same bounds; UnreadableError where it is none."""
    return parse_json(read_bytes(path, most))


def parse_json(data: bytes) -> Any:
    """The JSON of some bytes; UnreadableError where it is none, or is nested too deep."""
    if _depth(data) > DEEPEST:
        raise UnreadableError(f"it is nested deeper than {DEEPEST} levels")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"it is no JSON: {error}") from None


def _depth(data: bytes) -> int:
    """How many brackets are open at most, those in texts counted too."""
    depth = deepest = 0
    for byte in data.translate(None, NO_BRACKETS):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
