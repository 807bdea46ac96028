"""The certificate that a host shows: what is wrong with it, and having it taken up when renewed."""

from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tricenter.lab.errors import LabError
from tricenter.lab.files import read_host_file
from tricenter.lab.service import reload_service, restart_service, services, start_service
from tricenter.lab.stack import Stack

if TYPE_CHECKING:
    from tricenter.lab.certificates import Fault

FOLDER = "/srv/tls"
FINE = "fine"
STORE = "etcd"
RELOADING = ("database-", "pgbackrest")
"""What names the services that read a renewed certificate on SIGHUP: Patroni 4.1.5 does, with its
PostgreSQL (patroni/api.py, reload_local_certificate), and so does pgBackRest's server. etcd reads
certificate and key at each handshake (client/pkg/transport/listener.go, GetCertificate), and its
authority only when it starts. Read 2026-11-30."""


def host_fault(stack: Stack, host: str) -> "Fault | None":
    """What is wrong with the certificate in a host, None when nothing is."""
    from tricenter.lab import certificates

    held, key, trusted = (
        read_host_file(stack, host, f"{FOLDER}/{name}")
        for name in ("host.crt", "host.key", "ca.crt")
    )
    own = certificates.content_of(stack.path / "secrets" / "ca.crt")
    found = certificates.fault_of(held, key, own, datetime.now(UTC))
    if found is None and trusted != own:
        return certificates.Fault(word="foreign", says="it trusts another authority, or none")
    return found


def word(stack: Stack, host: str) -> str:
    """FINE, or one word for what is wrong with a host's certificate."""
    try:
        found = host_fault(stack, host)
    except LabError:
        return "unknown"
    return found.word if found else FINE


def take_up(stack: Stack, host: str, renewed: Collection[str], known: Collection[str]) -> None:
    """Have the host's services use files of FOLDER that were written anew; nothing for none.

    `known` are those that were there before: no other has started with what was there.
    """
    for found in services(stack, host) if renewed and known else ():
        if found.name not in known:
            continue
        if found.name == STORE and "ca.crt" in renewed:
            restart_service(stack, host, STORE)
        elif found.name == STORE or found.name.startswith(RELOADING):
            with suppress(LabError):  # it has no process, or has just ended
                if found.name != STORE:
                    reload_service(stack, host, found.name)
            if found.state == "backoff":
                start_service(stack, host, found.name)
