"""Services of a host: definitions on its disk that its supervisor keeps running."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from tricenter.lab.errors import LabError
from tricenter.lab.files import (
    delete_host_file,
    list_host_folder,
    read_host_file,
    write_host_file,
)
from tricenter.lab.machine import machine_of
from tricenter.lab.stack import Stack, check_name
from tricenter.lab.supervision import ask
from tricenter.lab.waits import TIMEOUTS, until

DEFINITIONS = "/srv/.services"
ENDING = ".json"
ServiceState = Literal["off", "waiting", "starting", "ready", "backoff", "stopping", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpProbe:
    """Ready when something accepts connections there."""

    address: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandProbe:
    """Ready when the program, run as the service's user, ends with 0."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpec:
    """A program to keep running; times in seconds.

    It starts once each service in `after` was ready since power came on. Its user owns
    /run/<name>. `digest` is any text, such as a hash of configuration files: a definition that
    changed replaces the running process. No secret may stand in `argv` or `env`.
    """

    name: str
    argv: tuple[str, ...]
    user: str = "root"
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    cwd: str = "/"
    after: tuple[str, ...] = ()
    ready: TcpProbe | CommandProbe | None = None
    restart_delay: float = 0.5
    stop_signal: str = "SIGTERM"
    stop_timeout: float = 30.0
    log: str | None = None
    digest: str = ""

    def __post_init__(self) -> None:
        check_name(self.name, "service name")
        object.__setattr__(self, "argv", tuple(self.argv))
        object.__setattr__(self, "after", tuple(self.after))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus:
    """A service now; `pid` as the host numbers it (0: none), `since` in seconds of the epoch."""

    name: str
    state: ServiceState
    pid: int = 0
    restarts: int = 0
    since: float = 0.0
    detail: str = ""


def put_service(stack: Stack, host: str, spec: ServiceSpec, *, restart: bool = True) -> None:
    """Define a service and have it started; of a host that is off, it starts with the power.

    A changed definition replaces the running process, without `restart` at its next start.
    """
    write_host_file(stack, host, _path(spec.name), _text(spec), mode=0o600)
    ask(stack, host, {"verb": "reload", "restart": restart})


def is_defined(stack: Stack, host: str, spec: ServiceSpec) -> bool:
    """Whether a service is defined on a host just so."""
    wanted = machine_of(stack).localise(stack, host, _text(spec))
    return read_host_file(stack, host, _path(spec.name)) == wanted.encode()


def remove_service(stack: Stack, host: str, name: str) -> None:
    """Stop a service and delete its definition; fine when it is not there."""
    if read_host_file(stack, host, _path(name)) is None:
        return
    delete_host_file(stack, host, _path(name))
    ask(stack, host, {"verb": "reload"})

    def gone() -> bool:
        reply = ask(stack, host, {"verb": "status", "all": True})
        return reply is None or all(s.name != name for s in _statuses(reply))

    until(gone, TIMEOUTS.shutdown, f"end of service {name} in host {host}")


def services(stack: Stack, host: str) -> tuple[ServiceStatus, ...]:
    """Every service of a host by name; of a host that is off, those that it would start."""
    reply = ask(stack, host, {"verb": "status"})
    if reply is not None:
        return _statuses(reply)
    names = list_host_folder(stack, host, DEFINITIONS)
    defined = (name for name in names if name.endswith(ENDING) and not name.startswith("."))
    return tuple(ServiceStatus(name=name.removesuffix(ENDING), state="off") for name in defined)


def service(stack: Stack, host: str, name: str) -> ServiceStatus | None:
    """One service, None when it is not defined."""
    return next((found for found in services(stack, host) if found.name == name), None)


def read_service(stack: Stack, host: str, name: str) -> ServiceSpec | None:
    """The definition on the host's disk."""
    content = read_host_file(stack, host, _path(name))
    if content is None:
        return None
    data = cast(dict[str, Any], json.loads(content))
    ready = data.pop("ready")
    if ready is not None:
        ready = TcpProbe(**ready) if "port" in ready else CommandProbe(argv=tuple(ready["argv"]))
    return ServiceSpec(ready=ready, **data)


def start_service(stack: Stack, host: str, name: str) -> None:
    """Start a stopped service, or end its back-off."""
    _do(stack, host, {"verb": "start", "name": name})


def stop_service(stack: Stack, host: str, name: str) -> None:
    """Stop a service until it is started, or power comes back; returns when it is dead."""
    _do(stack, host, {"verb": "stop", "name": name})
    wait_service(stack, host, name, state="stopped", timeout=TIMEOUTS.shutdown)


def restart_service(stack: Stack, host: str, name: str) -> None:
    """Replace the process of a service."""
    _do(stack, host, {"verb": "restart", "name": name})


def reload_service(stack: Stack, host: str, name: str) -> None:
    """Have a service read its configuration again (SIGHUP)."""
    signal_service(stack, host, name, "SIGHUP")


def signal_service(stack: Stack, host: str, name: str, signal: str) -> None:
    """Send a signal by name to the main process; LabError when it has none."""
    if not _do(stack, host, {"verb": "signal", "name": name, "signal": signal})["done"]:
        raise LabError(f"service {name} of host {host} has no process")


def wait_service(
    stack: Stack,
    host: str,
    name: str,
    *,
    state: ServiceState = "ready",
    timeout: float = TIMEOUTS.service,
) -> ServiceStatus:
    """Wait for a state of a service; LabError with its last words when it does not come."""

    def reached() -> tuple[ServiceStatus, ...]:
        return tuple(s for s in services(stack, host) if s.name == name and s.state == state)

    try:
        return until(reached, timeout, f"{state} of service {name}")[0]
    except LabError:
        now = service(stack, host, name)
        said = service_log(stack, host, name, 8)
        seen = f"{now.state}, {now.detail or 'no detail'}" if now else "not defined"
        raise LabError(
            f"service {name} of host {host} is not {state} after {timeout:g} s: {seen}\n{said}"
        ) from None


def service_log(stack: Stack, host: str, name: str, lines: int = 20) -> str:
    """The last lines that a service wrote."""
    spec = read_service(stack, host, name)
    path = (spec.log if spec else None) or f"/srv/log/{name}.log"
    content = read_host_file(stack, host, path) or b""
    return "\n".join(content[-65536:].decode(errors="replace").splitlines()[-lines:])


def _statuses(reply: dict[str, Any]) -> tuple[ServiceStatus, ...]:
    return tuple(
        ServiceStatus(**found) for found in sorted(reply["services"], key=lambda s: s["name"])
    )


def _do(stack: Stack, host: str, request: dict[str, Any]) -> dict[str, Any]:
    reply = ask(stack, host, request)
    if reply is None:
        raise LabError(f"host {host} of stack {stack.id} is off")
    return reply


def _path(name: str) -> str:
    return f"{DEFINITIONS}/{name}{ENDING}"


def _text(spec: ServiceSpec) -> str:
    return json.dumps(asdict(spec), indent=1, sort_keys=True)
