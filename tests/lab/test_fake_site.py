"""A stranger pretends to be a site: what they start is never entered, nor believed."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import stranger
from tricenter.lab.errors import LabError
from tricenter.lab.host import is_on, power_off, power_on, run_in_host
from tricenter.lab.namespaces import MACHINE
from tricenter.lab.stack import HOST_VARIABLE, STACK_VARIABLE, Stack
from tricenter.lab.supervision import NOTE, pid_one
from tricenter.lab.waits import until

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(MACHINE.why_not() is not None, reason=str(MACHINE.why_not())),
]

ATTACK = """
mount -t tmpfs none /usr/local/sbin
printf '#!/bin/sh\\nid -u > %s\\n' > /usr/local/sbin/attack
chmod 755 /usr/local/sbin/attack
echo ready
exec sleep 1000
"""
"""In namespaces of one's own everybody may mount; the program there waits to be run as root."""


@pytest.fixture
def proof() -> Iterator[Path]:
    """A file that the attack writes its user's number into."""
    with stranger.open_folder() as folder:
        folder.chmod(0o777)
        yield folder / "proof"


@pytest.fixture
def fake(stack: Stack, proof: Path) -> Iterator[Callable[[str], int]]:
    """Starts a process of the stranger that says it is a host; its number outside."""
    started: list[subprocess.Popen[str]] = []

    def start(host: str) -> int:
        argv = ["unshare", "--user", "--map-root-user", "--mount", "--net", "--pid", "--fork"]
        process = stranger.popen(
            [*argv, "sh", "-c", ATTACK % proof],
            env={"PATH": os.environ["PATH"], STACK_VARIABLE: stack.id, HOST_VARIABLE: host},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout is not None
        said = process.stdout.readline()
        if said != "ready\n":
            pytest.skip(f"a stranger may not make namespaces here: {said}")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        return int(until(lambda: children.read_text().split(), 5, "the fake site")[0])

    yield start
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_fake_site_is_not_entered(
    stack: Stack, make: Callable[..., None], fake: Callable[[str], int], proof: Path
) -> None:
    """Its program would run as root of the machine; the real host is off, and that is what is said.

    Neither by its marks nor by its number in the host's own note is it taken for the host.
    """
    make(stack, "one")
    power_off(stack, "one")
    pid = fake("one")
    with pytest.raises(LabError, match="host one of stack .* is off"):
        run_in_host(stack, "one", ["attack"])
    (stack.path / "hosts/one" / NOTE).write_text(str(pid))
    with pytest.raises(LabError, match="host one of stack .* is off"):
        run_in_host(stack, "one", ["attack"])
    assert not proof.exists()
    assert not is_on(stack, "one")
    power_on(stack, "one")
    real = pid_one(stack, "one")
    assert real not in {None, pid}
    (stack.path / "hosts/one" / NOTE).unlink()
    assert pid_one(stack, "one") == real


def test_a_fake_site_has_no_say(
    stack: Stack, make: Callable[..., None], fake: Callable[[str], int], proof: Path
) -> None:
    """While the real host runs, everything still goes there."""
    fake("one")
    make(stack, "one")
    assert run_in_host(stack, "one", ["hostname"]).stdout == "one\n"
    assert run_in_host(stack, "one", ["attack"]).returncode != 0
    shown = run_in_host(stack, "one", ["readlink", "/proc/1/ns/user"]).stdout.strip()
    assert json.dumps(shown) == json.dumps(str(Path("/proc/self/ns/user").readlink()))
    assert not proof.exists()


def test_the_network_alone_proves_nothing(
    stack: Stack, make: Callable[..., None], fake: Callable[[str], int]
) -> None:
    """A stranger's process, were it in the host's network by a fault elsewhere, is no host."""
    make(stack, "one")
    power_off(stack, "one")
    pid = fake("one")
    network = Path(f"/proc/{pid}/ns/net").stat().st_ino
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tricenter.lab.namespaces.place_inode", lambda *_: network)
        assert pid_one(stack, "one") is None
