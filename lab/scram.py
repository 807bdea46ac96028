"""SCRAM-SHA-256 verifiers, so that a password reaches a server without being written anywhere."""

import base64
import hashlib
import hmac
import os

ITERATIONS = 4096
"""PostgreSQL's own default."""


def verifier(password: str, salt: bytes | None = None) -> str:
    """What PostgreSQL stores of a password (ASCII), as `CREATE ROLE ... PASSWORD` takes it."""
    salt = salt or os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, ITERATIONS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored = hashlib.sha256(client).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(ITERATIONS, *parts)
