"""Secrets of sites follow from one seed: the same each time, each site's its own, verifiable."""

import base64
import hashlib
import hmac
import json
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tricenter.components.site_secrets import (
    TERM,
    application_document,
    new_seed,
    operator_document,
    password,
    site_document,
    site_files,
)
from tricenter.topology.addresses import readdress
from tricenter.topology.compile import compile_plan
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
PLAN = readdress(compile_plan(load(ROOT / "stacks/ledger-mixed.yaml"), "mixed"))
SEED = new_seed()


def test_a_seed_gives_the_same_bytes_every_time() -> None:
    """No `up` changes a secret: no chance is in certificates, and of the clock a term."""
    for host in PLAN.hosts:
        once = site_document(SEED, PLAN, host, bucket="b", held="{}")
        assert once == site_document(SEED, PLAN, host, bucket="b", held="{}")
        assert once != site_document(new_seed(), PLAN, host, bucket="b", held="{}")


def test_certificates_are_of_one_authority(tmp_path: Path) -> None:
    """OpenSSL accepts each site's certificate, for its name, its addresses and its key."""
    serials: set[int] = set()
    for host in PLAN.hosts:
        files = site_files(SEED, PLAN, host)
        for name in ("ca.crt", "host.crt"):
            (tmp_path / name).write_text(files[f"/srv/tls/{name}"], encoding="utf-8")
        command = ["openssl", "verify", "-x509_strict", "-verify_ip", host.addresses[1]]
        command += ["-CAfile", str(tmp_path / "ca.crt"), str(tmp_path / "host.crt")]
        assert subprocess.run(command, capture_output=True, text=True).returncode == 0
        certificate = x509.load_pem_x509_certificate(files["/srv/tls/host.crt"].encode())
        key = load_pem_private_key(files["/srv/tls/host.key"].encode(), None)
        assert certificate.public_key() == key.public_key()
        serials.add(certificate.serial_number)
    assert len(serials) == len(PLAN.hosts)


def test_a_site_holds_only_its_own() -> None:
    """No site has another's key, the seed, the authority's key, or the application's password."""
    texts = {
        host.name: site_document(SEED, PLAN, host, bucket="b", held="{}") for host in PLAN.hosts
    }
    keys = {host.name: site_files(SEED, PLAN, host)["/srv/tls/host.key"] for host in PLAN.hosts}
    assert len(set(keys.values())) == len(keys)
    for name, text in texts.items():
        assert json.loads(SEED)["seed"] not in text
        assert text.count("BEGIN PRIVATE KEY") == 1
        assert all(json.dumps(key) not in text for other, key in keys.items() if other != name)
        for database in PLAN.databases:
            assert password(SEED, f"{database.name}-app") not in text
    assert sum("secret.d/cipher.conf" in text for text in texts.values()) == 1


def test_the_verifier_is_of_the_applications_password() -> None:
    """What the server is given lets in exactly who has the application's password."""
    told = json.loads(application_document(SEED, PLAN))["ledger-a"]["password"]
    script = site_files(SEED, PLAN, PLAN.hosts[0])["/srv/etc/patroni/ledger-a/app.sql"]
    found = re.search(r"SCRAM-SHA-256\$4096:(.+?)\$(.+?):(.+?)'", script)
    assert found
    salt, stored, _ = (base64.b64decode(part) for part in found.groups())
    salted = hashlib.pbkdf2_hmac("sha256", told.encode(), salt, 4096)
    assert hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest() == stored
    assert told not in script


def test_certificates_are_replaced_in_good_time() -> None:
    """Each term has its own, with a key of its own; nothing else of a site ever changes."""
    made, host = datetime.fromisoformat(json.loads(SEED)["made"]), PLAN.hosts[0]
    first = site_files(SEED, PLAN, host, made + TERM - timedelta(seconds=1))
    assert first == site_files(SEED, PLAN, host, made - timedelta(days=1))
    second = site_files(SEED, PLAN, host, made + TERM)
    changed = {path for path in first if first[path] != second[path]}
    assert changed == {"/srv/tls/host.crt", "/srv/tls/host.key"}
    operators = [json.loads(operator_document(SEED, PLAN, made + n * TERM)) for n in (0, 1)]
    assert operators[0]["rest-password"] == operators[1]["rest-password"]
    assert operators[0]["operator.key"] != operators[1]["operator.key"]


@pytest.mark.parametrize("days", [0, 149, 150, 1000, 3000, 3399])
def test_a_certificate_is_good_for_long_enough(tmp_path: Path, days: int) -> None:
    """Until the next term and eight months more; OpenSSL finds it good all the time."""
    today = datetime.fromisoformat(json.loads(SEED)["made"]) + timedelta(days=days)
    for path, text in site_files(SEED, PLAN, PLAN.hosts[0], today).items():
        (tmp_path / Path(path).name).write_text(text, encoding="utf-8")
    certificate = x509.load_pem_x509_certificate((tmp_path / "host.crt").read_bytes())
    issuer = x509.load_pem_x509_certificate((tmp_path / "ca.crt").read_bytes())
    ends = certificate.not_valid_after_utc
    assert ends <= min(today + timedelta(days=397), issuer.not_valid_after_utc)
    assert ends - today > timedelta(days=246)
    for moment in (today, ends - timedelta(minutes=1)):
        command = ["openssl", "verify", "-x509_strict", "-attime", str(int(moment.timestamp()))]
        command += ["-CAfile", str(tmp_path / "ca.crt"), str(tmp_path / "host.crt")]
        assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0
