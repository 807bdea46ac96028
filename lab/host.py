"""Hosts: created, powered on and off, run in, deleted; of either kind of lab."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from typing import Any

from tricenter.lab.disk import host_folder
from tricenter.lab.errors import LabError
from tricenter.lab.files import make_host_folder, read_host_file, write_host_file
from tricenter.lab.machine import machine_of
from tricenter.lab.network.control import ensure_wan
from tricenter.lab.network.links import isolate, read_matrix, rejoin
from tricenter.lab.processes import (
    Process,
    describe,
    end_all,
    kill,
    proportional_memory,
)
from tricenter.lab.records import HostSpec, find_host, read_spec
from tricenter.lab.shared_memory import (
    SharedMemory,
    remove_shared_memory,
    shared_memory_of,
)
from tricenter.lab.stack import (
    HOST_VARIABLE,
    STACK_VARIABLE,
    Stack,
    file_lock,
    write_json,
)
from tricenter.lab.supervision import NOTE, ask, note, pid_one
from tricenter.lab.waits import TIMEOUTS, until

__all__ = [
    "HostSpec", "create_host", "delete_host", "enter_network", "find_host", "host_environment",
    "host_processes", "is_on",
    "list_hosts",  "make_host_folder", "memory", "pid_one",
    "popen_in_host", "power_off", "power_on", "read_host_file", "run_in_host",
    "update_addresses", "write_host_file",
]  # fmt: skip

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def create_host(stack: Stack, spec: HostSpec) -> None:
    """Make a host without power; of one that is there, mend it, set addresses, grow the disk."""
    folder = host_folder(stack, spec.name)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _power_lock(stack, spec.name):
        # The record comes first: a sweep needs none, but `delete_host` of half a host does.
        write_json(folder / "host.json", asdict(spec))
        machine_of(stack).create(stack, spec)
        _write_hosts_file(stack)


def delete_host(stack: Stack, name: str) -> None:
    """Take a host away with everything on it; fine when it, or half of it, is gone."""
    folder = host_folder(stack, name)
    if not folder.exists() and name not in read_matrix(stack)["hosts"]:
        return
    power_off(stack, name, cut_network=False)
    machine_of(stack).delete(stack, name)
    shutil.rmtree(folder, ignore_errors=True)
    _write_hosts_file(stack)


def list_hosts(stack: Stack) -> tuple[HostSpec, ...]:
    """The hosts of a stack, by name."""
    return stack.hosts()


def update_addresses(stack: Stack, name: str, addresses: Sequence[str]) -> None:
    """Give a host, on or off, exactly these addresses."""
    spec = find_host(stack, name)
    changed = HostSpec(
        name=name, addresses=tuple(addresses), disk_mib=spec.disk_mib, kind=spec.kind
    )
    create_host(stack, changed)


def power_on(stack: Stack, name: str) -> None:
    """Boot the host; returns when its supervisor answers. Services start by themselves."""
    spec = find_host(stack, name)
    with _power_lock(stack, name):
        ensure_wan(stack)
        if spec.disk_mib and pid_one(stack, name) is None:
            _write_hosts_file(stack)
            pid = machine_of(stack).boot(stack, spec, host_environment(stack, name))
            note(host_folder(stack, name) / NOTE, pid)
        rejoin(stack, name, "power")
        if spec.disk_mib:
            until(
                lambda: ask(stack, name, {"verb": "status"}), TIMEOUTS.boot, f"boot of host {name}"
            )


def power_off(stack: Stack, name: str, *, graceful: bool = False, cut_network: bool = True) -> None:
    """End the host: at once by SIGKILL of its first process, or its services in order.

    Without `graceful` the network goes first (`cut_network`), since processes that die send
    their peers a farewell, which a lost site does not. Returns when no process is left.
    """
    spec = read_spec(host_folder(stack, name) / "host.json")
    machine = machine_of(stack)
    with _power_lock(stack, name):
        pid = pid_one(stack, name)
        in_network = name in read_matrix(stack)["hosts"]
        if graceful and pid is not None:
            ask(stack, name, {"verb": "end"})
            until(
                lambda: pid_one(stack, name) is None, TIMEOUTS.shutdown, f"shutdown of host {name}"
            )
        elif cut_network and in_network and "cut" in machine.can:
            isolate(stack, name, "power")
        shared = SharedMemory(segments=(), files=())
        if spec is not None and "namespaces" not in machine.can:
            shared = shared_memory_of(machine.process_ids(stack, spec))
        if (pid := pid_one(stack, name)) is not None:
            kill(pid)
        if spec is not None:
            end_all(lambda: set(machine.process_ids(stack, spec)) - {os.getpid()})
            remove_shared_memory(shared)
            if spec.disk_mib:
                machine.power_gone(stack, name)
        if in_network and "cut" in machine.can:
            isolate(stack, name, "power")


def is_on(stack: Stack, name: str) -> bool:
    """Whether the host has power."""
    spec = find_host(stack, name)
    if spec.disk_mib:
        return pid_one(stack, name) is not None
    reasons = read_matrix(stack)["hosts"].get(name, {"isolated": ["power"]})["isolated"]
    return "power" not in reasons


def host_environment(
    stack: Stack, name: str, user: str | None = None, env: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The whole environment of a process in a host: nothing of the caller's own is in it."""
    machine = machine_of(stack)
    inside = bool(find_host(stack, name).disk_mib) and "namespaces" in machine.can
    owner = user if user and os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    prefix = "/run/tricenter/venv" if inside else sys.prefix
    found = {
        STACK_VARIABLE: stack.id,
        HOST_VARIABLE: name,
        "PATH": f"{prefix}/bin:{SYSTEM_PATH}",
        "LANG": "C.UTF-8",
        "HOME": pwd.getpwnam(owner).pw_dir,
        **machine.inner(stack, name),
    }
    if inside:
        found["PYTHONPATH"] = "/run/tricenter/code"
    elif "PYTHONPATH" in os.environ:
        found["PYTHONPATH"] = os.environ["PYTHONPATH"]
    if env:
        found |= {key: machine.localise(stack, name, value) for key, value in env.items()}
    return found


