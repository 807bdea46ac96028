"""The lab's store after a lost majority: one voice goes on alone, the others return one by one."""

import base64
import json
import logging
from collections.abc import Callable, Iterable
from typing import Any, cast

from tricenter.lab.at_once import at_once
from tricenter.lab.errors import LabError
from tricenter.lab.host import is_on, power_on
from tricenter.lab.service import services, start_service, stop_service
from tricenter.lab.stack import Stack
from tricenter.lab.store import ask, is_healthy, request
from tricenter.lab.store_once import end_runaways, running_once
from tricenter.lab.store_space import is_full, relieve
from tricenter.lab.voice_data import rebuild
from tricenter.lab.voices import planned_voices, serving
from tricenter.lab.waits import until
from tricenter.roles.lab.loss import Agreed
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost
from tricenter.topology.render import patroni
from tricenter.topology.render.etcd import CLIENT_PORT

SERVICE = "etcd"
READY_S = 60.0
MAJORITY_S = 15.0
STILL = frozenset({"stopped", "backoff"})

log = logging.getLogger(__name__)


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
    with running_once(stack, site, {"force-new-cluster": True}, "alone.yml"):
        until(lambda: is_healthy(stack, site, plan.host(site).address), READY_S, f"store in {site}")
    start_service(stack, site, SERVICE)
    until(lambda: is_healthy(stack, site, plan.host(site).address), READY_S, f"store in {site}")


def prepare(stack: Stack, plan: Plan, starts: Iterable[str] = ()) -> None:
    """End what a verb left that was killed, and relieve a store that is full.

    A voice for once ends; in the hosts of `starts` the service, which such a verb had stopped,
    starts. May be repeated.
    """
    voices = [host.name for host in plan.hosts if host.voice and _is_on(stack, host.name)]
    wanted = set(starts)

    def settle(host: str) -> None:
        if ended := end_runaways(stack, host):
            log.warning("ended %d voice(s) of %s that had outlived their verb", ended, host)
        if host in wanted and any(
            s.name == SERVICE and s.state in STILL for s in services(stack, host)
        ):
            start_service(stack, host, SERVICE)

    at_once(settle, voices)
    if is_full(stack, plan):
        log.warning("the store is full: it is relieved first")
        relieve(stack, plan)


def await_majority(stack: Stack, plan: Plan) -> None:
    """Wait for a store that can take a voice in; LabError where a forced failover is unfinished."""
    addresses = planned_voices(stack, plan).addresses
    try:
        until(lambda: serving(stack, addresses), MAJORITY_S, "a majority of the store", every=0.3)
    except LabError as error:
        raise LabError(
            f"{error}: a forced failover did not end. Run `tricenter failover --to SITE` again"
        ) from None


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
    end_runaways(stack, host)
    databases = [patroni.service_name(m.database) for m in plan.members_of(host)]
    for name in databases:
        if any(s.name == name and s.state != "stopped" for s in services(stack, host)):
            stop_service(stack, host, name)
    rebuild(
        stack,
        host,
        planned_voices(stack, plan),
        start=lambda: start_service(stack, host, SERVICE),
        before=lambda: lift(stack, host),
    )
    address = plan.host(host).address
    until(lambda: is_healthy(stack, host, address), READY_S, f"readiness of the voice of {host}")
    relieve(stack, plan)  # it replayed what had filled the store, if anything had
    for name in databases:
        start_service(stack, host, name)


def _value(stack: Stack, plan: Plan, host: str, key: str) -> dict[str, Any]:
    """The JSON of a key, read through the majority; empty for one that is not there."""
    kvs = _ask(stack, plan, host, "/v3/kv/range", {"key": _text(key)}).get("kvs")
    try:
        found: object = json.loads(base64.b64decode(kvs[0]["value"])) if kvs else {}
    except ValueError:
        return {}
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}


def _ask(stack: Stack, plan: Plan, host: str, path: str, body: Any) -> dict[str, Any]:
    return ask(stack, host, plan.host(host).address, path, body)


def _answers(stack: Stack, site: str, address: str) -> bool:
    return request(stack, site, (address, CLIENT_PORT), "/health") is not None


def _is_on(stack: Stack, host: str) -> bool:
    try:
        return is_on(stack, host)
    except LabError:
        return False


def _text(key: str) -> str:
    return base64.b64encode(key.encode()).decode()
