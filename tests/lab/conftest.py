"""Real hosts for a test: a stack of its own, swept before and after."""

import os
import socket
import zlib
from collections.abc import Callable, Iterator

import pytest

from tests.lab.deployment import Deployment, new_deployment
from tricenter.lab.host import HostSpec, create_host, enter_network, power_on, run_in_host
from tricenter.lab.service import ServiceSpec, put_service
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.waits import until
from tricenter.setup.places import checkout
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

ECHO = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 7))
while True:
    data, peer = s.recvfrom(2000)
    s.sendto(data, peer)
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the example."""
    return compile_plan(load(checkout() / "stacks" / "ledger.yaml"))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The example, deployed once."""
    with new_deployment(tmp_path_factory.mktemp("deployment")) as made:
        made.verb("up")
        yield made


@pytest.fixture
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """A stack of the test's own; nothing of it may be left."""
    found = Stack(f"hosts-{os.getpid()}-{zlib.crc32(request.node.nodeid.encode()) % 10000}")
    sweep(found.id)
    yield found
    sweep(found.id)
    assert leftovers(found.id) == ()


@pytest.fixture
def make() -> Callable[..., None]:
    """Create and boot hosts 10.77.1.10, 10.77.2.10 and so on, each with a second address."""

    def make(stack: Stack, *names: str) -> None:
        stack.create(kind="drill")
        for number, name in enumerate(names, start=1):
            addresses = (f"10.77.{number}.10", f"10.77.{number}.11")
            create_host(stack, HostSpec(name=name, addresses=addresses, disk_mib=24, kind="site"))
            power_on(stack, name)

    return make


@pytest.fixture
def echo_in() -> Callable[[Stack, str], None]:
    """Run a UDP echo service on port 7 of a host."""

    def listening(stack: Stack, host: str) -> bool:
        rows = run_in_host(stack, host, ["cat", "/proc/net/udp"]).stdout.splitlines()[1:]
        return any(row.split()[1].endswith(":0007") for row in rows)

    def echo_in(stack: Stack, host: str) -> None:
        spec = ServiceSpec(name="echo", argv=("python", "-c", ECHO), user="nobody")
        put_service(stack, host, spec)
        until(lambda: listening(stack, host), 20, "the echo service")

    return echo_in


@pytest.fixture
def answers() -> Callable[[Stack, str, str], bool]:
    """Whether an echo comes back to a host from an address."""

    def answers(stack: Stack, host: str, address: str) -> bool:
        with (
            enter_network(stack, host),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe,
        ):
            probe.settimeout(0.4)
            probe.sendto(b"?", (address, 7))
            try:
                return probe.recv(10) == b"?"
            except (TimeoutError, ConnectionRefusedError):
                return False

    return answers
