"""Certificates and passwords of a stack: valid for whom they should be, private, redacted."""

import socket
import ssl
import threading
from pathlib import Path

import pytest

from tricenter.lab.errors import LabError
from tricenter.lab.keypair import KeyPair
from tricenter.lab.secrets import (
    ca,
    client_certificate,
    host_certificate,
    password,
    redact,
)
from tricenter.lab.stack import Stack


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack without hosts."""
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(tmp_path / "lab"))
    found = Stack("one")
    found.create(network="loopback")
    return found


def handshake(server: KeyPair, client: KeyPair, authority: Path, name: str) -> str:
    """Shake hands over a socket pair with both certificates; the client's common name."""
    here, there = socket.socketpair()
    inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority))
    inside.verify_mode = ssl.CERT_REQUIRED
    inside.load_cert_chain(server.certificate, server.key)
    outside = ssl.create_default_context(cafile=str(authority))
    outside.load_cert_chain(client.certificate, client.key)
    seen: list[str] = []

    def serve() -> None:
        try:
            with inside.wrap_socket(there, server_side=True) as connection:
                subject = (connection.getpeercert() or {})["subject"]
                seen.append(dict(pair for part in subject for pair in part)["commonName"])
                connection.send(b".")
        except OSError:
            there.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        here.settimeout(20)
        with outside.wrap_socket(here, server_hostname=name) as connection:
            connection.recv(1)
    finally:
        here.close()
        thread.join(20)
    return seen[0]


def test_host_and_client_trust_each_other(stack: Stack) -> None:
    """A host is believed under its name, other names and addresses, and no other."""
    server = host_certificate(stack, "xihu", ["db.example"], ["10.77.1.10"])
    client = client_certificate(stack, "rewind_user")
    for name in ("xihu", "db.example", "10.77.1.10", "localhost", "127.0.0.1"):
        assert handshake(server, client, ca(stack), name) == "rewind_user"
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        handshake(server, client, ca(stack), "tianfu")


def test_another_stack_is_a_stranger(stack: Stack) -> None:
    """A certificate of one stack is worth nothing in another."""
    other = Stack("two")
    other.create(network="loopback")
    server = host_certificate(other, "xihu")
    with pytest.raises(ssl.SSLCertVerificationError, match=r"unable to get|self"):
        handshake(server, client_certificate(stack, "x"), ca(stack), "xihu")
    with pytest.raises((ssl.SSLError, ConnectionError, IndexError)):
        handshake(
            host_certificate(stack, "xihu"), client_certificate(other, "x"), ca(stack), "xihu"
        )


def test_a_certificate_changes_only_for_a_reason(stack: Stack) -> None:
    """The same request gives the same file; other addresses or another authority a new one."""
    first = host_certificate(stack, "xihu", [], ["10.77.1.10"]).certificate.read_bytes()
    assert host_certificate(stack, "xihu", [], ["10.77.1.10"]).certificate.read_bytes() == first
    second = host_certificate(stack, "xihu", [], ["10.77.1.11"]).certificate.read_bytes()
    assert second != first
    ca(stack).unlink()
    third = host_certificate(stack, "xihu", [], ["10.77.1.11"]).certificate.read_bytes()
    assert third != second


def test_secrets_are_private(stack: Stack) -> None:
    """Folder and files are readable by their owner only."""
    host_certificate(stack, "xihu")
    password(stack, "replication")
    folder = stack.path / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


def test_passwords_are_made_once_and_redacted(stack: Stack) -> None:
    """A password stays the same, differs from others, and never shows in a redacted text."""
    first = password(stack, "replication")
    assert password(stack, "replication") == first
    assert len(first) >= 32
    assert password(stack, "superuser") != first
    key = host_certificate(stack, "xihu").key.read_text()
    text = redact(f"dsn=postgres://u:{first}@h\n{key}", stack)
    assert text.startswith("dsn=postgres://u:<password replication>@h\n")
    assert not any(line in text for line in key.splitlines() if not line.startswith("-----"))
    with pytest.raises(LabError, match="is no name of a password"):
        password(stack, "../x")
