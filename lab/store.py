"""Asking the store's members how they are, from inside their hosts."""

import http.client
import json
import ssl
from functools import lru_cache
from typing import Any, cast

from tricenter.lab.errors import LabError
from tricenter.lab.host import enter_network
from tricenter.lab.machine import machine_of
from tricenter.lab.secrets import ca, client_certificate
from tricenter.lab.stack import Stack
from tricenter.topology.render.etcd import CLIENT_PORT

OPERATOR = "operator"
"""The name in the certificate with which this process asks and commands."""
HEALTH = "/health?exclude=NOSPACE"
"""A full store refuses writes, and is a majority all the same (etcd 3.4.16 and later, 2021-05)."""


def operator_context(stack: Stack) -> ssl.SSLContext:
    """TLS as the stack's operator: shows a certificate and wants one of the stack's authority."""
    own = client_certificate(stack, OPERATOR)
    made = own.certificate.stat().st_mtime_ns
    return _context(str(ca(stack)), str(own.certificate), str(own.key), made)


@lru_cache(maxsize=8)
def _context(authority: str, certificate: str, key: str, made: int) -> ssl.SSLContext:
    """The context of these files; `made` tells a stack from a later one of the same name."""
    del made
    context = ssl.create_default_context(cafile=authority)
    context.load_cert_chain(certificate, key)
    return context


def request(
    stack: Stack,
    host: str,
    target: tuple[str, int],
    path: str,
    *,
    method: str = "GET",
    body: Any = None,
    headers: dict[str, str] | None = None,
    timeout: float = 2.0,
) -> tuple[int, str] | None:
    """Status and text of an HTTPS answer to a question asked in a host; None when there is none.

    `target` is the plan's address and port.
    """
    connection: http.client.HTTPSConnection | None = None
    try:
        with enter_network(stack, host):
            connection = http.client.HTTPSConnection(
                *machine_of(stack).reach(stack, *target),
                timeout=timeout,
                context=operator_context(stack),
            )
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException, LabError):
        return None
    finally:
        if connection is not None:
            connection.close()


def is_healthy(stack: Stack, host: str, address: str) -> bool:
    """Whether the voice at an address is heard from a host and is part of a majority.

    Whether the store takes writes is another question: `lab/store_space.py` has it.
    """
    found = request(stack, host, (address, CLIENT_PORT), HEALTH)
    return found is not None and found[0] == 200 and '"true"' in found[1]


def ask(
    stack: Stack, host: str, address: str, path: str, body: Any, *, timeout: float = 5.0
) -> dict[str, Any]:
    """What the voice in a host answers to a question of etcd's API; LabError with its refusal."""
    target = (address, CLIENT_PORT)
    found = request(stack, host, target, path, method="POST", body=body, timeout=timeout)
    if found is None or found[0] >= 300:
        said = refusal(found[1]) if found else "no answer"
        raise LabError(f"the store in {host} did not do {path}: {said}")
    try:
        return cast(dict[str, Any], json.loads(found[1]))
    except ValueError:
        raise LabError(f"the store in {host} did not answer {path} with JSON") from None


def refusal(text: str) -> str:
    """The sentence in etcd's JSON of an error, without the rest."""
    try:
        data: Any = json.loads(text)
        said = data.get("error") or data.get("message") or text
    except (ValueError, AttributeError):
        said = text
    return str(said).strip()[:200]
