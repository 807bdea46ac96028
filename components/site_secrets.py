"""Secrets of self-managed sites: all follow from one seed, and each site is given only its own."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tricenter.lab.backup.key import key_text
from tricenter.lab.scram import verifier
from tricenter.topology.plan import Plan, PlannedHost
from tricenter.topology.render import fill, patroni, pgbackrest

SEED_BYTES = 48
PASSWORD_BYTES = 24
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the curve's group: private keys are below it (FIPS 186-5, P-256)."""
AUTHORITY_VALID = timedelta(days=3650)
TERM, VALID = timedelta(days=150), timedelta(days=397)
"""A certificate of a host or operator is replaced, with its key, by the first `up` of each new term
since the day of the seed; until then, and for 247 days longer, the one before it is good."""
EARLY = timedelta(days=1)


def new_seed() -> str:
    """A seed as it is kept: random bytes and the day from which certificates count."""
    made = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return json.dumps({"seed": secrets.token_urlsafe(SEED_BYTES), "made": made.isoformat()})


def password(seed: str, name: str) -> str:
    """The password of that name; nobody who has it finds another one or the seed."""
    return base64.urlsafe_b64encode(_bytes(seed, f"password {name}", PASSWORD_BYTES)).decode()


def site_document(
    seed: str,
    plan: Plan,
    host: PlannedHost,
    *,
    bucket: str,
    held: str,
    vaults: Sequence[Mapping[str, str]] = (),
    today: datetime | None = None,
) -> str:
    """What a site's machine is told in secret: its files, its bucket, the vaults that it fills.

    `held` is the text that the bucket has for it: by its digest the machine, which obeys it as
    root, tells it from one that somebody else has put there.
    """
    told = {
        "files": site_files(seed, plan, host, today),
        "bucket": bucket,
        "object_digest": hashlib.sha256(held.encode()).hexdigest(),
        "vaults": [*vaults],
    }
    return json.dumps(told, sort_keys=True)


def site_files(
    seed: str, plan: Plan, host: PlannedHost, today: datetime | None = None
) -> dict[str, str]:
    """The secret files of a site by path: certificate and key, passwords of its members, cipher.

    The application's password is not among them: a server needs only its verifier.
    """
    signer = _key(seed, "authority")
    issuer = _authority(seed, plan, signer)
    certificate, key = _host_certificate(seed, plan, host, issuer, signer, _term(seed, today))
    files = {
        "/srv/tls/ca.crt": _pem(issuer),
        "/srv/tls/host.crt": _pem(certificate),
        "/srv/tls/host.key": _private(key),
    }
    for member in plan.members_of(host.name):
        folder = f"/srv/etc/patroni/{member.database}"
        files[f"{folder}/secrets.yml"] = _patroni_secrets(seed, member.database)
        role = patroni.APPLICATION
        salt = _bytes(seed, f"salt {member.database}", 16)
        made = verifier(password(seed, f"{member.database}-{role}"), salt)
        files[f"{folder}/{role}.sql"] = fill("application.sql.j2", {"role": role, "verifier": made})
    if any(backup.repositories[:1] == (host.name,) for backup in plan.backups):
        cipher = password(seed, "pgbackrest-repository")
        files[f"{pgbackrest.SECRETS}/cipher.conf"] = key_text(cipher)
    return files


def application_document(seed: str, plan: Plan) -> str:
    """The passwords of the applications, for whoever runs them; no machine of ours reads it."""
    role = patroni.APPLICATION
    return json.dumps(
        {d.name: {"user": role, "password": password(seed, f"{d.name}-{role}"), "host": d.writer}
         for d in plan.databases}
    )  # fmt: skip


