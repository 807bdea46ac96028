"""What a voice has on its host: its data, the guard before it, and its return without any."""

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from tricenter.lab.errors import LabError
from tricenter.lab.files import delete_host_file, host_folder_holds
from tricenter.lab.host import make_host_folder, read_host_file, run_in_host, write_host_file
from tricenter.lab.sayings import FORGOTTEN, Said, last_words
from tricenter.lab.service import services, stop_service
from tricenter.lab.stack import Stack
from tricenter.lab.store_once import OWNER, SETTINGS
from tricenter.lab.voices import Voices, join

SERVICE = "etcd"
DATA = "/srv/etcd/member"
LOG = "/srv/log/etcd.log"
JOINED = "/srv/etc/etcd/joined"
GUARD = (
    f"if [ -e {JOINED} ] && [ ! -d {DATA}/wal ] "
    f"&& ! grep -q '^initial-cluster-state: existing' {SETTINGS}; then "
    f"echo '{FORGOTTEN}: tricenter up makes it anew' >&2; exit 1; fi; "
    f"exec etcd --config-file {SETTINGS}"
)
"""How the service starts etcd. One that was a member and has nothing must not start by itself:
where it hears no other voice it would take itself for a founder, with its old identity."""


def has_data(stack: Stack, host: str) -> bool:
    """Whether a host's disk holds a voice's data."""
    try:
        return host_folder_holds(stack, host, f"{DATA}/wal")
    except LabError:
        return False  # no such host yet


def founded(stack: Stack) -> bool:
    """Whether the store of this stack was complete once."""
    return _mark(stack).exists()


def note_founded(stack: Stack, host: str) -> None:
    """Note that the store is there, and that a host's voice is a member of it."""
    _mark(stack).touch()
    write_host_file(stack, host, JOINED, "This voice is a member of the store.\n")


def forget_founding(stack: Stack, host: str) -> None:
    """Let a store be founded again: of the former one nothing is left anywhere."""
    _mark(stack).unlink(missing_ok=True)
    delete_host_file(stack, host, JOINED)


def log_length(stack: Stack, host: str) -> int:
    """How much a voice has written so far."""
    return len(read_host_file(stack, host, LOG) or b"")


def said_since(stack: Stack, host: str, length: int) -> Said | None:
    """What a voice said since its log had this length; None for nothing."""
    content = read_host_file(stack, host, LOG) or b""
    # A log that is shorter now was begun anew meanwhile.
    new = content[length:] if len(content) >= length else content
    return last_words(new[-65536:].decode(errors="replace"))


def rebuild(
    stack: Stack,
    host: str,
    voices: Voices,
    start: Callable[[], None],
    before: Callable[[], None] | None = None,
) -> None:
    """Make the voice of a host anew, as a new member; what it knew is deleted, may be repeated.

    `start` starts the service, `before` is done once the store expects the voice. The settings
    of the service are others for its first start only. LabError where the others are no majority.
    """
    usual = (read_host_file(stack, host, SETTINGS) or b"").decode()
    if any(s.name == SERVICE and s.state not in ("stopped", "off") for s in services(stack, host)):
        stop_service(stack, host, SERVICE)

    def forget() -> None:
        write_host_file(stack, host, JOINED, "This voice is made anew.\n")
        run_in_host(stack, host, ["rm", "-rf", DATA], check=True)
        make_host_folder(stack, host, "/srv/etcd", owner=OWNER)

    def start_with(settings: Mapping[str, Any]) -> None:
        if before is not None:
            before()
        text = yaml.safe_dump({**yaml.safe_load(usual), **settings})
        write_host_file(stack, host, SETTINGS, text)
        start()

    try:
        join(stack, host, voices, forget=forget, start=start_with)
    finally:
        write_host_file(stack, host, SETTINGS, usual)


def _mark(stack: Stack) -> Any:
    return stack.path / "store.founded"
