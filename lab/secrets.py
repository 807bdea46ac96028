"""Secrets of a stack: its own authority, certificates and passwords; none leaves its directory."""

import secrets as random_source
from collections.abc import Iterable
from ipaddress import IPv4Address
from pathlib import Path

from tricenter.lab.files import read_host_file, write_host_file
from tricenter.lab.keypair import KeyPair
from tricenter.lab.machine import machine_of
from tricenter.lab.records import find_host
from tricenter.lab.stack import Stack, check_name, file_lock, replace_file


def secrets_folder(stack: Stack) -> Path:
    """The folder of a stack's secrets, made 0700 when it is missing."""
    folder = stack.path / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    return folder


def ca(stack: Stack) -> Path:
    """The certificate of the stack's own authority, made at its first use."""
    from tricenter.lab.certificates import authority

    with file_lock(secrets_folder(stack) / ".lock"):
        return authority(stack).certificate


def host_certificate(
    stack: Stack, name: str, names: Iterable[str] = (), addresses: Iterable[str] = ()
) -> KeyPair:
    """A certificate for a host, as server and as client, with its name, `names` and addresses.

    It is made again when those change, or when the authority did.
    """
    from tricenter.lab.certificates import issue

    alternatives = [*sorted({name, "localhost", *names})]
    numbers = sorted({IPv4Address("127.0.0.1"), *map(IPv4Address, addresses)})
    return issue(stack, f"host-{name}", name, alternatives, numbers, server=True)


def client_certificate(stack: Stack, name: str) -> KeyPair:
    """A certificate for a client: its common name is the user it may be."""
    from tricenter.lab.certificates import issue

    return issue(stack, f"client-{name}", name, [], [], server=False)


def password(stack: Stack, name: str) -> str:
    """The password of that name, made once."""
    check_name(name, "name of a password")
    folder = secrets_folder(stack)
    path = folder / f"{name}.password"
    with file_lock(folder / ".lock"):
        if not path.exists():
            replace_file(path, random_source.token_urlsafe(24).encode(), 0o600)
        return path.read_text(encoding="ascii")


def redact(text: str, stack: Stack) -> str:
    """A text without the stack's passwords and private keys."""
    for path in sorted((stack.path / "secrets").glob("*.password")):
        text = text.replace(path.read_text(encoding="ascii"), f"<password {path.stem}>")
    for path in sorted((stack.path / "secrets").glob("*.key")):
        for line in path.read_text(encoding="ascii").splitlines():
            if line and not line.startswith("-----"):
                text = text.replace(line, f"<key {path.stem}>")
    return text


def install_tls(
    stack: Stack,
    host: str,
    *,
    owner: str = "postgres",
    names: Iterable[str] = (),
    addresses: Iterable[str] = (),
) -> frozenset[str]:
    """Put ca.crt, host.crt and host.key into the host's /srv/tls, for all its addresses.

    The names of those that were not there like that before.
    """
    changed: set[str] = set()
    own = find_host(stack, host).addresses
    reached = machine_of(stack).certified(stack, host)
    # As names too: pgBackRest compares whatever it was told to connect to with those alone.
    pair = host_certificate(stack, host, {*names, *reached}, {*own, *addresses, *reached})
    for name, source, mode in (
        ("ca.crt", ca(stack), 0o644), ("host.crt", pair.certificate, 0o644),
        ("host.key", pair.key, 0o600),
    ):  # fmt: skip
        path, content = f"/srv/tls/{name}", source.read_bytes()
        if read_host_file(stack, host, path) != content:
            changed.add(name)
        write_host_file(stack, host, path, content, owner=owner, mode=mode)
    return frozenset(changed)


def install_secret(
    stack: Stack, host: str, path: str, text: str, *, owner: str = "postgres"
) -> None:
    """Put a secret text into a file of the host that only its owner reads."""
    write_host_file(stack, host, path, text, owner=owner, mode=0o600)