def popen_in_host(
    stack: Stack,
    name: str,
    argv: Sequence[str],
    *,
    user: str | None = None,
    env: Mapping[str, str] | None = None,
    **options: Any,
) -> subprocess.Popen[Any]:
    """Start a program in a running host, in a session of its own; `options` are Popen's."""
    machine, spec = machine_of(stack), find_host(stack, name)
    pid = pid_one(stack, name) if spec.disk_mib else None
    environment = host_environment(stack, name, user, env)
    with machine.command(stack, spec, pid, argv, user) as (command, descriptors):
        return subprocess.Popen(
            command, env=environment, start_new_session=True, pass_fds=descriptors, **options
        )


def run_in_host(
    stack: Stack,
    name: str,
    argv: Sequence[str],
    *,
    user: str | None = None,
    env: Mapping[str, str] | None = None,
    input: str | None = None,  # noqa: A002 - subprocess's own word
    timeout: float = TIMEOUTS.command,
    check: bool = False,
    cwd: str = "/",
) -> subprocess.CompletedProcess[str]:
    """Run a program in a running host to its end; LabError when it takes longer than `timeout`.

    With `check`, LabError with what it said when it fails.
    """
    argv = list(argv) if cwd == "/" else ["env", "-C", cwd, *argv]
    process = popen_in_host(
        stack, name, argv, user=user, env=env, cwd="/", text=True,
        stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = process.communicate(input, timeout)
    except subprocess.TimeoutExpired:
        raise LabError(f"{argv[0]} in host {name} did not end in {timeout:g} s") from None
    finally:
        if process.poll() is None:
            # The whole session: the program is a child of the one that entered the host.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if check and process.returncode != 0:
        said = err.strip() or out.strip() or "nothing"
        raise LabError(f"{argv[0]} in host {name} ended with {process.returncode}: {said[-2000:]}")
    return subprocess.CompletedProcess(argv, process.returncode, out, err)


def host_processes(stack: Stack, name: str) -> tuple[Process, ...]:
    """What runs in the host now."""
    pids = machine_of(stack).process_ids(stack, find_host(stack, name))
    return tuple(found for pid in pids if (found := describe(pid)))


def memory(stack: Stack, name: str) -> int:
    """PSS of all the host's processes, in bytes."""
    return proportional_memory(machine_of(stack).process_ids(stack, find_host(stack, name)))


def enter_network(stack: Stack, name: str) -> AbstractContextManager[None]:
    """Have the calling thread in the host's network; sockets made meanwhile stay there."""
    return machine_of(stack).enter(stack, name)


@contextmanager
def _power_lock(stack: Stack, name: str) -> Generator[None]:
    folder = host_folder(stack, name)
    if not folder.exists():
        yield
        return
    with file_lock(folder / "power.lock"):
        yield


def _write_hosts_file(stack: Stack) -> None:
    """Write every host's name; in place, as running hosts have this very file for /etc/hosts."""
    if not stack.path.exists():
        return
    lines = ["127.0.0.1 localhost"]
    with file_lock(stack.path / "hosts.lock"):
        lines += [f"{spec.addresses[0]} {spec.name}" for spec in stack.hosts()]
        (stack.path / "hosts.txt").write_text("\n".join(lines) + "\n")
        (stack.path / "hosts.txt").chmod(0o644)
