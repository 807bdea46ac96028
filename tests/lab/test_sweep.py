"""Sweeping from half-made states, and the check that nothing is left."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tricenter.lab.disk import attach_disk
from tricenter.lab.host import (
    HostSpec,
    create_host,
    pid_one,
    run_in_host,
)
from tricenter.lab.namespaces import MACHINE
from tricenter.lab.network import (
    ensure_wan,
)
from tricenter.lab.processes import kill
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers, sweep

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(MACHINE.why_not() is not None, reason=str(MACHINE.why_not())),
]

Make = Callable[..., None]


HalfState = Callable[[Stack, Make], None]


def state_file_lost(stack: Stack, make: Make) -> None:
    """Everything runs, and nothing is known of it."""
    make(stack, "one", "two")
    (stack.path / "stack.json").unlink()
    shutil.rmtree(stack.path / "hosts/two/", ignore_errors=True)


def state_files_damaged(stack: Stack, make: Make) -> None:
    """Every record is half written."""
    make(stack, "one")
    for path in (*stack.path.glob("*.json"), *stack.path.glob("hosts/*/*.json")):
        path.write_text('{"schema": 1, "id')


def boot_interrupted(stack: Stack, make: Make) -> None:
    """The machine was told to boot a host, and the verb was killed before it noted the pid."""
    make(stack, "one")
    (stack.path / "hosts/one/pid").unlink()
    kill(ensure_wan(stack))


def create_interrupted(stack: Stack, make: Make) -> None:
    """A namespace file without a namespace, a disk mounted, no host recorded."""
    stack.create(kind="drill")
    create_host(stack, HostSpec(name="one", addresses=("10.77.1.10",), disk_mib=24, kind="site"))
    attach_disk(stack, "one")
    (stack.path / "hosts/one/host.json").unlink()
    Path(f"/run/netns/tc-{stack.id}.half").touch()


def creator_killed(stack: Stack, make: Make) -> None:
    """A process that was making hosts one after another is killed in the middle."""
    code = (
        "import sys\n"
        "from tricenter.lab.host import *\nfrom tricenter.lab.stack import Stack\n"
        "s = Stack(sys.argv[1]); s.create(kind='drill')\n"
        "for i in range(1, 50):\n"
        "    create_host(s, HostSpec(name=f'h{i}', addresses=(f'10.77.{i}.1',), disk_mib=24,"
        " kind='site')); power_on(s, f'h{i}'); print(i, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, stack.id], stdout=subprocess.PIPE, text=True
    ) as maker:
        assert maker.stdout is not None
        maker.stdout.readline()
        threading.Event().wait(0.05)  # somewhere inside the next one
        maker.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(
    "break_it",
    [state_file_lost, state_files_damaged, boot_interrupted, create_interrupted, creator_killed],
)
def test_sweep_takes_all_from_any_state(stack: Stack, break_it: HalfState, make: Make) -> None:
    """Whatever is half there, a sweep takes it all away, and a second one finds nothing."""
    break_it(stack, make)
    assert leftovers(stack.id)
    assert sweep(stack.id)
    assert leftovers(stack.id) == ()
    assert not sweep(stack.id)


def test_sweep_spares_a_stack_with_a_longer_name(stack: Stack, make: Make) -> None:
    """Sweeping `x` leaves `x-more` alone."""
    more = Stack(f"{stack.id}-more")
    try:
        make(stack, "one")
        make(more, "one")
        before = leftovers(more.id)
        assert {found.kind for found in before} >= {"process", "namespace", "mount", "directory"}
        sweep(stack.id)
        assert leftovers(more.id) == before
        assert pid_one(more, "one") is not None
        assert run_in_host(more, "one", ["true"]).returncode == 0
    finally:
        sweep(more.id)


def test_leftovers_sees_what_was_planted(stack: Stack) -> None:
    """The check can fail: a process, a namespace, a mount, a loop and a directory are each seen."""
    env = {**os.environ, "TRICENTER_STACK": stack.id, "TRICENTER_HOST": "planted"}
    stray = subprocess.Popen(["sleep", "1000"], env=env)
    try:
        name = f"tc-{stack.id}.planted"
        subprocess.run(["ip", "netns", "add", name], check=True)
        folder = stack.path / "hosts/planted/point"
        folder.mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "none", str(folder)], check=True)
        image = stack.path / "hosts/planted/disk.img"
        with image.open("wb") as file:
            file.truncate(1 << 20)
        device = subprocess.run(
            ["losetup", "-f", "--show", str(image)], check=True, capture_output=True, text=True
        ).stdout.strip()
        seen = {(found.kind, found.name) for found in leftovers(stack.id)}
        assert seen == {
            ("process", str(stray.pid)),
            ("namespace", name),
            ("mount", str(folder)),
            ("loop", device),
            ("directory", str(stack.path)),
        }
        assert sweep(stack.id)
        assert leftovers(stack.id) == ()
    finally:
        stray.kill()
        stray.wait()
