"""A service with files: how both are put on a host, and what is seen of them there."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from tricenter.lab.errors import LabError
from tricenter.lab.host import read_host_file, write_host_file
from tricenter.lab.machine import machine_of
from tricenter.lab.service import read_service, service
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Unit
from tricenter.topology.render import RenderedFile

ETC = "/srv/etc"
RUNNING = frozenset({"starting", "ready"})


def texts(files: Iterable[RenderedFile], host: str, folder: str) -> dict[str, str]:
    """The rendered files below `<host>/<folder>/`, by their path on the host."""
    start = f"{host}/"
    return {
        f"{ETC}/{file.path.removeprefix(start)}": file.text
        for file in files
        if file.path.startswith(f"{start}{folder}/")
    }


def write(stack: Stack, host: str, files: Mapping[str, str]) -> str:
    """Put a service's files on a host's disk; the digest of them as they are there."""
    machine = machine_of(stack)
    there = {path: machine.localise(stack, host, text) for path, text in files.items()}
    for path, text in there.items():
        write_host_file(stack, host, path, text.encode())
    return digest(there)


def digest(files: Mapping[str, str]) -> str:
    """Twelve hexadecimal digits that change when a file's path or text does."""
    whole = "\0".join(part for path in sorted(files) for part in (path, files[path]))
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def seen(stack: Stack, unit: Unit, name: str) -> Mapping[str, Any] | None:
    """Whether a unit's service runs and what its files are; None when it is not defined."""
    host = host_of(unit)
    try:
        if read_service(stack, host, name) is None:
            return None
        files = {path: read_host_file(stack, host, path) for path in unit.data["files"]}
    except LabError:
        return None  # the host itself is gone
    status = service(stack, host, name)
    return {
        "running": status is not None and status.state in RUNNING,
        "config": digest({path: (text or b"").decode() for path, text in files.items()}),
    }


def host_of(unit: Unit) -> str:
    """The host that a unit lives on."""
    if unit.host is None:
        raise ValueError(f"{unit.name} has no host")
    return unit.host
