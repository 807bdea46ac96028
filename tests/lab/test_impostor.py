"""Members connect to the member that they mean: another host's certificate will not do."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.stranger import needs_root, open_folder
from tricenter.lab.keypair import KeyPair
from tricenter.lab.secrets import ca, host_certificate
from tricenter.lab.stack import Stack
from tricenter.setup.distribution import postgres_directory
from tricenter.topology.compile import compile_plan
from tricenter.topology.render.patroni import files
from tricenter.topology.validate import load

pytestmark = [pytest.mark.lab, needs_root]
SPEC = Path(__file__).parents[2] / "stacks" / "ledger.yaml"
MEANT, OTHER = "127.0.0.2", "127.0.0.3"
PORT = "54329"
AS_OWNER = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A stack with an authority, in a folder that the server's user can pass."""
    with open_folder("postgres") as folder:
        monkeypatch.setenv("TRICENTER_LAB_HOME", str(folder))
        found = Stack("one")
        found.create(network="loopback")
        yield found


@pytest.fixture
def server(stack: Stack) -> Iterator[Path]:
    """A PostgreSQL that has never been started, and the folder of its data."""
    folder = postgres_directory()
    assert folder is not None
    data = stack.path.parent / "data"
    subprocess.run(
        [*AS_OWNER, folder / "initdb", "-D", data, "-N"], check=True, capture_output=True
    )
    yield data
    control(data, "stop", "-m", "immediate")


def control(data: Path, *words: str) -> None:
    """Start or stop the server."""
    argv = [*AS_OWNER, f"{postgres_directory()}/pg_ctl", "-D", str(data), "-w", *words]
    subprocess.run(argv, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def start(data: Path, pair: KeyPair) -> None:
    """Start the server at the address that is meant, with a certificate."""
    for source, name in ((pair.certificate, "host.crt"), (pair.key, "host.key")):
        shutil.copy(source, data / name)
        shutil.chown(data / name, "postgres", "postgres")
        (data / name).chmod(0o600)
    options = (
        f"-c listen_addresses={MEANT} -c port={PORT} -c unix_socket_directories={data} -c ssl=on "
        f"-c ssl_cert_file={data}/host.crt -c ssl_key_file={data}/host.key"
    )
    control(data, "-l", f"{data}/log", "-o", options, "start")


def connects(stack: Stack, mode: str) -> str:
    """What libpq says as a member that connects to another one; empty when it is content."""
    place = f"host={MEANT} port={PORT} dbname=postgres user=postgres sslmode={mode}"
    argv = ["psql", "-XAtc", "SELECT 1", f"{place} sslrootcert={ca(stack)}"]
    env = {**os.environ, "PGCONNECT_TIMEOUT": "10"}
    return subprocess.run(argv, check=False, capture_output=True, text=True, env=env).stderr


def test_a_member_takes_no_other_host_for_the_one_it_means(stack: Stack, server: Path) -> None:
    """The key of one host, lost, would else stand for every member of every database."""
    rendered = next(f for f in files(compile_plan(load(SPEC), "lab")) if "member.yml" in f.path)
    roles = yaml.safe_load(rendered.text)["postgresql"]["authentication"]
    (mode,) = {role["sslmode"] for role in roles.values()}
    start(server, host_certificate(stack, "xihu", addresses=[MEANT]))
    assert connects(stack, mode) == ""
    control(server, "stop", "-m", "immediate")
    start(server, host_certificate(stack, "binjiang", addresses=[OTHER]))
    assert "does not match host name" in connects(stack, mode)
    assert connects(stack, "verify-ca") == ""