def operator_document(seed: str, plan: Plan, today: datetime | None = None) -> str:
    """What an operator shows to Patroni: the authority, a certificate, its key, the password.

    Keys are the names of the files that the verbs look for.
    """
    signer = _key(seed, "authority")
    issuer = _authority(seed, plan, signer)
    term = _term(seed, today)
    key = _key(seed, f"operator{_mark(term)}")
    builder = (
        _builder(seed, f"operator{_mark(term)}", _name("operator"), issuer.subject, key, term)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    return json.dumps(
        {
            "ca.crt": _pem(issuer),
            "operator.crt": _pem(builder.sign(signer, hashes.SHA256(), ecdsa_deterministic=True)),
            "operator.key": _private(key),
            "rest-password": password(seed, "operator"),
        }
    )


def _private(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _patroni_secrets(seed: str, database: str) -> str:
    roles = {
        role: {"password": password(seed, f"{database}-{role}")}
        for role in ("replication", "rewind")
    }
    operator = {"username": "operator", "password": password(seed, "operator")}
    return json.dumps(
        {
            "restapi": {"authentication": operator},
            "ctl": {"authentication": operator},
            "postgresql": {"authentication": roles},
        },
        indent=1,
    )


def _bytes(seed: str, purpose: str, length: int) -> bytes:
    """Bytes for one purpose from the seed (HKDF's expansion, RFC 5869, with SHA-256)."""
    key = hashlib.sha256(json.loads(seed)["seed"].encode()).digest()
    found, block = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac.digest(key, block + purpose.encode() + bytes([counter]), "sha256")
        found += block
    return found[:length]


def _key(seed: str, purpose: str) -> ec.EllipticCurvePrivateKey:
    """A private key; from so many more bits than it has that no value is likelier (FIPS 186-5)."""
    number = int.from_bytes(_bytes(seed, f"key {purpose}", 48), "big")
    return ec.derive_private_key(number % (ORDER_OF_P256 - 1) + 1, ec.SECP256R1())


def _authority(seed: str, plan: Plan, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name(f"tricenter {plan.topology}")
    builder = _builder(seed, "authority", name, name, key)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        # Without chance in the signature: the same seed gives the same bytes at every run.
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )


def _host_certificate(
    seed: str,
    plan: Plan,
    host: PlannedHost,
    issuer: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
    term: int,
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = _key(seed, f"host {host.name}{_mark(term)}")
    writers = [database.writer for database in plan.databases if _holds(plan, host, database.name)]
    readers = [database.reader for database in plan.databases if _holds(plan, host, database.name)]
    names = sorted({host.name, "localhost", *writers, *readers})
    addresses = sorted({IPv4Address("127.0.0.1"), *map(IPv4Address, host.addresses)})
    # Addresses as names too: pgBackRest compares what it was told to connect to with those alone.
    wanted: list[x509.GeneralName] = [
        *map(x509.DNSName, names),
        *(x509.DNSName(str(address)) for address in addresses),
        *map(x509.IPAddress, addresses),
    ]
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    builder = (
        _builder(
            seed,
            f"host {host.name} {wanted}{_mark(term)}",
            _name(host.name),
            issuer.subject,
            key,
            term,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
    )
    return builder.sign(signer, hashes.SHA256(), ecdsa_deterministic=True), key


def _made(seed: str) -> datetime:
    """The day of the seed."""
    return datetime.fromisoformat(json.loads(seed)["made"])


def _term(seed: str, today: datetime | None) -> int:
    """Which term since the day of the seed it is."""
    return max(0, ((today or datetime.now(UTC)) - _made(seed)) // TERM)


def _mark(term: int) -> str:
    """What tells the purposes of two terms apart; in the first they are as they always were."""
    return f" term {term}" if term else ""


def _holds(plan: Plan, host: PlannedHost, database: str) -> bool:
    return any(member.database == database for member in plan.members_of(host.name))


def _builder(
    seed: str,
    purpose: str,
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    term: int | None = None,
) -> x509.CertificateBuilder:
    """A certificate of a term, or of the authority, which has none; none outlives the authority."""
    made = _made(seed)
    begins, lives = (made, AUTHORITY_VALID) if term is None else (made + term * TERM, VALID)
    # 159 bits: positive, and within the twenty bytes that RFC 5280 allows.
    serial = int.from_bytes(_bytes(seed, f"serial {purpose}", 20), "big") >> 1
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(begins - EARLY)
        .not_valid_after(min(begins + lives, made + AUTHORITY_VALID))
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


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


DOCUMENTS: Mapping[str, Callable[[str, Plan], str]] = {
    "applications": application_document,
    "operator": operator_document,
}
"""The secrets for people and programs outside the sites, by their name in the cloud's store."""
