"""The lab's store after a lost majority: one voice goes on alone, the others return one by one."""

import base64
import json
import os
import signal
import subprocess
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import yaml

from tricenter.lab.at_once import at_once
from tricenter.lab.errors import LabError
from tricenter.lab.host import popen_in_host, power_on, read_host_file, run_in_host, write_host_file
from tricenter.lab.service import services, start_service, stop_service
from tricenter.lab.stack import Stack
from tricenter.lab.store import is_healthy, request
from tricenter.lab.waits import until
from tricenter.roles.lab.loss import Agreed
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost
from tricenter.topology.render import patroni
from tricenter.topology.render.etcd import CLIENT_PORT, PEER_PORT

SERVICE = "etcd"
OWNER = "postgres"
SETTINGS = "/srv/etc/etcd/etcd.yml"
READY_S = 60.0


def has_majority(stack: Stack, plan: Plan, site: str) -> bool:
    """Whether any voice that a site reaches serves, its own or another."""
    voices = [host for host in plan.hosts if host.voice]
    return any(at_once(lambda voice: is_healthy(stack, site, voice.address), voices))


def refuse_if_heard(stack: Stack, plan: Plan, site: str) -> None:
    """LabError while another voice answers a site: then the store needs healing and no force."""
    others = [host for host in plan.hosts if host.voice and host.name != site]
    heard = at_once(lambda host: _answers(stack, site, host.address), others)
    names = [host.name for host, yes in zip(others, heard, strict=True) if yes]
    if names:
        raise LabError(
            f"the store has no majority, but {', '.join(names)} can be heard from {site}: bring "
            "the others back, or switch these off as well if they are given up"
        )


def make_anew(stack: Stack, plan: Plan, site: str) -> None:
    """Make the voice of a site a store of its own: its data stays, all other voices are forgotten.

    They must be fenced before: together they could go on as the store that they were.
    """
    if not plan.host(site).voice:
        raise LabError(f"{site} has no voice of the store, so it cannot go on alone")
    stop_service(stack, site, SERVICE)
    with _running(stack, site, {"force-new-cluster": True}, "alone.yml"):
        until(lambda: is_healthy(stack, site, plan.host(site).address), READY_S, f"store in {site}")
    start_service(stack, site, SERVICE)
    until(lambda: is_healthy(stack, site, plan.host(site).address), READY_S, f"store in {site}")


def forget_leader(stack: Stack, plan: Plan, database: PlannedDatabase, to: str) -> None:
    """Take the lease away that a leader who does not answer still holds; may be repeated.

    Only if it still names that leader: both are one transaction.
    """
    from tricenter.lab.patroni import leader

    key = _text(f"/service/{database.name}/leader")
    found = _ask(stack, plan, to, "/v3/kv/range", {"key": key}).get("kvs")
    if not found or leader(stack, database) is not None:
        return
    compare = {"key": key, "target": "VALUE", "result": "EQUAL", "value": found[0]["value"]}
    delete = {"requestDeleteRange": {"key": key}}
    _ask(stack, plan, to, "/v3/kv/txn", {"compare": [compare], "success": [delete]})


def agreed(stack: Stack, plan: Plan, database: PlannedDatabase) -> Agreed | None:
    """What a majority of the store knows of a database; None where there is no majority."""

    def serves(host: PlannedHost) -> bool:
        return host.voice and is_healthy(stack, host.name, host.address)

    serving = at_once(serves, plan.hosts)
    for host in (host for host, yes in zip(plan.hosts, serving, strict=True) if yes):
        try:
            status = _value(stack, plan, host.name, f"/service/{database.name}/status")
            sync = _value(stack, plan, host.name, f"/service/{database.name}/sync")
        except LabError:
            continue
        voters = frozenset(filter(None, str(sync.get("sync_standby") or "").split(",")))
        return Agreed(
            position=status.get("optime"), voters=voters, quorum=int(sync.get("quorum") or 0)
        )
    return None


