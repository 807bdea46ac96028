"""What a keeper asks: its members' Patroni, the store's word on the lease, the server's files."""

import base64
import http.client
import json
import os
import ssl
from pathlib import Path
from typing import Any, cast

from tricenter.lab.keeper.judge import Facts
from tricenter.lab.keeper.watched import Watch, Watched
from tricenter.topology.render.patroni import FETCH

PATIENCE_S = 1.0
RUNNING = frozenset({"running", "streaming", "in archive recovery"})
COPYING = frozenset({"creating replica", "initializing new cluster", "rewinding"})
LEADERS = frozenset({"leader", "standby_leader"})
"""Words of Patroni 4.1 for a member's state and role in its GET /cluster (2026-11-30)."""


def facts(watch: Watch, member: Watched, tls: ssl.SSLContext) -> Facts:
    """How a member is now, asked without anything that a frozen server could hold up."""
    said = _json(tls, (member.address, member.rest_port), "/patroni")
    cluster = _json(tls, (member.address, member.rest_port), "/cluster") if said else None
    members = cast(list[dict[str, Any]], (cluster or {}).get("members") or [])
    leader = next((entry for entry in members if entry.get("role") in LEADERS), None)
    log: dict[str, Any] = (said or {}).get("xlog") or {}
    return Facts(
        site=watch.site,
        answers=said is not None,
        writable=is_writable(Path(member.data)),
        lease=lease(watch, member.database, tls),
        follows=(said or {}).get("replication_state") == "streaming",
        position=max(
            (log[k] for k in ("received_location", "replayed_location") if log.get(k)),
            default=None,
        ),
        busy=(said or {}).get("state") in COPYING,
        leader_runs=leader is not None and leader.get("state") in RUNNING,
        others=sum(
            entry.get("state") == "streaming" and entry.get("name") != watch.site
            for entry in members
        ),
        fetching=(Path(member.sockets) / FETCH).exists(),
    )


def is_writable(data: Path) -> bool:
    """Whether a server runs on this folder that is no standby, by its files alone."""
    if (data / "standby.signal").exists() or (data / "recovery.signal").exists():
        return False
    return postmaster(data) is not None


def postmaster(data: Path) -> int | None:
    """The process of the server that runs on a folder, None where none does."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        working = Path(f"/proc/{pid}/cwd").readlink()
    except (OSError, ValueError):
        return None
    return pid if pid > 1 and working == data.resolve() else None


def lease(watch: Watch, database: str, tls: ssl.SSLContext) -> str | None:
    """The site that holds the leader's lease, "" for nobody; None where the store is silent."""
    key = base64.b64encode(f"/service/{database}/leader".encode()).decode()
    for voice in watch.store:
        found = _json(tls, voice, "/v3/kv/range", {"key": key})
        if found is not None and "header" in found:
            kvs = cast(list[dict[str, str]], found.get("kvs") or [])
            return base64.b64decode(kvs[0]["value"]).decode() if kvs else ""
    return None


def context(authority: str, certificate: str, key: str) -> ssl.SSLContext:
    """TLS as this host: shows its certificate, and wants one of the stack's own authority."""
    made = ssl.create_default_context(cafile=authority)
    made.load_cert_chain(certificate, key)
    return made


def order_copy(member: Watched, tls: ssl.SSLContext) -> bool:
    """Have Patroni throw a copy away and make it anew from its leader; False when it does not."""
    secrets = json.loads(Path(member.secrets).read_text(encoding="utf-8"))
    login = secrets["restapi"]["authentication"]
    pair = f"{login['username']}:{login['password']}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    target = (member.address, member.rest_port)
    return _json(tls, target, "/reinitialize", {"force": True}, headers, status=True) == {
        "ok": True
    }


def _json(
    tls: ssl.SSLContext,
    target: tuple[str, int],
    path: str,
    body: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    *,
    status: bool = False,
) -> dict[str, Any] | None:
    """A JSON answer; with `status` only whether it was taken. None for no answer."""
    connection = http.client.HTTPSConnection(*target, timeout=PATIENCE_S, context=tls)
    method = "GET" if body is None else "POST"
    sent = {"Content-Type": "application/json", **(headers or {})}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        text = answer.read()
        if status:
            return {"ok": answer.status == 200}
        found: object = json.loads(text)
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return cast(dict[str, Any], found) if isinstance(found, dict) else None


def folder_of(member: Watched) -> Path:
    """Where the FETCH file of a member is."""
    return Path(member.sockets) / FETCH


def kill_server(data: Path, number: int) -> None:
    """Send a signal to the server of a folder and to its children, who may be stopped as well."""
    pid = postmaster(data)
    if pid is None:
        return
    for child in _children(pid):
        _signal(child, number)
    _signal(pid, number)


def _children(pid: int) -> tuple[int, ...]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return ()
    return tuple(int(word) for word in text.split())


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
