"""Another user of this machine calls our ports on 127.0.0.1: nobody there answers."""

import base64
import errno
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from google.protobuf import empty_pb2
from google.protobuf.message import Message
from pulumi.runtime.proto import language_pb2, provider_pb2

from tests import stranger
from tricenter.lab.provider.values import struct
from tricenter.setup import callers
from tricenter.setup.callers import may_call
from tricenter.setup.grpc_server import peer_may_call

ROOT = Path(__file__).resolve().parent.parent
DEADLINE_S = 60

CALL = """
import base64, sys, grpc
port, method, body = sys.argv[1:]
with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
    call = channel.unary_stream if method.endswith("/RunPlugin") else channel.unary_unary
    try:
        answer = call(method)(base64.b64decode(body), timeout=30)
        if method.endswith("/RunPlugin"):
            list(answer)
    except grpc.RpcError as error:
        sys.exit(error.code().name)
"""
"""With bare bytes, so that a stranger needs not our modules."""
DENIED = "PERMISSION_DENIED"
ASK = """
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1], timeout=20).status)
"""


@contextmanager
def listening(*argv: str, **environment: str) -> Generator[str]:
    """A program of ours that prints its port in its first line; the last word of that line."""
    process = subprocess.Popen(
        [sys.executable, "-P", *argv],
        stdout=subprocess.PIPE, text=True, cwd="/", env={**os.environ, **environment},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(DEADLINE_S)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def engine() -> Iterator[str]:
    """An address at which somebody listens, as the engine that a plugin lives with."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def call(port: str, method: str, message: Message) -> tuple[str, ...]:
    """The arguments of CALL."""
    return port, f"/pulumirpc.{method}", base64.b64encode(message.SerializeToString()).decode()


@stranger.needs_root
def test_a_stranger_makes_no_unit(engine: str, tmp_path: Path) -> None:
    """The plugin of a root `up` would make it as root."""
    plugin, made = str(ROOT / "lab/provider"), tmp_path / "lab/evil"
    urn = "urn:pulumi:dev::p::tricenter-lab:index:Stack::evil-stack"
    inputs = struct({"stack": "evil", "host": None, "data": {}})
    with listening(plugin, engine, TRICENTER_LAB_HOME=str(tmp_path / "lab")) as port:
        request = provider_pb2.CreateRequest(urn=urn, properties=inputs)
        words = call(port, "ResourceProvider/Create", request)
        done = stranger.python(CALL, *words)
        assert not made.exists()
        assert done.stderr.strip() == DENIED
        argv = [sys.executable, "-P", "-c", CALL, *words]
        assert subprocess.run(argv, check=False).returncode == 0
        assert made.exists()


@stranger.needs_root
def test_a_stranger_runs_nothing_by_the_language_host(engine: str) -> None:
    """It runs whatever program it is told to, as the user whom it runs as."""
    with stranger.open_folder() as folder:
        folder.chmod(0o777)
        (folder / "__main__.py").write_text("open('proof', 'w').close()")
        info = language_pb2.ProgramInfo(
            root_directory=str(folder), program_directory=str(folder), entry_point="."
        )
        request = language_pb2.RunPluginRequest(pwd=str(folder), info=info)
        with listening("-m", "tricenter.setup.language_host", engine) as port:
            done = stranger.python(CALL, *call(port, "LanguageRuntime/RunPlugin", request))
        assert not (folder / "proof").exists()
        assert done.stderr.strip() == DENIED


@stranger.needs_root
@pytest.mark.parametrize(
    ("method", "argv"),
    [
        ("Analyzer/GetAnalyzerInfo", ("-m", "tricenter.policies")),
        ("ResourceProvider/GetPluginInfo", (str(ROOT / "package"), "ENGINE")),
    ],
)
def test_no_plugin_answers_a_stranger(engine: str, method: str, argv: tuple[str, ...]) -> None:
    """Neither the policy pack nor the component package does."""
    with listening(*(word.replace("ENGINE", engine) for word in argv)) as port:
        done = stranger.python(CALL, *call(port, method, empty_pb2.Empty()))
        assert done.stderr.strip() == DENIED


@stranger.needs_root
def test_an_emulated_cloud_answers_no_stranger(tmp_path: Path) -> None:
    """Google's holds the secrets of deployments, and machines run what is in its buckets."""
    argv = ("-m", "tricenter.offline.gcp.server", "--state", str(tmp_path), "--port", "0")
    with listening(*argv) as url:
        own = subprocess.run(
            [sys.executable, "-c", ASK, f"{url}/tricenter/health"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert own.stdout == "200\n"
        done = stranger.python(ASK, f"{url}/tricenter/health")
        assert done.returncode != 0
        assert "200" not in done.stdout


def _silent(local: object, remote: object) -> None:
    raise OSError(errno.EPROTONOSUPPORT, os.strerror(errno.EPROTONOSUPPORT))


@pytest.fixture(params=["asked", "tables"])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that is asked, and one that answers no questions."""
    if request.param == "tables":
        monkeypatch.setattr(callers, "held_by", _silent)


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_our_own_connection_is_known(family: socket.AddressFamily) -> None:
    """Also one that speaks IPv4 by a socket of IPv6, as gRPC's clients do."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(family) as client:
        port = server.getsockname()[1]
        client.connect(("::ffff:127.0.0.1" if family == socket.AF_INET6 else "127.0.0.1", port))
        there, _ = server.accept()
        with there:
            assert may_call(there.getsockname(), there.getpeername())
            peer = there.getpeername()
            assert peer_may_call(port, f"ipv4:127.0.0.1:{peer[1]}")
            assert not peer_may_call(port, f"ipv4:127.0.0.2:{peer[1]}")
            assert not peer_may_call(port + 1, f"ipv4:127.0.0.1:{peer[1]}")
            assert not peer_may_call(port, f"unix:{peer[1]}")
            client.close()
            # What nobody holds any more is shown as root's: here it would pass for our own.
            assert not may_call(there.getsockname(), there.getpeername())


@pytest.mark.usefixtures("kernel")
def test_a_closed_connection_is_shown_as_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason for refusing what nobody holds: the table itself says so."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())
        there, peer = server.accept()
        with there:
            client.close()
            monkeypatch.setattr(callers, "NOBODY_HOLDS", -1)
            monkeypatch.setattr(os, "geteuid", lambda: 0)
            assert may_call(there.getsockname(), peer)


@stranger.needs_root
@pytest.mark.usefixtures("kernel")
def test_a_strangers_connection_is_known() -> None:
    """Whoever listens there, with which options, and where nobody is connected."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not may_call(("127.0.0.1", 1), ("127.0.0.1", port))  # it only listens
        hold = f"import socket; s = socket.create_connection(('127.0.0.1', {port})); s.recv(1)"
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(stranger.python, hold)
            there, peer = server.accept()
            with there:
                assert not may_call(there.getsockname(), peer)
            asked.result()


def test_every_listener_of_ours_asks_who_calls() -> None:
    """A server that is made anywhere else would answer everybody."""
    made = re.compile(
        r"\badd_insecure_port\(|\bgrpc(\.aio)?\.server\(|\bmake_server\("
        r"|class \w+\((?!OwnCallers, ).*(HTTPServer|WSGIServer|TCPServer|RestApiServer)\b"
        r"|= \w*HTTPServer\(|pulumi\.provider import main"
    )
    folders = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    wrong = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for folder in folders
        for path in folder.rglob("*.py")
        if path.name != "grpc_server.py" or path.parent.name != "setup"
        if (found := made.search(path.read_text(encoding="utf-8")))
    ]
    assert not wrong, wrong
