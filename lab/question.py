"""One question to a daemon of ours on its Unix socket: a line of JSON there and one back."""

import json
import os
import socket
from pathlib import Path
from typing import Any

from tricenter.lab.errors import LabError


def put_question(
    folder: Path | str, name: str, request: dict[str, Any], timeout: float, who: str
) -> dict[str, Any] | None:
    """The answer of the daemon whose socket is `name` in `folder`; None when it is not there.

    LabError naming `who` when it does not answer within `timeout` seconds.
    """
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, ProcessLookupError):
        return None  # the folder may be one of a process that has ended
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout)
            # A socket's path may have 107 characters; this one is short wherever the folder is.
            connection.connect(f"/proc/self/fd/{opened}/{name}")
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as stream:
                line = stream.readline()
    except (FileNotFoundError, ConnectionError):
        return None
    except TimeoutError:
        raise LabError(f"{who} does not answer") from None
    finally:
        os.close(opened)
    return json.loads(line) if line else None
