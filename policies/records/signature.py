"""Signatures of records as OpenSSH makes them: `ssh-keygen -Y sign -n tricenter-drill-record`.

The format is PROTOCOL.sshsig of OpenSSH (checked 2026-11-30,
https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig). Keys are Ed25519 alone.
"""

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Sequence

from tricenter.topology.errors import TricenterError

NAMESPACE = b"tricenter-drill-record"
"""What a signature is for: one made for another purpose is none of a record."""
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
MAGIC, VERSION = b"SSHSIG", 1
KIND = b"ssh-ed25519"
LENGTH = 4
"""Bytes of a length, and of a number."""


class SignatureError(TricenterError):
    """A signature does not hold; the text says why."""


def signer_of(content: bytes, armoured: str, signers: Sequence[str]) -> str:
    """The key, of those in OpenSSH's form, that signed these bytes; raises SignatureError."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key, namespace, reserved, algorithm, signature = _parts(armoured)
    if namespace != NAMESPACE:
        raise SignatureError(f"its signature is not for {NAMESPACE.decode()}")
    known = {_blob(signer): signer for signer in signers}
    if key not in known:
        raise SignatureError("its signature is by nobody whom `drills.signers` names")
    if algorithm not in (b"sha256", b"sha512"):
        raise SignatureError("its signature has a digest that is not known here")
    digest = hashlib.new(algorithm.decode(), content).digest()
    signed = MAGIC + b"".join(map(_string, (namespace, reserved, algorithm, digest)))
    try:
        Ed25519PublicKey.from_public_bytes(_named(key)).verify(_named(signature), signed)
    except (InvalidSignature, ValueError):
        raise SignatureError("its signature is of other bytes: it was changed") from None
    return known[key]


def _parts(armoured: str) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    """Key, namespace, reserved, digest's name, and signature, of an armoured text."""
    before, begin, rest = armoured.partition(BEGIN)
    inner, end, _ = rest.partition(END)
    if before.strip() or not begin or not end:
        raise SignatureError("its signature is none of `ssh-keygen -Y sign`")
    blob = _decoded("".join(inner.split()))
    head = MAGIC + VERSION.to_bytes(LENGTH)
    if not blob.startswith(head):
        raise SignatureError("its signature is none of `ssh-keygen -Y sign`")
    key, data = _read(blob[len(head) :])
    namespace, data = _read(data)
    reserved, data = _read(data)
    algorithm, data = _read(data)
    return key, namespace, reserved, algorithm, _read(data)[0]


def _blob(signer: str) -> bytes:
    """The key's bytes in a line such as `ssh-ed25519 AAAA... who`."""
    return _decoded(signer.split()[1])


def _named(blob: bytes) -> bytes:
    """What follows the kind in a key's or a signature's bytes."""
    kind, rest = _read(blob)
    if kind != KIND:
        raise SignatureError("its signature is not by an Ed25519 key")
    return _read(rest)[0]


def _read(data: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(data[:LENGTH])
    if len(data) < LENGTH + length:
        raise SignatureError("its signature is cut off")
    return data[LENGTH : LENGTH + length], data[LENGTH + length :]


def _string(text: bytes) -> bytes:
    return len(text).to_bytes(LENGTH) + text


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except binascii.Error:
        raise SignatureError("its signature is none of `ssh-keygen -Y sign`") from None
