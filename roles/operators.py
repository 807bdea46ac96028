"""Who asks Patroni: the operator's certificate and password, and the way to the sites' networks.

Both are the caller's: a folder, else the secret that the deployment has put into the cloud's store;
a proxy, else the network that the caller is in.
"""

import base64
import http.client
import json
import os
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from urllib.parse import unquote, urlsplit

from tricenter.roles.interface import RoleError
from tricenter.topology.plan import Plan

FOLDER = "TRICENTER_OPERATOR"
"""The variable with the folder of `ca.crt`, `operator.crt`, `operator.key` and `rest-password`."""
PROXY = "TRICENTER_SITES_PROXY"
"""The variable with an HTTP proxy inside the sites' networks, such as a jump host has.

`http://USER:PASSWORD@HOST:PORT`, where `{stack}` becomes the stack's id.
"""
NAMES = ("ca.crt", "operator.crt", "operator.key", "rest-password")
SECRET = "operator"  # noqa: S105 - what the secret is called, not what it is

Fetch = Callable[[Plan], str | None]
"""The operator's document from a cloud's store; None where there is none. Raises RoleError."""


@dataclass(frozen=True, slots=True)
class Operator:
    """What is shown to Patroni: a certificate of the stack's authority, and a password."""

    context: ssl.SSLContext
    password: str

    def login(self) -> dict[str, str]:
        """The header of a request that changes something."""
        told = base64.b64encode(f"operator:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {told}"}


def find_operator(plan: Plan, fetch: Fetch | None) -> Operator | None:
    """The operator of a deployed stack; None where nothing is deployed that has one.

    RoleError for a folder or a secret that cannot be used.
    """
    if folder := os.environ.get(FOLDER):
        return _operator(_read(Path(folder)), folder)
    text = fetch(plan) if fetch else None
    if text is None:
        return None
    where = "the operator's secret"
    try:
        read: object = json.loads(text)
    except ValueError:
        raise RoleError(f"{where} is no JSON") from None
    found = cast(dict[str, str], read) if isinstance(read, dict) else {}
    if missing := [name for name in NAMES if name not in found]:
        raise RoleError(f"{where} has no {', '.join(missing)}")
    return _operator(found, where)


def connection(
    stack: str, address: str, port: int, operator: Operator, timeout: float
) -> http.client.HTTPSConnection:
    """A connection to an address inside the sites' networks; the certificate must be its own."""
    proxy = os.environ.get(PROXY)
    if not proxy:
        return http.client.HTTPSConnection(address, port, timeout=timeout, context=operator.context)
    place = urlsplit(proxy.replace("{stack}", stack))
    if place.scheme != "http" or not place.hostname or not place.port:
        raise RoleError(f"{PROXY} is not of the form http://HOST:PORT")
    through = http.client.HTTPSConnection(
        place.hostname, place.port, timeout=timeout, context=operator.context
    )
    login = f"{unquote(place.username or '')}:{unquote(place.password or '')}"
    told = {"Proxy-Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    through.set_tunnel(address, port, told if place.username else {})
    return through


def has_way_in() -> bool:
    """Whether somebody has said that the sites' networks are reached from here."""
    return bool(os.environ.get(PROXY) or os.environ.get(FOLDER))


def _read(folder: Path) -> Mapping[str, str]:
    try:
        return {name: (folder / name).read_text(encoding="utf-8") for name in NAMES}
    except OSError as error:
        raise RoleError(f"{error.filename}: {error.strerror}") from None


def _operator(files: Mapping[str, str], where: str) -> Operator:
    try:
        context = ssl.create_default_context(cadata=files["ca.crt"])
        # Python reads a key from a file alone; this one is the caller's, and gone at once.
        with TemporaryDirectory() as folder:
            for name in ("operator.crt", "operator.key"):
                path = Path(folder, name)
                path.touch(mode=0o600)
                path.write_text(files[name], encoding="utf-8")
            context.load_cert_chain(f"{folder}/operator.crt", f"{folder}/operator.key")
    except (OSError, ValueError) as error:
        raise RoleError(f"{where}: the operator's certificate cannot be used: {error}") from None
    return Operator(context=context, password=files["rest-password"].strip())
