"""What texts become on a machine without namespaces: every rule, and that nothing else changes."""

import sys

import pytest

from tricenter.lab.translation import Dialect, local_address, local_port, own_loopback, translate

HERE = Dialect(
    stack="s",
    home="/srv/labs",
    folder="/srv/labs/s/hosts/one",
    loopback=own_loopback("s", "10.77.1.10"),
    folders={"one": "/srv/labs/s/hosts/one", "two": "/srv/labs/s/hosts/two"},
    addresses={"one": local_address("s", "10.77.1.10"), "two": local_address("s", "10.77.2.10")},
)
ONE, TWO = HERE.addresses["one"], HERE.addresses["two"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://10.77.1.10:2379,https://127.0.0.1:2379", f"https://{ONE}:2379,https://{{own}}:2379"),
        ("data-dir: /srv/etcd", "data-dir: {folder}/etcd"),
        ("lock-path=/tmp/pgbackrest-a", "lock-path={folder}/../tmp/pgbackrest-a"),
        ("/tmp/other /usr/srv /srv-x", "/tmp/other /usr/srv /srv-x"),
        ("/run/tricenter/venv/bin/python", f"{sys.prefix}/bin/python"),
        ("local-address=10.77.2.10\nlocal-port=53\n", f"local-address={TWO}\nlocal-port=10053\n"),
        ('"port": 443,\n "dns_port": 53', '"port": 10443,\n "dns_port": 10053'),
        ('"port": 5432', '"port": 5432'),
        ("local port = 443 local", "local port = 10443 local"),
        ("ifportup(443, asked)", "ifportup(10443, asked)"),
        ("  - hostssl app app 198.18.0.0/24 scram", "  - hostssl app app 127.0.0.1/32 scram"),
        ("  - local all postgres peer\n", "  - local all postgres peer\n"),
        ("0.0.0.0 255.255.255.255 1.2.3.4.5 v1.2.3", "0.0.0.0 255.255.255.255 1.2.3.4.5 v1.2.3"),
    ],
)  # fmt: skip
def test_words(text: str, wanted: str) -> None:
    """Addresses, ports, folders and rules by address are those of one machine."""
    wanted = wanted.replace("{own}", HERE.loopback)
    wanted = wanted.replace("{folder}/../tmp", f"{HERE.folder}/tmp")
    found = translate(text, HERE)
    assert found == wanted.replace("{folder}", f"{HERE.folder}/srv")
    assert translate(found, HERE) == found


def test_folders_of_another_host() -> None:
    """What pgBackRest is told of its peer is translated as the peer has it."""
    text = (
        "[global]\nlog-path=/srv/log\n[a]\npg1-host=two\npg1-host-ca-file=/srv/tls/ca.crt\n"
        "pg1-host-config=/srv/etc/a.conf\npg1-path=/srv/pg/a\npg2-path=/srv/pg/a\n[b]\npg1-path=/srv/pg/b\n"
    )
    one, two = (f"{HERE.folders[name]}/srv" for name in ("one", "two"))
    assert translate(text, HERE) == (
        f"[global]\nlog-path={one}/log\n[a]\npg1-host={TWO}\npg1-host-ca-file={one}/tls/ca.crt\n"
        f"pg1-host-config={two}/etc/a.conf\npg1-path={two}/pg/a\npg2-path={one}/pg/a\n[b]\npg1-path={one}/pg/b\n"
    )


def test_an_ordinary_user_owns_the_databases() -> None:
    """Where everything runs as one user, that user may be the owner of the databases."""
    user = Dialect(stack="s", home="/h", folder="/h/s", loopback="127.1.1.1", user="alice")
    text = "postgresql:\n  pg_hba:\n  - local all postgres peer\n  - local all all scram-sha-256\n"
    assert translate(text, user) == (
        "postgresql:\n  pg_ident:\n  - tricenter alice postgres\n  pg_hba:\n"
        "  - local all postgres peer map=tricenter\n  - local all all scram-sha-256\n"
    )


def test_ports() -> None:
    """Only ports that need root move."""
    assert [local_port(port) for port in (0, 53, 443, 1023, 1024, 5432)] == [
        0, 10053, 10443, 11023, 1024, 5432,
    ]  # fmt: skip
