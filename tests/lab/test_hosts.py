"""Hosts and their disks, on the real machine."""

import os
from collections.abc import Callable

import pytest

from tricenter.lab.disk import disk_mounted, loop_devices
from tricenter.lab.errors import LabError
from tricenter.lab.host import (
    HostSpec,
    create_host,
    host_processes,
    is_on,
    memory,
    popen_in_host,
    power_off,
    power_on,
    read_host_file,
    run_in_host,
    write_host_file,
)
from tricenter.lab.namespaces import MACHINE
from tricenter.lab.processes import is_alive
from tricenter.lab.service import (
    ServiceSpec,
    put_service,
    services,
    wait_service,
)
from tricenter.lab.stack import Stack
from tricenter.lab.waits import until

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(MACHINE.why_not() is not None, reason=str(MACHINE.why_not())),
]

Make = Callable[..., None]


def test_power_loss_kills_all_and_keeps_the_disk(stack: Stack, make: Make) -> None:
    """After a power loss no process is left, memory is gone, the disk and its services are not."""
    make(stack, "one")
    write_host_file(stack, "one", "/srv/data/kept", "kept", owner="nobody", mode=0o600)
    run_in_host(stack, "one", ["sh", "-c", "echo lost > /run/lost; echo lost > /dev/shm/lost"])
    put_service(stack, "one", ServiceSpec(name="nap", argv=("sleep", "1000")))
    wait_service(stack, "one", "nap")
    escaped = popen_in_host(stack, "one", ["setsid", "sh", "-c", "sleep 1000 & sleep 1001"])
    until(lambda: len(host_processes(stack, "one")) >= 6, 10, "the processes")
    before = [process.pid for process in host_processes(stack, "one")]
    power_off(stack, "one")
    escaped.wait(10)
    assert not is_on(stack, "one")
    assert not any(is_alive(pid) for pid in before if pid != escaped.pid)
    assert read_host_file(stack, "one", "/srv/data/kept") == b"kept"
    assert [(s.name, s.state) for s in services(stack, "one")] == [("nap", "off")]
    until(lambda: not loop_devices(stack.path / "hosts/one/disk.img"), 5, "release of the disk")
    power_on(stack, "one")
    assert wait_service(stack, "one", "nap").pid > 0
    shown = run_in_host(stack, "one", ["sh", "-c", "cat /srv/data/kept; ls /run /dev/shm"]).stdout
    assert shown.startswith("kept")
    assert "lost" not in shown


def test_host_is_closed(stack: Stack, make: Make) -> None:
    """A host has its own name and hosts file, and sees no disk, process or namespace of others."""
    make(stack, "one", "two")
    assert run_in_host(stack, "one", ["hostname"]).stdout == "one\n"
    assert "10.77.2.10 two" in run_in_host(stack, "one", ["cat", "/etc/hosts"]).stdout
    mounts = run_in_host(stack, "one", ["cat", "/proc/self/mountinfo"]).stdout
    assert "hosts/two" not in mounts
    assert "netns" not in mounts
    assert run_in_host(stack, "one", ["ls", str(stack.path.parent)]).stdout == ""
    assert run_in_host(stack, "one", ["touch", "/usr/mark", "/etc/mark"]).returncode != 0
    ran = run_in_host(stack, "one", ["cat", "/proc/1/cmdline", "/proc/1/environ"]).stdout
    assert "supervisor" in ran
    secret = {"SECRET_OF_CALLER": "x"}
    os.environ |= secret
    try:
        assert "SECRET_OF_CALLER" not in run_in_host(stack, "one", ["env"]).stdout
    finally:
        del os.environ["SECRET_OF_CALLER"]
    code = "import os, tricenter.lab.stack; print(os.getuid(), os.getcwd())"
    done = run_in_host(stack, "one", ["python", "-c", code], user="nobody", cwd="/tmp")
    assert done.stdout.split()[1] == "/tmp", done.stderr
    assert memory(stack, "one") < 40 << 20


def test_full_disk_is_full_in_one_host_only(stack: Stack, make: Make) -> None:
    """Filling one host's disk gives 'no space' there and nowhere else; growing it helps."""
    make(stack, "one", "two")
    fill = ["dd", "if=/dev/zero", "of=/srv/ballast", "bs=1M", "count=64"]
    assert "No space left" in run_in_host(stack, "one", fill).stderr
    with pytest.raises(LabError, match="the disk of one is full"):
        write_host_file(stack, "one", "/srv/more", b"x" * 4_000_000)
    write_host_file(stack, "two", "/srv/more", b"x" * 4_000_000)
    power_off(stack, "one")
    spec = HostSpec(name="one", addresses=("10.77.1.10",), disk_mib=48, kind="site")
    create_host(stack, spec)
    write_host_file(stack, "one", "/srv/more", b"x" * 4_000_000)


def test_command_that_hangs_is_ended(stack: Stack, make: Make) -> None:
    """A command over its time ends with all its children, and one in an off host is refused."""
    make(stack, "one")
    with pytest.raises(LabError, match=r"did not end in 0\.3 s"):
        run_in_host(stack, "one", ["sh", "-c", "sleep 1000 & sleep 1001"], timeout=0.3)
    until(lambda: not any(p.name == "sleep" for p in host_processes(stack, "one")), 5, "their end")
    with pytest.raises(LabError, match="ended with 3: why"):
        run_in_host(stack, "one", ["sh", "-c", "echo why >&2; exit 3"], check=True)
    power_off(stack, "one")
    with pytest.raises(LabError, match=r"host one of stack .* is off"):
        run_in_host(stack, "one", ["true"])


def test_disk_of_an_off_host_is_mounted_only_meanwhile(stack: Stack) -> None:
    """Files can be prepared on the disk of a host without power, which is then let go."""
    stack.create(kind="drill")
    create_host(stack, HostSpec(name="v", addresses=("10.77.9.9",), disk_mib=24, kind="vault"))
    with disk_mounted(stack, "v") as disk:
        (disk / "note").write_text("x")
        assert loop_devices(stack.path / "hosts/v/disk.img")
    assert not (stack.path / "hosts/v/disk/note").exists()
    until(lambda: not loop_devices(stack.path / "hosts/v/disk.img"), 5, "release of the disk")


def test_a_disk_that_is_gone_is_made_anew(stack: Stack, make: Make) -> None:
    """Nothing is read from it meanwhile; and never from under a host that still runs from it."""
    make(stack, "one")
    image = stack.path / "hosts/one/disk.img"
    spec = HostSpec(name="one", addresses=("10.77.1.10",), disk_mib=24, kind="site")
    write_host_file(stack, "one", "/srv/note", "x")
    image.unlink()
    with pytest.raises(LabError, match="still runs from it"):
        create_host(stack, spec)
    run_in_host(stack, "one", ["kill", "1"])
    until(lambda: not is_on(stack, "one"), 10, "the end of the host")
    power_off(stack, "one")
    assert read_host_file(stack, "one", "/srv/note") is None
    image.write_bytes(bytes(1 << 20))
    for _ in range(2):
        create_host(stack, spec)
        power_on(stack, "one")
        assert read_host_file(stack, "one", "/srv/note") is None
        assert image.stat().st_size == 24 << 20
        write_host_file(stack, "one", "/srv/kept", "x")
    assert read_host_file(stack, "one", "/srv/kept") == b"x"
