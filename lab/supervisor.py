"""PID 1 of a host: starts the services defined on its disk, watches them, restarts them.

Killing it is the host's loss of power. Light modules of the standard library only.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import time

from tricenter.lab.supervised import Service, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROTATE_EVERY = 5.0
PR_SET_CHILD_SUBREAPER = 36


class Supervisor:
    """The services of one host, and the socket that answers for them."""

    def __init__(self, disk: str, run: str) -> None:
        self.definitions = f"{disk}/.services"
        self.logs = f"{disk}/log"
        self.run = run
        self.services: dict[str, Service] = {}
        self.ending = 0.0
        self.rotate_at = 0.0
        os.makedirs(self.definitions, exist_ok=True)
        os.makedirs(self.logs, exist_ok=True)
        folder = f"{run}/tricenter"
        os.makedirs(folder, exist_ok=True)
        os.chdir(folder)  # a socket's path is short, wherever the folder is
        if os.path.exists("supervisor.sock"):
            os.unlink("supervisor.sock")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind("supervisor.sock")
        os.chmod("supervisor.sock", 0o600)
        self.listener.listen(16)
        os.chdir("/")
        self.wakeup, self.waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self.waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, self.on_signal)
        signal.signal(signal.SIGTERM, self.on_signal)
        signal.signal(signal.SIGINT, self.on_signal)
        signal.signal(signal.SIGHUP, self.on_signal)

    def on_signal(self, number: int, _frame: object) -> None:
        """Note what a signal asks for; SIGCHLD only wakes the loop."""
        if number == signal.SIGHUP:
            self.reload()
        elif number != signal.SIGCHLD:
            self.end()

    def serve(self) -> None:
        """Run until an orderly end."""
        self.reload()
        while not (self.ending and self.all_stopped()):
            now = time.monotonic()
            wait = max(self.step(now) - time.monotonic(), 0.0)
            ready, _, _ = select.select([self.wakeup, self.listener], [], [], min(wait, 5.0))
            if self.wakeup in ready:
                os.read(self.wakeup, 4096)
            self.reap()
            if self.listener in ready:
                self.answer()

    def step(self, now: float) -> float:
        """Let every service take its step; gives when the next one is due."""
        if now >= self.rotate_at:
            self.rotate_at = now + ROTATE_EVERY
            for service in self.services.values():
                service.rotate()
        if self.ending:
            self.stop_leaves()
        times = [service.tick(now, self.missing(service)) for service in self.services.values()]
        for name in [s.name for s in self.services.values() if s.forgotten and not s.pid]:
            del self.services[name]
        return min(times, default=now + 60.0)

    def missing(self, service: Service) -> list[str]:
        """What it starts after and that was never ready since power came on."""
        wanted = service.definition.get("after") or ()
        return [n for n in wanted if n not in self.services or not self.services[n].was_ready]

    def reap(self) -> None:
        """Collect dead children, ours and the orphans that came to PID 1."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for service in self.services.values():
                if pid in (service.pid, service.probe_pid):
                    service.died(pid, status, time.monotonic())

    def reload(self, *, restart: bool = True) -> None:
        """Read the definitions again: new ones start, changed ones restart, lost ones stop."""
        found: dict[str, dict[str, Any]] = {}
        for entry in sorted(os.listdir(self.definitions)):
            if entry.endswith(".json") and not entry.startswith("."):
                try:
                    with open(f"{self.definitions}/{entry}", encoding="utf-8") as file:
                        definition = json.load(file)
                    found[definition["name"]] = definition
                except (OSError, ValueError, KeyError) as error:
                    tell(f"{entry}: {error}")
        for name, definition in found.items():
            if name not in self.services or self.services[name].forgotten:
                old = self.services.get(name)
                if old is not None and old.pid:
                    old.forgotten, old.wanted = False, True
                    old.redefine(definition, restart=True)
                else:
                    self.services[name] = Service(definition, self.logs, self.run)
            else:
                self.services[name].redefine(definition, restart=restart)
        for name in self.services.keys() - found.keys():
            self.services[name].forgotten = True
            self.services[name].wanted = False
            self.services[name].stop()

    def answer(self) -> None:
        """Serve one request of the control socket: a line of JSON each way."""
        connection, _ = self.listener.accept()
        try:
            connection.settimeout(1.0)
            with connection.makefile("rwb") as stream:
                reply = self.handle(json.loads(stream.readline()))
                stream.write(json.dumps(reply).encode() + b"\n")
        except (OSError, ValueError, KeyError) as error:
            tell(f"control: {error!r}")
        finally:
            connection.close()

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what a request says."""
        verb = request["verb"]
        if verb == "status":
            wanted = (s for s in self.services.values() if request.get("all") or not s.forgotten)
            return {"services": [s.status() for s in wanted]}
        if verb == "reload":
            self.reload(restart=request.get("restart", True))
            return {"done": True}
        if verb == "end":
            self.end()
            return {"done": True}
        service = self.services.get(request["name"])
        if service is None:
            return {"error": f"no service {request['name']!r}"}
        if verb == "start":
            service.start()
        elif verb in ("stop", "restart"):
            service.wanted = verb == "restart"
            service.stop()
            if verb == "restart":
                service.start()
        elif verb == "signal":
            return {"done": service.signal(getattr(signal, request["signal"]))}
        else:
            return {"error": f"no verb {verb!r}"}
        return {"done": True}

    def end(self) -> None:
        """Begin the orderly end: those that nothing depends on stop first."""
        self.ending = self.ending or time.monotonic()
        for service in self.services.values():
            service.wanted = False

    def stop_leaves(self) -> None:
        """Stop the running services that no running one was started after."""
        running = [s for s in self.services.values() if s.pid]
        needed = {name for s in running for name in s.definition.get("after") or ()}
        for service in running:
            if service.name not in needed:
                service.stop()

    def all_stopped(self) -> bool:
        """Whether no service has a process."""
        return not any(service.pid for service in self.services.values())


def dismiss_rest() -> None:
    """As PID 1 of a namespace: end what the services left behind, politely at first."""
    # Anywhere else, kill(-1) would end the whole machine.
    if os.getpid() != 1:
        return
    for number, patience in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0)):
        deadline = time.monotonic() + patience
        try:
            os.kill(-1, number)
            while time.monotonic() < deadline:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    time.sleep(0.02)
        except (ChildProcessError, ProcessLookupError):
            return


def go_into_background() -> None:
    """Outside namespaces: leave the caller, and take in the orphans as PID 1 would."""
    import ctypes

    if pid := os.fork():
        print(pid, flush=True)
        os._exit(0)
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    os.dup2(2, 1)


def main() -> None:
    """`python -m tricenter.lab.supervisor [DISK RUN]`."""
    places = sys.argv[1:3]
    supervisor = Supervisor(*(places or ("/srv", "/run")))
    if places:
        go_into_background()
    supervisor.serve()
    dismiss_rest()


if __name__ == "__main__":
    main()
