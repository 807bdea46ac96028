"""A voice that runs once, outside the supervisor; and the end of one that outlived its verb."""

import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import Any

import yaml

from tricenter.lab.errors import LabError
from tricenter.lab.host import host_processes, popen_in_host, read_host_file, write_host_file
from tricenter.lab.processes import Process, kill
from tricenter.lab.sayings import last_words
from tricenter.lab.stack import Stack

FOLDER = "/srv/etc/etcd"
SETTINGS = f"{FOLDER}/etcd.yml"
OWNER = "postgres"


@contextmanager
def running_once(
    stack: Stack, host: str, settings: Mapping[str, Any], name: str
) -> Generator[None]:
    """A voice with further settings in place of the service, which is stopped, meanwhile.

    It ends with this block, and with this process however that ends: `force-new-cluster` must not
    be in force a moment longer. LabError of the block is told with what the voice said last.
    """
    usual = read_host_file(stack, host, SETTINGS)
    if usual is None:
        raise LabError(f"{SETTINGS} is not in {host}")
    path = f"{FOLDER}/{name}"
    write_host_file(stack, host, path, yaml.safe_dump({**yaml.safe_load(usual), **settings}))
    argv = ["python", "-m", "tricenter.lab.tethered", "etcd", "--config-file", path]
    with tempfile.TemporaryFile("w+") as log:
        process = popen_in_host(
            stack,
            host,
            argv,
            user=OWNER,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            yield
        except LabError as error:
            log.seek(0)
            said = last_words(log.read())
            raise LabError(f"{error}{f': {said.sentence}' if said else ''}") from None
        finally:
            assert process.stdin is not None  # noqa: S101 - asked for above
            process.stdin.close()
            process.wait(30)


def runaways(stack: Stack, host: str) -> tuple[Process, ...]:
    """The voices of a host that run with other settings than the supervisor's one; none if off."""
    try:
        return tuple(found for found in host_processes(stack, host) if is_runaway(found.argv))
    except LabError:
        return ()


def is_runaway(argv: tuple[str, ...]) -> bool:
    """Whether a command line is that of a voice with settings for once."""
    if not argv or PurePosixPath(argv[0]).name != "etcd" or "--config-file" not in argv[:-1]:
        return False
    settings = argv[argv.index("--config-file") + 1]
    return PurePosixPath(settings).name != PurePosixPath(SETTINGS).name


def end_runaways(stack: Stack, host: str) -> int:
    """End every voice of a host that outlived the verb that started it; how many there were."""
    found = runaways(stack, host)
    for process in found:
        with suppress(LabError):
            kill(process.pid)
    return len(found)