def readmit(stack: Stack, plan: Plan, host: str, lift: Callable[[Stack, str], None]) -> None:
    """Let a fenced voice back into the store: what it knew is forgotten before it is heard.

    `lift` ends the fence. Returns once the voice serves and the site's databases are started.
    """
    power_on(stack, host)
    databases = [patroni.service_name(m.database) for m in plan.members_of(host)]
    for name in (*databases, SERVICE):
        if any(s.name == name and s.state != "stopped" for s in services(stack, host)):
            stop_service(stack, host, name)
    run_in_host(stack, host, ["rm", "-rf", "/srv/etcd/member"], check=True)
    address = plan.host(host).address
    names = _add_voice(stack, plan, host, f"https://{address}:{PEER_PORT}")
    lift(stack, host)
    settings = {"initial-cluster": ",".join(names), "initial-cluster-state": "existing"}
    with _running(stack, host, settings, "returning.yml"):
        until(lambda: is_healthy(stack, host, address), READY_S, f"return of the voice of {host}")
    for name in (SERVICE, *databases):
        start_service(stack, host, name)
    until(lambda: is_healthy(stack, host, address), READY_S, f"readiness of the voice of {host}")


def _add_voice(stack: Stack, plan: Plan, host: str, peer: str) -> list[str]:
    """Announce a voice to the store; its members then, as `name=URL`."""

    def members(answer: Mapping[str, Any]) -> list[str]:
        entries = cast(list[dict[str, Any]], answer["members"])
        return [f"{m.get('name') or host}={url}" for m in entries for url in m["peerURLs"]]

    def announced() -> list[str]:
        # Right after the member before it, etcd refuses with "unhealthy cluster": asked again.
        for seat in (h.name for h in plan.hosts if h.voice and h.name != host):
            try:
                now = members(_ask(stack, plan, seat, "/v3/cluster/member/list", {}))
                if f"{host}={peer}" in now:
                    return now
                _ask(stack, plan, seat, "/v3/cluster/member/add", {"peerURLs": [peer]})
            except LabError:
                continue
        return []

    return until(announced, READY_S, f"a place for the voice of {host} in the store", every=0.5)


def _value(stack: Stack, plan: Plan, host: str, key: str) -> dict[str, Any]:
    """The JSON of a key, read through the majority; empty for one that is not there."""
    kvs = _ask(stack, plan, host, "/v3/kv/range", {"key": _text(key)}).get("kvs")
    try:
        found: object = json.loads(base64.b64decode(kvs[0]["value"])) if kvs else {}
    except ValueError:
        return {}
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}


def _ask(stack: Stack, plan: Plan, host: str, path: str, body: Any) -> dict[str, Any]:
    target = (plan.host(host).address, CLIENT_PORT)
    found = request(stack, host, target, path, method="POST", body=body, timeout=5.0)
    if found is None or found[0] >= 300:
        said = found[1].strip()[:200] if found else "no answer"
        raise LabError(f"the store in {host} did not do {path}: {said}")
    return cast(dict[str, Any], json.loads(found[1]))


def _answers(stack: Stack, site: str, address: str) -> bool:
    return request(stack, site, (address, CLIENT_PORT), "/health") is not None


@contextmanager
def _running(stack: Stack, host: str, settings: Mapping[str, Any], name: str) -> Generator[None]:
    """A voice that runs once with further settings, in place of the service."""
    usual = read_host_file(stack, host, SETTINGS)
    if usual is None:
        raise LabError(f"{SETTINGS} is not in {host}")
    path = f"{SETTINGS.rpartition('/')[0]}/{name}"
    write_host_file(stack, host, path, yaml.safe_dump({**yaml.safe_load(usual), **settings}))
    process = popen_in_host(
        stack,
        host,
        ["etcd", "--config-file", path],
        user=OWNER,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        # The whole session: the program is a child of the one that entered the host.
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _text(key: str) -> str:
    return base64.b64encode(key.encode()).decode()
