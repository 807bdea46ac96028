"""The WAN: one process per stack that carries every packet between its hosts, late or not at all.

`python -m tricenter.lab.network.wan STACK DIRECTORY` goes into the background when it is ready.
Each host has a persistent TUN device `wan0`; what comes out of one is held for the pair's delay
and put into another. A kernel's netem would need a module that many machines lack.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import gc
import heapq
import json
import os
import random
import select
import signal
import socket
import struct
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x0001 | 0x1000
CLONE_NEWNET = 0x40000000
PR_SET_TIMERSLACK = 29
LARGEST = 65536
BATCH = 64
"""Packets taken from one device before the others and the due ones have their turn."""
DEVICE = "wan0"

libc = ctypes.CDLL(None, use_errno=True)


class Link:
    """One direction between two hosts. Packets under way hold on to it, so a cut hits them too."""

    __slots__ = ("bytes", "cut", "delay", "dropped", "loss", "packets", "target")

    def __init__(self) -> None:
        self.delay, self.cut, self.loss = 0.0, False, 0.0
        self.target = -1
        self.packets = self.bytes = self.dropped = 0


class Wan:
    """The devices, the links, and the packets under way."""

    def __init__(self, stack: str, listener: socket.socket) -> None:
        self.stack = stack
        self.listener = listener
        self.ports: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.links: dict[tuple[str, str], Link] = {}
        self.routes: dict[int, dict[bytes, Link]] = {}
        self.under_way: list[tuple[float, int, Link, bytes]] = []
        self.count = 0
        self.unknown = 0
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    def load(self) -> None:
        """Obey the network file: attach new hosts, let go of lost ones, set every link."""
        with open("network.json", encoding="utf-8") as file:
            matrix = json.load(file)
        hosts = matrix["hosts"]
        for name in self.ports.keys() - hosts.keys():
            self.detach(self.ports[name])
        missing = [name for name in hosts if name not in self.ports and not self.attach(name)]
        for source in hosts:
            for target in hosts:
                if source != target:
                    self.set_link(source, target, matrix)
        for pair in [p for p in self.links if not (p[0] in hosts and p[1] in hosts)]:
            self.links.pop(pair).cut = True
        for source, port in self.ports.items():
            self.routes[port] = {
                socket.inet_aton(address): self.links[source, target]
                for target in hosts
                if target != source
                for address in hosts[target]["addresses"]
            }
        if missing:
            print(f"no device in: {', '.join(missing)}", file=sys.stderr, flush=True)

    def set_link(self, source: str, target: str, matrix: dict[str, Any]) -> None:
        """Set one direction."""
        link = self.links.setdefault((source, target), Link())
        wanted = matrix["links"].get(f"{source}>{target}", {})
        hosts = matrix["hosts"]
        link.delay = wanted.get("delay_us", 0) / 1e6
        link.loss = wanted.get("loss", 0.0)
        dark = hosts[source]["isolated"] or hosts[target]["isolated"]
        link.cut = bool(dark or wanted.get("cut", False))
        link.target = self.ports.get(target, -1)

    def attach(self, name: str) -> bool:
        """Take over a host's device; False when its namespace or device is not there."""
        try:
            network = os.open(f"/run/netns/tc-{self.stack}.{name}", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            if libc.setns(network, CLONE_NEWNET) != 0:
                return False
            if not os.path.exists(f"/proc/sys/net/ipv4/conf/{DEVICE}"):
                return False
            port = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                fcntl.ioctl(port, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TUN_NO_PI))
            except OSError:
                os.close(port)
                return False
        finally:
            libc.setns(self.home, CLONE_NEWNET)
            os.close(network)
        self.ports[name] = port
        self.names[port] = name
        self.routes[port] = {}
        return True

    def detach(self, port: int) -> None:
        """Let go of a device."""
        del self.ports[self.names.pop(port)]
        del self.routes[port]
        for link in self.links.values():
            if link.target == port:
                link.target = -1
        os.close(port)

    def serve(self) -> None:
        """Carry packets until told to stop."""
        clock, under_way, listener = time.monotonic, self.under_way, self.listener.fileno()
        while True:
            now = clock()
            while under_way and under_way[0][0] <= now:
                _, _, link, packet = heapq.heappop(under_way)
                self.deliver(link, packet)
            wait = max(under_way[0][0] - clock(), 0.0) if under_way else None
            ready, _, _ = select.select([listener, *self.names], [], [], wait)
            for descriptor in ready:
                if descriptor == listener:
                    self.answer()
                elif descriptor in self.routes:
                    self.take(descriptor)

    def take(self, port: int) -> None:
        """Take the packets that wait in a device and send each one on its way."""
        routes, clock = self.routes[port], time.monotonic
        for _ in range(BATCH):
            try:
                packet = os.read(port, LARGEST)
            except BlockingIOError:
                return
            except OSError:
                self.detach(port)  # the device is gone; the next reload looks for a new one
                return
            link = routes.get(packet[16:20]) if packet[0] >> 4 == 4 else None
            if link is None:
                self.unknown += 1
            elif link.cut or (link.loss and random.random() < link.loss):  # noqa: S311
                link.dropped += 1
            elif link.delay:
                self.count += 1
                heapq.heappush(self.under_way, (clock() + link.delay, self.count, link, packet))
            else:
                self.deliver(link, packet)

    def deliver(self, link: Link, packet: bytes) -> None:
        """Put a packet into the device of the other end, unless the link was cut meanwhile."""
        if link.cut or link.target < 0:
            link.dropped += 1
            return
        try:
            os.write(link.target, packet)
        except OSError:
            link.dropped += 1
        else:
            link.packets += 1
            link.bytes += len(packet)

    def answer(self) -> None:
        """Serve one request of the control socket."""
        connection, _ = self.listener.accept()
        with connection, connection.makefile("rwb") as stream:
            connection.settimeout(1.0)
            try:
                verb = json.loads(stream.readline())["verb"]
                if verb == "reload":
                    self.load()
                reply: dict[str, Any] = (
                    self.statistics() if verb == "statistics" else {"done": verb}
                )
            except (OSError, ValueError, KeyError) as error:
                reply = {"error": repr(error)}
            try:
                stream.write(json.dumps(reply).encode() + b"\n")
                stream.flush()
            except OSError:
                return

    def statistics(self) -> dict[str, Any]:
        """What was carried and dropped."""
        return {
            "pid": os.getpid(),
            "hosts": sorted(self.ports),
            "under_way": len(self.under_way),
            "to_nowhere": self.unknown,
            "links": {
                f"{a}>{b}": {"packets": link.packets, "bytes": link.bytes, "dropped": link.dropped}
                for (a, b), link in sorted(self.links.items())
            },
        }


def be_prompt() -> None:
    """Run ahead of the hosts' programs: a real network does not wait for their processors."""
    libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("-500")  # short of memory, the network is the last thing to end
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except OSError:
        with contextlib.suppress(OSError):
            os.nice(-10)


def main() -> None:
    """Start for a stack, or leave when its WAN process is there already."""
    stack, directory = sys.argv[1:3]
    os.chdir(directory)
    lock = os.open("wan.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if os.path.exists("wan.sock"):
        os.unlink("wan.sock")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind("wan.sock")
    wan = Wan(stack, listener)
    if os.path.exists("network.json"):
        wan.load()
    if os.fork():
        os._exit(0)
    os.setsid()
    be_prompt()
    gc.freeze()
    gc.disable()  # nothing here makes cycles; a collection would delay packets
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    listener.listen(32)
    wan.serve()


if __name__ == "__main__":
    main()
