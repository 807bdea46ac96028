"""The certificates of a stack: its own authority, what it has signed, what is wrong with it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tricenter.lab.keypair import KeyPair
from tricenter.lab.secrets import secrets_folder
from tricenter.lab.stack import Stack, check_name, file_lock, replace_file

VALID = timedelta(days=397)
"""Of hosts and clients, as long as browsers once took certificates of web servers (CA/Browser
Forum, Baseline Requirements 6.3.2, in force until 2026-03-15): a key that was lost ends by itself.
"""
AUTHORITY_VALID = timedelta(days=3650)
"""Of the stack's own authority, whose key never leaves its directory."""
EARLY = timedelta(days=1)
"""Certificates begin before now, as a virtual machine's clock may step back."""
RENEWED = timedelta(days=90)
"""One that ends sooner is made anew by the next `tricenter up`, and `status` asks for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a certificate: a stable word, and the end of a sentence.

    `soon` is True where it is still good, and only ends before long.
    """

    word: str
    says: str
    soon: bool = False


def fault_of(
    certificate: bytes | None, key: bytes | None, issuer: bytes | None, now: datetime
) -> Fault | None:
    """What is wrong with a certificate and its key, held against who should have issued it."""
    if certificate is None or key is None:
        lost = "the certificate" if certificate is None else "the key of its certificate"
        return Fault(word="missing", says=f"{lost} is missing")
    try:
        authority = x509.load_pem_x509_certificate(issuer or b"")
    except ValueError:
        return Fault(word="foreign", says="the stack's own authority is missing or unreadable")
    try:
        held = x509.load_pem_x509_certificate(certificate)
        private = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return Fault(word="unreadable", says="the certificate or its key cannot be read")
    if private.public_key() != held.public_key():
        return Fault(word="key-differs", says="the key is not that of the certificate")
    try:
        held.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return Fault(word="foreign", says="the certificate is of another authority")
    ends = held.not_valid_after_utc
    if ends <= now:
        return Fault(word="expired", says=f"the certificate has expired on {ends:%Y-%m-%d}")
    if ends < now + RENEWED:
        says = f"the certificate expires on {ends:%Y-%m-%d}"
        return Fault(word="expires", says=says, soon=True)
    return None


def authority(stack: Stack) -> KeyPair:
    """The stack's own authority, made when it is missing; hold the folder's lock meanwhile."""
    folder = secrets_folder(stack)
    pair = KeyPair(certificate=folder / "ca.crt", key=folder / "ca.key")
    if _is_authority(pair):
        return pair
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(f"tricenter {stack.id}")
    certificate = (
        _builder(subject, subject, key.public_key(), datetime.now(UTC) + AUTHORITY_VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(pair, certificate, key)
    return pair


def issue(
    stack: Stack,
    file: str,
    common: str,
    names: list[str],
    addresses: list[IPv4Address],
    *,
    server: bool,
) -> KeyPair:
    """A certificate and its key under `file`, made again when what it must name has changed."""
    check_name(file.replace("_", "-"), "name of a certificate")
    folder = secrets_folder(stack)
    pair = KeyPair(certificate=folder / f"{file}.crt", key=folder / f"{file}.key")
    wanted: list[x509.GeneralName] = [*map(x509.DNSName, names), *map(x509.IPAddress, addresses)]
    with file_lock(folder / ".lock"):
        signed_by = authority(stack)
        issuer = x509.load_pem_x509_certificate(signed_by.certificate.read_bytes())
        if _is_current(pair, wanted, signed_by.certificate.read_bytes()):
            return pair
        signer = serialization.load_pem_private_key(signed_by.key.read_bytes(), None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)  # noqa: S101 - what _authority made
        key = ec.generate_private_key(ec.SECP256R1())
        ends = min(datetime.now(UTC) + VALID, issuer.not_valid_after_utc)
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH]
        uses += [ExtendedKeyUsageOID.SERVER_AUTH] if server else []
        builder = (
            _builder(_name(common), issuer.subject, key.public_key(), ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(sign_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
        )
        if wanted:
            builder = builder.add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        _write(pair, builder.sign(signer, hashes.SHA256()), key)
    return pair


def _is_authority(pair: KeyPair) -> bool:
    """Whether the authority on disk can sign: it is there and can be read."""
    held, key = content_of(pair.certificate), content_of(pair.key)
    return fault_of(held, key, held, datetime.now(UTC)) is None


def content_of(path: Path) -> bytes | None:
    """What is in a file, None when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _is_current(pair: KeyPair, wanted: list[x509.GeneralName], issuer: bytes) -> bool:
    """Whether the certificate on disk is for these names, and nothing is wrong with it."""
    content = content_of(pair.certificate)
    if content is None or fault_of(content, content_of(pair.key), issuer, datetime.now(UTC)):
        return False
    held = x509.load_pem_x509_certificate(content)
    try:
        found = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return not wanted
    return list(found) == wanted


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, ends: datetime
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(ends)
    )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=not sign_certificates,
        key_cert_sign=sign_certificates, crl_sign=sign_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _write(pair: KeyPair, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    replace_file(pair.key, secret, 0o600)
    replace_file(pair.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o600)
