"""What a keeper asks: its members' Patroni, the store's word on the lease, the server's files."""

import base64
import http.client
import json
import os
import ssl
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from tricenter.lab.copies import reason
from tricenter.lab.keeper.judge import Facts
from tricenter.lab.keeper.watched import Watch, Watched
from tricenter.topology.copy_anew import (
    COPYING,
    LEADS,
    follows,
    place,
    read_branch,
    why_not_anew,
)
from tricenter.topology.render.patroni import FETCH

PATIENCE_S = 1.0
TAIL = 16384
"""Bytes of a member's log that are looked at: some twenty seconds of it."""
PRIMARY = frozenset({"primary", "master", "promoted"})
RUNNING = frozenset({"running", "streaming", "in archive recovery"})
"""Words of Patroni 4.1 for the state of a leader (2026-11-30)."""


def facts(watch: Watch, member: Watched, tls: ssl.SSLContext) -> Facts:
    """How a member is now, asked without anything that a frozen server could hold up.

    Of one that leads or follows nothing more is asked: a handshake costs its Patroni more than us.
    """
    own = (member.address, member.rest_port)
    said = _json(tls, own, "/patroni")
    refused = lacks_log(Path(member.log))
    well = said is not None and follows(said) and said.get("state") != COPYING and not refused
    cluster = _json(tls, own, "/cluster") if said and not well else None
    members = cast(list[dict[str, Any]], (cluster or {}).get("members") or [])
    urls = [m["api_url"] for m in members if m.get("role") in LEADS and m.get("api_url")]
    # The store's word for a leader outlives it, by the life of a lease or until there is a store
    # again: a copy of one that is lost has nothing to fetch, and would promote only after that.
    leader = _json(tls, _target(urls[0]), "/patroni") if urls else None
    here = place(said or {})
    behind = said is not None and cluster is not None and not follows(said)
    return Facts(
        site=watch.site,
        answers=said is not None,
        writable=is_writable(Path(member.data)),
        lease=_lease(watch, member, tls, said),
        follows=said is not None and said.get("replication_state") == "streaming" and not refused,
        position=here[1] if here else None,
        busy=(said or {}).get("state") == COPYING,
        leader_runs=well or (leader is not None and leader.get("state") in RUNNING),
        why_not=_why_not(watch, member, tls, said, cluster, leader) if behind else "it follows",
        fetching=folder_of(member).exists(),
    )


def lacks_log(path: Path) -> bool:
    """Whether a copy's own log says that its leader has dropped what it needs.

    Such a copy seems to stream for an instant each second, until its leader refuses again.
    """
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return False
    found = reason(lines)
    return found is not None and found.way == "fetch"


def _lease(
    watch: Watch, member: Watched, tls: ssl.SSLContext, said: dict[str, Any] | None
) -> str | None:
    """Who leads: as Patroni says where it answers, which then looks after its lease itself."""
    if said is None:
        return lease(watch, member.database, tls) if is_writable(Path(member.data)) else None
    return watch.site if said.get("role") in PRIMARY and follows(said) else None


def _why_not(
    watch: Watch,
    member: Watched,
    tls: ssl.SSLContext,
    said: dict[str, Any] | None,
    cluster: dict[str, Any] | None,
    leader: dict[str, Any] | None,
) -> str | None:
    """Why a copy may not be made anew by itself, as it, its leader and its own files say."""
    history = _answer(tls, (member.address, member.rest_port), "/history")
    lines = cast(list[Any], history) if isinstance(history, list) else []
    return why_not_anew(
        watch.site, said or {}, leader, cluster or {}, lines, _branch(member, place(said or {}))
    )


def _target(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 0


def _branch(member: Watched, here: tuple[int, int] | None) -> list[tuple[int, int]] | None:
    """The timelines that a copy comes from, by its own files; None where these are not read."""
    if here is None:
        return None
    if here[0] == 1:
        return []
    try:
        return read_branch((Path(member.data) / f"pg_wal/{here[0]:08X}.history").read_text())
    except (OSError, ValueError):
        return None


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
    """The site that may lead, "" for nobody; None where the store is silent.

    In pause whoever leads goes on without a lease, also while Patroni is stopped: that is what a
    pause is for, so this site may.
    """
    shared = stored(watch, f"/service/{database}/config", tls)
    if shared is not None and is_paused(shared):
        return watch.site
    return stored(watch, f"/service/{database}/leader", tls)


def is_paused(shared: str) -> bool:
    """Whether the members' shared settings have a pause in them."""
    try:
        found: object = json.loads(shared or "{}")
    except ValueError:
        return False
    return isinstance(found, dict) and bool(cast(dict[str, Any], found).get("pause"))


def stored(watch: Watch, name: str, tls: ssl.SSLContext) -> str | None:
    """What the store has under a key, "" for nothing; None where no voice of it answers."""
    key = base64.b64encode(name.encode()).decode()
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
    """An object that is answered; with `status` only whether it was taken. None for no answer."""
    found = _answer(tls, target, path, body, headers, status=status)
    return cast(dict[str, Any], found) if isinstance(found, dict) else None


def _answer(
    tls: ssl.SSLContext,
    target: tuple[str, int],
    path: str,
    body: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    *,
    status: bool = False,
) -> object:
    """The JSON of an answer, None for none."""
    connection = http.client.HTTPSConnection(*target, timeout=PATIENCE_S, context=tls)
    method = "GET" if body is None else "POST"
    sent = {"Content-Type": "application/json", **(headers or {})}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        text = answer.read()
        if status:
            return {"ok": answer.status == 200}
        return cast(object, json.loads(text))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


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
