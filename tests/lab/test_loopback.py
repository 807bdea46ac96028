"""The fallback without namespaces: the same verbs on loopback addresses, and its stated limits."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tricenter.lab.errors import NotPossible
from tricenter.lab.host import (
    HostSpec,
    create_host,
    delete_host,
    host_processes,
    is_on,
    power_off,
    power_on,
    read_host_file,
    run_in_host,
    write_host_file,
)
from tricenter.lab.loopback import local_address
from tricenter.lab.network import cut, isolate, links, set_link
from tricenter.lab.service import (
    ServiceSpec,
    TcpProbe,
    put_service,
    service,
    signal_service,
    wait_service,
)
from tricenter.lab.shared_memory import shared_memory_of
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.waits import until


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A loopback stack in a home of its own, swept afterwards."""
    home = tmp_path / "lab"
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(home))
    found = Stack(f"loop-{os.getpid()}")
    found.create(kind="drill", network="loopback")
    yield found
    sweep(found.id)
    assert leftovers(found.id) == ()
    assert not home.exists()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that other users can pass; pytest closes its own again at any time."""
    with tempfile.TemporaryDirectory(prefix="tricenter-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def make(stack: Stack, *names: str) -> None:
    """Create and boot hosts 10.77.1.10, 10.77.2.10 and so on."""
    for number, name in enumerate(names, start=1):
        spec = HostSpec(name=name, addresses=(f"10.77.{number}.10",), disk_mib=16, kind="site")
        create_host(stack, spec)
        power_on(stack, name)


def test_addresses_and_paths_are_localised(stack: Stack) -> None:
    """A file for a host gets loopback addresses and the host's folders, and no other change."""
    make(stack, "one")
    text = "listen 10.77.1.10:80, 0.0.0.0, 127.0.0.1; log /srv/log/x; /usr/srv; v1.2.3; "
    text += "203.0.113.7"
    write_host_file(stack, "one", "/srv/etc/x", text)
    found = (read_host_file(stack, "one", "/srv/etc/x") or b"").decode()
    here = local_address(stack.id, "10.77.1.10")
    assert re.fullmatch(r"127\.\d+\.1\.10", here)
    own = here.removesuffix("10") + "1"
    assert f"listen {here}:80, 0.0.0.0, {own}; log {stack.path}/hosts/one/srv/log/x;" in found
    assert found.endswith(f"/usr/srv; v1.2.3; {local_address(stack.id, '203.0.113.7')}")


def test_services_run_die_and_come_back(stack: Stack) -> None:
    """A service listens on its own address, is restarted, ends with the power and comes back."""
    make(stack, "one", "two")
    server = (
        "import socket, sys, time; s = socket.create_server((sys.argv[1], 8080)); time.sleep(99)"
    )
    for number, name in enumerate(("one", "two"), start=1):
        spec = ServiceSpec(
            name="web",
            argv=(sys.executable, "-c", server, f"10.77.{number}.10"),
            ready=TcpProbe(address=f"10.77.{number}.10", port=8080),
            restart_delay=0.1,
        )
        put_service(stack, name, spec)
    first = wait_service(stack, "one", "web").pid
    wait_service(stack, "two", "web")
    signal_service(stack, "one", "web", "SIGKILL")
    until(
        lambda: (s := service(stack, "one", "web")) and s.state == "ready" and s.pid != first,
        10,
        "a new process",
    )
    power_off(stack, "one")
    assert not is_on(stack, "one")
    assert host_processes(stack, "one") == ()
    assert len(host_processes(stack, "two")) == 2
    power_on(stack, "one")
    wait_service(stack, "one", "web")


def test_orphans_end_with_the_power(stack: Stack) -> None:
    """A process that left its session and its parent still belongs to the host."""
    make(stack, "one")
    run_in_host(stack, "one", ["sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 &"])
    until(lambda: any(p.name == "sleep" for p in host_processes(stack, "one")), 5, "the orphan")
    power_off(stack, "one")
    assert host_processes(stack, "one") == ()
    delete_host(stack, "one")
    delete_host(stack, "one")
    assert stack.hosts() == ()


def test_shared_memory_goes_with_the_power(stack: Stack) -> None:
    """POSIX shared memory that a killed process had mapped is removed."""
    make(stack, "one")
    name = f"/dev/shm/tricenter-test-{os.getpid()}"
    code = (
        "import mmap, time\n"
        f"f = open({name!r}, 'w+b'); f.truncate(4096); m = mmap.mmap(f.fileno(), 4096)\n"
        "time.sleep(99)"
    )
    put_service(stack, "one", ServiceSpec(name="shm", argv=(sys.executable, "-c", code)))
    until(
        lambda: name in shared_memory_of(p.pid for p in host_processes(stack, "one")).files,
        10,
        "the shared memory",
    )
    power_off(stack, "one")
    assert not Path(name).exists()


def test_limits_are_said_and_kept(stack: Stack) -> None:
    """What loopback cannot do is refused with the reason, and no delay is claimed."""
    make(stack, "one", "two")
    assert stack.can == frozenset()
    assert any("no partition" in sentence for sentence in stack.limits)
    with pytest.raises(NotPossible, match="nothing can be cut"):
        cut(stack, "one", "two")
    with pytest.raises(NotPossible, match="none can be isolated"):
        isolate(stack, "one")
    set_link(stack, "one", "two", 30_000)
    assert {link.delay_us for link in links(stack)} == {0}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become an ordinary user")
def test_an_ordinary_user_can_use_it(open_folder: Path) -> None:
    """As a user without rights, hosts are made, run services and are swept away."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from tricenter.lab.host import *; from tricenter.lab.service import *\n"
        "from tricenter.lab.stack import Stack; from tricenter.lab.sweep import *\n"
        "s = Stack('ordinary'); print(s.create().network)\n"
        "spec = HostSpec(name='one', addresses=('10.77.1.10',), disk_mib=16, kind='site')\n"
        "create_host(s, spec)\n"
        "power_on(s, 'one')\n"
        "put_service(s, 'one', ServiceSpec(name='nap', argv=('sleep', '99'), user='postgres'))\n"
        "wait_service(s, 'one', 'nap'); sweep('ordinary'); print(leftovers('ordinary'))\n"
    )
    packages = open_folder / "code/tricenter"
    packages.mkdir(parents=True)
    root = Path(__file__).resolve().parents[2]
    for folder in ("lab", "topology"):
        (packages / folder).symlink_to(root / folder)
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    env = {
        "HOME": str(home),
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "PYTHONPATH": f"{packages.parent}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code, str(packages.parent)],
        env=env, user=65534, group=65534, extra_groups=[], capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    if "Permission denied" in done.stderr and str(root) in done.stderr:
        pytest.skip("this checkout is in a private folder, which an ordinary user cannot read")
    assert done.stdout.split("\n") == ["loopback", "()", ""], done.stderr
