"""One service under the supervisor: its definition, its process, and when to start it again.

Only the standard library's light modules: this lives in PID 1 of every host.
"""

from __future__ import annotations

import os
import pwd
import signal
import socket
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROTATE_AT = 4 << 20
BACKOFF_CEILING = 15.0
STEADY_AFTER = 10.0
PROBE_EVERY = 0.1
PROBE_LIMIT = 5.0


class Service:
    """A service and its state: waiting, starting, ready, backoff, stopping or stopped.

    `definition` is the JSON of a ServiceSpec. All times are of the monotonic clock, `since` is
    of the wall clock. The supervisor calls `tick` often and `died` when it reaps.
    """

    def __init__(self, definition: dict[str, Any], log_folder: str, run_folder: str) -> None:
        self.definition = definition
        self.name = definition["name"]
        self.run_folder = run_folder
        self.log = definition.get("log") or f"{log_folder}/{self.name}.log"
        self.wanted = True
        self.forgotten = False
        self.pid = 0
        self.probe_pid = 0
        self.was_ready = False
        self.failures = 0
        self.restarts = -1
        self.started = 0.0
        self.next_step = 0.0
        self.kill_at = 0.0
        self.detail = ""
        self.enter("waiting")

    def enter(self, state: str, detail: str = "") -> None:
        """Change the state."""
        self.state = state
        self.detail = detail
        self.since = time.time()

    def redefine(self, definition: dict[str, Any], *, restart: bool) -> None:
        """Take a new definition; a running process is replaced only when told."""
        if definition == self.definition:
            return
        self.definition = definition
        self.failures = 0
        if restart and self.pid:
            self.stop()
        elif not self.pid and self.wanted:
            self.next_step = 0.0

    def start(self) -> None:
        """Want the service up, at once."""
        self.wanted = True
        self.failures = 0
        self.next_step = 0.0
        if self.state == "stopped":
            self.enter("waiting")

    def stop(self) -> None:
        """Ask the process to end; `tick` insists later."""
        if not self.pid:
            self.enter("waiting" if self.wanted else "stopped")
        elif self.state != "stopping":
            self.enter("stopping")
            self.kill_at = time.monotonic() + float(self.definition.get("stop_timeout", 30.0))
            self.signal(getattr(signal, self.definition.get("stop_signal", "SIGTERM")))

    def signal(self, number: int) -> bool:
        """Send a signal to the main process; False when there is none."""
        if not self.pid:
            return False
        os.kill(self.pid, number)
        return True

    def tick(self, now: float, missing: list[str]) -> float:
        """Take the step that is due; gives the time of the next one. `missing`: not yet ready."""
        if self.state == "stopping":
            if now >= self.kill_at:
                self.detail = "killed: it did not stop in time"
                _kill_group(self.pid)
                self.kill_at = now + 1.0
            return self.kill_at
        if self.state in ("waiting", "backoff") and self.wanted:
            if missing:
                self.detail = "after " + ", ".join(missing)
                return now + 60.0
            if now < self.next_step:
                return self.next_step
            self.spawn(now)
        if self.state == "starting":
            if now >= self.next_step:
                self.next_step = now + PROBE_EVERY
                self.probe(now)
            return self.next_step if self.state == "starting" else now
        return now + 60.0

    def spawn(self, now: float) -> None:
        """Start the process."""
        self.restarts += 1
        self.started = now
        try:
            self.pid = self.fork(self.definition["argv"], self.log)
        except OSError as error:
            self.fail(now, f"cannot fork: {error}")
            return
        self.enter("starting" if self.definition.get("ready") else "ready")
        self.was_ready = self.was_ready or self.state == "ready"
        self.next_step = now

    def fork(self, argv: list[str], log: str) -> int:
        """Run a program as the service's user; gives the pid of its session."""
        pid = os.fork()
        if pid:
            return pid
        try:
            self.become(argv, log)
        except BaseException as error:  # noqa: BLE001 - the child must never run on
            tell(f"{self.name}: cannot start {argv[0]}: {error}")
        finally:
            os._exit(127)

    def become(self, argv: list[str], log: str) -> None:
        """In the child: turn into the program."""
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in (
            signal.SIGCHLD,
            signal.SIGTERM,
            signal.SIGHUP,
            signal.SIGINT,
            signal.SIGPIPE,
        ):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        out = _open_log(log)
        os.dup2(out, 1)
        os.dup2(out, 2)
        env = dict(os.environ)
        user = self.definition.get("user") or "root"
        folder = f"{self.run_folder}/{self.name}"
        os.makedirs(folder, exist_ok=True)
        if os.geteuid() == 0:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            os.initgroups(user, entry.pw_gid)
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            env.update(HOME=entry.pw_dir, USER=user, LOGNAME=user)
        env.update(self.definition.get("env") or {})
        os.chdir(self.definition.get("cwd") or "/")
        os.execvpe(argv[0], argv, env)

    def probe(self, now: float) -> None:
        """Look whether the started process serves yet."""
        ready = self.definition["ready"]
        if "port" in ready:
            try:
                socket.create_connection((ready["address"], ready["port"]), 0.05).close()
            except OSError as error:
                self.detail = f"port {ready['port']}: {error.strerror or error}"
            else:
                self.become_ready()
        elif not self.probe_pid:
            self.probe_started = now
            self.probe_pid = self.fork(ready["argv"], "/dev/null")
        elif now > self.probe_started + PROBE_LIMIT:
            _kill_group(self.probe_pid)

    def become_ready(self) -> None:
        """Note that it serves."""
        self.was_ready = True
        self.enter("ready")

    def died(self, pid: int, status: int, now: float) -> None:
        """One of the service's processes was reaped."""
        code = os.waitstatus_to_exitcode(status)
        if pid == self.probe_pid:
            self.probe_pid = 0
            if code == 0 and self.state == "starting":
                self.become_ready()
            elif self.state == "starting":
                self.detail = f"probe answers {code}"
            return
        if self.state == "stopping":
            _kill_group(pid)
            self.pid = 0
            self.enter("waiting" if self.wanted else "stopped")
            self.next_step = now
            return
        self.pid = 0
        self.fail(now, f"signal {-code}" if code < 0 else f"exit code {code}")

    def fail(self, now: float, why: str) -> None:
        """Plan the next start, later each time that it dies young."""
        if now - self.started >= STEADY_AFTER:
            self.failures = 0
        base = float(self.definition.get("restart_delay", 0.5))
        delay = min(base * 2**self.failures, max(BACKOFF_CEILING, base))
        self.failures = min(self.failures + 1, 20)
        self.next_step = now + delay
        self.enter("backoff", why)
        tell(f"{self.name}: {why}; again in {delay:g} s")

    def rotate(self) -> None:
        """Keep the log bounded: one old file of the same size beside it."""
        try:
            if os.stat(self.log).st_size < ROTATE_AT:
                return
            _copy(self.log, self.log + ".1")
            os.truncate(self.log, 0)
        except OSError:
            return

    def status(self) -> dict[str, Any]:
        """What the control socket says of it."""
        return {
            "name": self.name,
            "state": self.state,
            "pid": self.pid,
            "restarts": max(self.restarts, 0),
            "since": self.since,
            "detail": self.detail,
        }


def tell(line: str) -> None:
    """Write a line into the supervisor's log; on a full disk it is lost, and nothing else."""
    try:
        os.write(2, f"{line}\n".encode(errors="replace"))
    except OSError:
        return


def _open_log(path: str) -> int:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    except OSError:
        return os.open("/dev/null", os.O_WRONLY)


def _copy(source: str, target: str) -> None:
    try:
        with open(source, "rb") as old, open(target, "wb") as new:
            while block := old.read(1 << 16):
                new.write(block)
    except OSError:
        return  # a full disk: the old lines go, the service goes on


def _kill_group(pid: int) -> None:
    # Only ever a session that `fork` made, and never group 0 or -1, which would be everyone.
    if pid > 1:
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
