"""Services under the supervisor of a real host."""

from collections.abc import Callable

import pytest

from tricenter.lab.errors import LabError
from tricenter.lab.host import (
    host_processes,
    power_off,
    read_host_file,
    write_host_file,
)
from tricenter.lab.namespaces import MACHINE
from tricenter.lab.service import (
    CommandProbe,
    ServiceSpec,
    TcpProbe,
    put_service,
    remove_service,
    service,
    signal_service,
    stop_service,
    wait_service,
)
from tricenter.lab.stack import Stack
from tricenter.lab.waits import until

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(MACHINE.why_not() is not None, reason=str(MACHINE.why_not())),
]

Make = Callable[..., None]


def test_supervisor_restarts_what_dies(stack: Stack, make: Make) -> None:
    """A killed service gets a new process; one that cannot live waits longer each time."""
    make(stack, "one")
    put_service(stack, "one", ServiceSpec(name="nap", argv=("sleep", "1000"), restart_delay=0.1))
    first = wait_service(stack, "one", "nap").pid
    signal_service(stack, "one", "nap", "SIGKILL")

    def replaced() -> bool:
        now = service(stack, "one", "nap")
        return now is not None and now.state == "ready" and now.pid != first

    until(replaced, 10, "a new process")
    put_service(stack, "one", ServiceSpec(name="bad", argv=("false",), restart_delay=0.2))
    state = wait_service(stack, "one", "bad", state="backoff")
    assert state.detail == "exit code 1"
    put_service(stack, "one", ServiceSpec(name="none", argv=("/no/such/program",)))
    assert wait_service(stack, "one", "none", state="backoff").detail == "exit code 127"
    with pytest.raises(LabError, match="cannot start /no/such/program"):
        wait_service(stack, "one", "none", timeout=0.3)


def test_services_start_in_order_and_stop(stack: Stack, make: Make) -> None:
    """A service waits for those it needs to be ready; changes, stops and removals take effect."""
    make(stack, "one")
    server = "import socket, time; s = socket.create_server(('10.77.1.11', 80)); time.sleep(999)"
    late = ServiceSpec(name="late", argv=("sleep", "1000"), after=("web", "file"))
    put_service(stack, "one", late)
    until(lambda: (s := service(stack, "one", "late")) and s.detail, 5, "the reason")
    assert service(stack, "one", "late").detail == "after web, file"  # pyright: ignore
    web = ServiceSpec(
        name="web",
        argv=("python", "-c", server),
        user="nobody",
        ready=TcpProbe(address="10.77.1.11", port=80),
    )
    put_service(stack, "one", web)
    wait_service(stack, "one", "web")
    flag = ServiceSpec(
        name="file", argv=("sleep", "1000"), ready=CommandProbe(argv=("test", "-e", "/srv/flag"))
    )
    put_service(stack, "one", flag)
    wait_service(stack, "one", "file", state="starting")
    assert service(stack, "one", "late").state == "waiting"  # pyright: ignore
    write_host_file(stack, "one", "/srv/flag", "")
    wait_service(stack, "one", "late")
    first = wait_service(stack, "one", "web").pid
    put_service(stack, "one", web)
    assert service(stack, "one", "web").pid == first  # pyright: ignore
    changed = ServiceSpec(name="file", argv=("sleep", "1001"), ready=flag.ready)
    put_service(stack, "one", changed)
    until(
        lambda: any("1001" in process.argv for process in host_processes(stack, "one")),
        10,
        "the changed process",
    )
    stop_service(stack, "one", "late")
    assert service(stack, "one", "late").state == "stopped"  # pyright: ignore
    remove_service(stack, "one", "web")
    remove_service(stack, "one", "web")
    assert service(stack, "one", "web") is None
    assert not any("create_server" in " ".join(p.argv) for p in host_processes(stack, "one"))


def test_orderly_end_stops_the_dependent_first(stack: Stack, make: Make) -> None:
    """An orderly power-off sends SIGTERM to dependents before what they depend on."""
    make(stack, "one")
    script = (
        "trap 'sleep {1}; echo {0} >> /srv/order; exit 0' TERM; touch /srv/up-{0}; "
        "while :; do sleep 0.05; done"
    )
    for name, after, slow in (("low", (), 0), ("high", ("low",), 0.4)):
        put_service(
            stack,
            "one",
            ServiceSpec(
                name=name,
                argv=("sh", "-c", script.format(name, slow)),
                after=after,
                ready=CommandProbe(argv=("test", "-e", f"/srv/up-{name}")),
            ),
        )
        wait_service(stack, "one", name)
    power_off(stack, "one", graceful=True)
    assert read_host_file(stack, "one", "/srv/order") == b"high\nlow\n"
