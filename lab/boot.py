"""Turns a process into a host: enters its network, makes its namespaces and mounts, runs PID 1.

Run by path with `python -I -S`, a JSON request on standard input; prints the pid of the host's
PID 1. The mounts are made in a private copy of the machine's, so nothing of them is seen outside.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = (
    0x00020000, 0x04000000, 0x08000000, 0x20000000, 0x40000000,
)  # fmt: skip
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_NOATIME = 1, 2, 4, 8, 32, 1024
MS_BIND, MS_MOVE, MS_REC, MS_PRIVATE = 4096, 8192, 16384, 1 << 18
MNT_DETACH = 2
FLAGS = {"nosuid": MS_NOSUID, "nodev": MS_NODEV, "noexec": MS_NOEXEC, "noatime": MS_NOATIME}
VOLATILE = {
    "/tmp": "mode=1777,size=512m",
    "/var/tmp": "mode=1777,size=256m",
    "/dev/shm": "mode=1777,size=512m",
}
"""What does not survive a loss of power: memory, in amounts a database of the lab needs."""
KERNEL_FILE_SYSTEMS = frozenset(
    ("proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "mqueue", "tmpfs")
)

libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> None:
    """A libc call that raises OSError."""
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}{arguments}: {os.strerror(number)}")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """mount(2)."""
    texts = (text.encode() or None for text in (source, target, kind))
    call("mount", *texts, ctypes.c_ulong(flags), data.encode() or None)


def bind(source: str, target: str) -> None:
    """Show a file or folder at a second place, made if it is not there."""
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        with open(target, "w", encoding="utf-8"):
            pass
    mount(source, target, flags=MS_BIND)


def mounts() -> list[tuple[str, str, str]]:
    """Mount point, options and type of each mount, the newest last."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        rows = [line.split() for line in file]
    return [(r[4].encode().decode("unicode_escape"), r[5], r[r.index("-") + 1]) for r in rows]


def inside(path: str, folder: str) -> bool:
    """Whether a path is the folder or below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def detach_below(folders: list[str], spare: str | None = None) -> None:
    """Let go of every mount in these folders: other hosts' disks and namespaces above all."""
    for point, _, _ in reversed(mounts()):
        if spare is not None and inside(point, spare):
            continue
        if any(inside(point, folder) for folder in folders):
            try:
                call("umount2", point.encode(), MNT_DETACH)
            except OSError:
                continue  # went with its parent


def first_closed(path: str) -> str | None:
    """The first folder on the way to a path that other users may not pass."""
    parts = path.split("/")
    for end in range(2, len(parts) + 1):
        folder = "/".join(parts[:end])
        if not os.stat(folder).st_mode & 0o001:
            return folder
    return None


def build(request: dict[str, Any]) -> None:
    """Make the host's view of the file system."""
    mount("", "/", flags=MS_REC | MS_PRIVATE)
    os.makedirs("/srv", exist_ok=True)
    stage = request["stage"]
    mount("tmpfs", stage, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=128m")
    own = f"{stage}/tricenter"
    bind(request["prefix"], f"{own}/venv")
    bind(request["base_prefix"], f"{own}/base")
    for name, folder in request["packages"].items():
        bind(folder, f"{own}/code/tricenter/{name}")
    closed = {p: first_closed(p) for p in (request["base_prefix"], request["prefix"])}
    bind(request["disk"], "/srv")
    place_file(request["hosts"], "/etc/hosts", stage)
    place_file(request["resolver"], "/etc/resolv.conf", stage)
    detach_below(["/run"], spare=stage)
    mount(stage, "/run", flags=MS_MOVE)
    detach_below([*VOLATILE, request["home"]])
    for folder, options in VOLATILE.items():
        os.makedirs(folder, exist_ok=True)
        mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, options)
    if os.path.isdir(request["home"]):
        mount("tmpfs", request["home"], "tmpfs", MS_RDONLY, "mode=555,size=4k")
    open_path(request["base_prefix"], "/run/tricenter/base", closed)
    open_path(request["prefix"], "/run/tricenter/venv", closed)
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    make_read_only()


def place_file(source: str, target: str, run: str) -> None:
    """Put our file at a well-known place; a link into /run leads into the host's own /run."""
    real = os.path.realpath(target)
    if inside(real, "/run"):
        real = run + real[len("/run") :]
        os.makedirs(os.path.dirname(real), exist_ok=True)
        with open(source, "rb") as old, open(real, "wb") as new:
            new.write(old.read())
    elif os.path.exists(real):
        mount(source, real, flags=MS_BIND)


def open_path(path: str, copy: str, closed: dict[str, str | None]) -> None:
    """Make a folder reachable at its own path for every user: scripts name it in line one."""
    if os.path.isdir(path) and closed[path] is None:
        return
    if closed[path] is not None and not any(
        p == closed[path] and t == "tmpfs" for p, _, t in mounts()
    ):
        mount("tmpfs", str(closed[path]), "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m")
    bind(copy, path)


def make_read_only() -> None:
    """Leave the host nothing to write on but its disk and memory."""
    for point, options, kind in mounts():
        if kind in KERNEL_FILE_SYSTEMS or inside(point, "/srv"):
            continue
        kept = sum(flag for word, flag in FLAGS.items() if word in options.split(","))
        try:
            mount("", point, flags=MS_REMOUNT | MS_BIND | MS_RDONLY | kept)
        except OSError:
            continue  # hidden below another mount


def become_host(request: dict[str, Any], report: int) -> None:
    """As PID 1: build the host and run the supervisor in it; never returns."""
    try:
        os.setsid()
        build(request)
        call("sethostname", request["name"].encode(), len(request["name"]))
        os.umask(0o022)
        os.chdir("/")
        os.makedirs("/srv/log", exist_ok=True)
        log = os.open("/srv/log/supervisor.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        python = "/run/tricenter/venv/bin/" + request["python"]
        argv = [python, "-S", "-m", "tricenter.lab.supervisor"]
        os.execve(python, argv, request["environment"])
    except BaseException as error:  # noqa: BLE001 - told to the parent, which raises
        os.write(report, str(error).encode() or b"?")
    finally:
        os._exit(1)


def main() -> None:
    """Boot the host that standard input describes."""
    request = json.load(sys.stdin)
    network = os.open(request["network"], os.O_RDONLY | os.O_CLOEXEC)
    call("setns", network, CLONE_NEWNET)
    call("unshare", CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID)
    reader, writer = os.pipe2(os.O_CLOEXEC)
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        become_host(request, writer)
    os.close(writer)
    if problem := os.read(reader, 4096):  # closed without a word by a successful exec
        sys.exit(problem.decode(errors="replace"))
    print(pid)


if __name__ == "__main__":
    main()
