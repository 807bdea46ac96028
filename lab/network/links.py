"""Distances and cuts: they stand in one file of the stack, which the WAN process obeys."""

from collections.abc import Callable, Iterable
from typing import Any

from tricenter.lab.errors import LabError, NotPossible
from tricenter.lab.network.control import apply_matrix
from tricenter.lab.records import Link, LinkSetting
from tricenter.lab.stack import Stack, file_lock, read_json, write_json

Matrix = dict[str, Any]
"""`hosts`: name -> addresses, isolated (reasons); `links`: "a>b" -> delay_us, cut, loss."""


def read_matrix(stack: Stack) -> Matrix:
    """What the network of a stack should be; empty when there is none yet."""
    try:
        return read_json(stack.path / "network.json")
    except FileNotFoundError:
        return {"hosts": {}, "links": {}}
    except ValueError as error:
        raise LabError(f"{stack.path}/network.json is damaged: {error}") from None


def change_matrix(stack: Stack, change: Callable[[Matrix], None]) -> None:
    """Change the network; returns when the change is in force on every packet."""
    with file_lock(stack.path / "network.lock"):
        matrix = read_matrix(stack)
        before = repr(matrix)
        change(matrix)
        if repr(matrix) != before:
            write_json(stack.path / "network.json", matrix)
    # Even when nothing changed: the WAN process may have died meanwhile.
    apply_matrix(stack)


def set_links(stack: Stack, settings: Iterable[LinkSetting]) -> None:
    """Set many links at once; LabError for a host that is not there."""
    settings = tuple(settings)
    state = stack.state()
    if state.network == "loopback" and any(s.cut or s.loss for s in settings):
        raise NotPossible(
            "this stack's hosts share one loopback device: nothing can be cut between them; "
            "run as root on a machine with network namespaces and /dev/net/tun"
        )

    def change(matrix: Matrix) -> None:
        for setting in settings:
            for host in (setting.a, setting.b):
                if host not in matrix["hosts"]:
                    raise LabError(f"there is no host {host!r} in the network of {stack.id}")
            pairs = [(setting.a, setting.b), (setting.b, setting.a)]
            for source, target in pairs[:1] if setting.one_way else pairs:
                _change_link(matrix["links"].setdefault(f"{source}>{target}", {}), setting)

    change_matrix(stack, change)


def set_link(
    stack: Stack,
    a: str,
    b: str,
    rtt_us: int | None = None,
    *,
    cut: bool | None = None,
    loss: float | None = None,
    one_way: bool = False,
) -> None:
    """Set the round trip, a cut or loss between two hosts; `one_way`: only for packets a to b."""
    setting = LinkSetting(a=a, b=b, rtt_us=rtt_us, cut=cut, loss=loss, one_way=one_way)
    set_links(stack, [setting])


def cut(stack: Stack, a: str, b: str, *, one_way: bool = False) -> None:
    """Let no packet through between two hosts, from now on and those under way."""
    set_link(stack, a, b, cut=True, one_way=one_way)


def heal(stack: Stack, a: str | None = None, b: str | None = None) -> None:
    """Undo the cut of one pair; of no pair named, undo every cut and isolation but lost power."""
    if a is not None and b is not None:
        set_link(stack, a, b, cut=False)
        return

    def change(matrix: Matrix) -> None:
        for link in matrix["links"].values():
            link["cut"] = False
        for host in matrix["hosts"].values():
            host["isolated"] = [reason for reason in host["isolated"] if reason == "power"]

    change_matrix(stack, change)


def isolate(stack: Stack, host: str, reason: str = "cut") -> None:
    """Cut a host from every other one, present and future."""
    if stack.state().network == "loopback":
        raise NotPossible("this stack's hosts share one loopback device: none can be isolated")
    _set_isolation(stack, host, reason, present=True)


def rejoin(stack: Stack, host: str, reason: str = "cut") -> None:
    """Undo `isolate`; cuts of pairs stay."""
    _set_isolation(stack, host, reason, present=False)


def links(stack: Stack) -> tuple[Link, ...]:
    """Every direction between two hosts, as it should be now; isolation counts as a cut."""
    matrix = read_matrix(stack)
    hosts = matrix["hosts"]
    delays = stack.state().network != "loopback"
    found: list[Link] = []
    for source in sorted(hosts):
        for target in sorted(hosts):
            if source == target:
                continue
            link = matrix["links"].get(f"{source}>{target}", {})
            dark = bool(hosts[source]["isolated"] or hosts[target]["isolated"])
            found.append(
                Link(
                    source=source,
                    target=target,
                    delay_us=link.get("delay_us", 0) if delays else 0,
                    cut=dark or link.get("cut", False),
                    loss=link.get("loss", 0.0),
                )
            )
    return tuple(found)


def put_host(stack: Stack, host: str, addresses: tuple[str, ...]) -> None:
    """Add a host to the network, or change its addresses."""

    def change(matrix: Matrix) -> None:
        for other, data in matrix["hosts"].items():
            if other != host and (taken := set(addresses) & set(data["addresses"])):
                raise LabError(f"{', '.join(sorted(taken))} of host {host} belongs to {other}")
        entry = matrix["hosts"].setdefault(host, {"isolated": []})
        entry["addresses"] = list(addresses)

    change_matrix(stack, change)


def drop_host(stack: Stack, host: str) -> None:
    """Take a host and its links out of the network; the WAN process lets go of its device."""

    def change(matrix: Matrix) -> None:
        matrix["hosts"].pop(host, None)
        for name in [n for n in matrix["links"] if host in n.split(">")]:
            del matrix["links"][name]

    change_matrix(stack, change)


def _change_link(link: dict[str, Any], setting: LinkSetting) -> None:
    if setting.rtt_us is not None:
        if setting.rtt_us < 0:
            raise LabError(f"a round trip of {setting.rtt_us} microseconds is not possible")
        link["delay_us"] = setting.rtt_us // 2
    if setting.cut is not None:
        link["cut"] = setting.cut
    if setting.loss is not None:
        if not 0 <= setting.loss <= 1:
            raise LabError(f"loss {setting.loss} is not between 0 and 1")
        link["loss"] = setting.loss


def _set_isolation(stack: Stack, host: str, reason: str, *, present: bool) -> None:
    def change(matrix: Matrix) -> None:
        if host not in matrix["hosts"]:
            raise LabError(f"there is no host {host!r} in the network of {stack.id}")
        reasons = set(matrix["hosts"][host]["isolated"]) - {reason}
        matrix["hosts"][host]["isolated"] = sorted(reasons | ({reason} if present else set()))

    change_matrix(stack, change)


def local_address(stack: Stack, host: str, address: str) -> str:
    """Where an address of the plan really is on this stack's kind of network."""
    from tricenter.lab.machine import machine_of

    return machine_of(stack).localise(stack, host, address)
