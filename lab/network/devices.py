"""A host's place in the network: a namespace with one TUN device that holds its addresses."""

import ctypes
import json
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tricenter.lab.disk import run_tool
from tricenter.lab.errors import LabError

CLONE_NEWNET = 0x40000000
PLACES = Path("/run/netns")
DEVICE = "wan0"
MTU = 32000
"""Large, as each packet costs the WAN process the same time whatever its size."""

libc = ctypes.CDLL(None, use_errno=True)


def place_name(stack: str, host: str) -> str:
    """The name of a host's network namespace; the dot keeps `a` and `a-b` apart."""
    return f"tc-{stack}.{host}"


def place_path(stack: str, host: str) -> Path:
    """The file that stands for a host's network namespace."""
    return PLACES / place_name(stack, host)


def place_exists(stack: str, host: str) -> bool:
    """Whether the host has a network namespace that works."""
    path = place_path(stack, host)
    return path.exists() and path.stat().st_dev == Path("/proc/self/ns/net").stat().st_dev


def create_place(stack: str, host: str, addresses: Sequence[str]) -> None:
    """Make or mend the namespace, its device and addresses."""
    name = place_name(stack, host)
    if not place_exists(stack, host):
        place_path(stack, host).unlink(missing_ok=True)
        run_tool(["ip", "netns", "add", name])
    with enter_place(stack, host):
        fresh = not Path(f"/proc/sys/net/ipv4/conf/{DEVICE}").exists()
        # So that a name server may have port 53 without being root.
        Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").write_text("0")
    lines = ["link set lo up"]
    if fresh:
        lines.append(f"tuntap add dev {DEVICE} mode tun")
    lines.append(f"link set {DEVICE} mtu {MTU} txqueuelen 4000")
    run_tool(["ip", "-n", name, "-batch", "-"], text="\n".join(lines) + "\n")
    with enter_place(stack, host):
        quiet = Path(f"/proc/sys/net/ipv6/conf/{DEVICE}/disable_ipv6")
        if quiet.exists():
            quiet.write_text("1")
    set_addresses(stack, host, addresses)


def set_addresses(stack: str, host: str, addresses: Sequence[str]) -> None:
    """Give the device exactly these addresses; the first is the one that connections come from."""
    name = place_name(stack, host)
    shown = json.loads(run_tool(["ip", "-n", name, "-j", "-4", "addr", "show", "dev", DEVICE]))
    present = {entry["local"] for device in shown for entry in device.get("addr_info", ())}
    lines = [f"link set {DEVICE} up"]
    lines += [f"addr add {a}/32 dev {DEVICE}" for a in addresses if a not in present]
    lines.append(f"route replace default dev {DEVICE} src {addresses[0]}")
    lines += [f"addr del {a}/32 dev {DEVICE}" for a in sorted(present - set(addresses))]
    run_tool(["ip", "-n", name, "-batch", "-"], text="\n".join(lines) + "\n")


def delete_place(stack: str, host: str) -> None:
    """Delete the namespace; it lives on only while a process is in it."""
    delete_namespace(place_name(stack, host))


def delete_namespace(name: str) -> None:
    """Delete a network namespace by name, also one that was only half made."""
    path = PLACES / name
    if not path.exists():
        return
    run_tool(["umount", "-l", str(path)], check=False)
    path.unlink(missing_ok=True)


@contextmanager
def enter_place(stack: str, host: str) -> Generator[None]:
    """Have the calling thread in a host's network; sockets made meanwhile stay there."""
    with (
        Path("/proc/thread-self/ns/net").open("rb") as home,
        place_path(stack, host).open("rb") as there,
    ):
        _set_namespace(there.fileno())
        try:
            yield
        finally:
            _set_namespace(home.fileno())


def _set_namespace(descriptor: int) -> None:
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise LabError(f"cannot enter a network: {os.strerror(ctypes.get_errno())}")
