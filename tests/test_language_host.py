"""The stand-in language host, run as the engine runs it: a process that is spoken to by gRPC."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc, language_pb2
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeStub

from tricenter.setup.language_host.interpreter import NoInterpreter, environment, interpreter
from tricenter.setup.language_host.processes import Children, lines, output

PREFIX = str(Path(sys.prefix))
DEADLINE_S = 60


class Engine(engine_pb2_grpc.EngineServicer):
    """Keeps what the host logs."""

    def __init__(self) -> None:
        self.logged: list[tuple[int, str]] = []

    def Log(self, request, context):  # noqa: ARG002, N802
        self.logged.append((request.severity, request.message))
        return empty_pb2.Empty()


@contextlib.contextmanager
def _engine() -> Iterator[tuple[Engine, str]]:
    engine, server = Engine(), grpc.server(futures.ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield engine, f"127.0.0.1:{port}"
    server.stop(grace=None).wait()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory):
    """A running host, its engine and a folder whose executor prints what it was given."""
    folder = tmp_path_factory.mktemp("host")
    executor = folder / "pulumi-language-python-exec"
    executor.write_text(
        "import json, os, sys\n"
        "print(json.dumps([sys.argv[1:], os.environ['PULUMI_CONFIG'], os.getcwd()]))\n"
        "print('oops', file=sys.stderr)\n"
        "sys.exit(int(sys.argv[-1]))\n"
    )
    with _engine() as (engine, address):
        command = [sys.executable, "-P", "-m", "tricenter.setup.language_host"]
        flags = ["--bin-directory", str(folder), "-tracing=", address]
        process = subprocess.Popen([*command, *flags], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield LanguageRuntimeStub(channel), engine, folder, process, address
        process.terminate()
        assert process.wait(DEADLINE_S) == 0
        assert process.stdout.read() == ""
        process.stdout.close()


@pytest.mark.parametrize("flag", ["-root=.", "-virtualenv=x", "-unheard=of"])
def test_flags_that_the_official_host_refuses_are_refused(flag: str) -> None:
    """The engines that hand them over are older than the host; the official one ends there."""
    command = [sys.executable, "-P", "-m", "tricenter.setup.language_host", flag, "127.0.0.1:1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S)
    assert done.returncode == 2 and done.stdout == ""
    assert flag in done.stderr


def _info(folder: Path, **options: str) -> language_pb2.ProgramInfo:
    info = language_pb2.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point="."
    )
    info.options.update(options)
    return info


def _wait_until(condition) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.02)


def _run(host, code: int, **options: str) -> language_pb2.RunResponse:
    stub, _, folder, *_ = host
    return stub.Run(
        language_pb2.RunRequest(
            project="p",
            stack="s",
            pwd=str(folder),
            dryRun=True,
            parallel=7,
            monitor_address="monitor:1",
            organization="o",
            args=[str(code)],
            config={"p:secret": "x"},
            info=_info(folder, **(options or {"virtualenv": PREFIX})),
        ),
        timeout=DEADLINE_S,
    )


def test_run_hands_the_program_to_the_executor(host) -> None:
    """A program gets the engine's words as flags, its configuration by environment only."""
    _, engine, folder, _, address = host
    engine.logged.clear()
    assert _run(host, 0) == language_pb2.RunResponse()
    printed = "".join(message for severity, message in engine.logged if severity == 1)
    arguments, config, directory = json.loads(printed)
    flags = dict(zip(arguments[:-2:2], arguments[1:-2:2], strict=True))
    assert flags == {
        "--monitor": "monitor:1",
        "--engine": address,
        "--project": "p",
        "--stack": "s",
        "--pwd": str(folder),
        "--dry_run": "true",
        "--parallel": "7",
        "--organization": "o",
        "--root_directory": str(folder),
    }
    assert arguments[-2] == str(folder)
    assert json.loads(config) == {"p:secret": "x"}
    assert directory == str(folder)
    assert (3, "oops\n") in engine.logged


def test_run_tells_how_a_program_ended(host) -> None:
    """Exit code 32 means that the user has been told; any other is an error with its number."""
    assert _run(host, 32).bail
    assert _run(host, 3).error == "the program exited with code 3"


def test_run_without_the_named_environment_says_what_to_do(host) -> None:
    """A missing virtual environment is an error for the user, no crash."""
    answer = _run(host, 0, virtualenv="nowhere")
    assert "nowhere" in answer.error
    assert "make setup" in answer.error


def _plugin(host, folder: Path, kind: str, *arguments: str, **options: str):
    request = language_pb2.RunPluginRequest(
        pwd=str(folder),
        args=arguments,
        env=["PATH=/usr/bin", "GIVEN=1=2"],
        kind=kind,
        info=_info(folder, **(options or {"virtualenv": PREFIX})),
    )
    return host[0].RunPlugin(request, timeout=DEADLINE_S)


def test_plugin_streams_both_outputs_and_its_exit_code(host, tmp_path: Path) -> None:
    """A provider is run as a folder, in the program's directory, with the engine's environment."""
    (tmp_path / "__main__.py").write_text(
        "import os, sys\n"
        "print(sys.argv[1:], os.environ['GIVEN'], os.environ['VIRTUAL_ENV'], os.getcwd())\n"
        "print('problem', file=sys.stderr)\n"
        "sys.exit(5)\n"
    )
    parts = list(_plugin(host, tmp_path, "resource", "engine:1", "-x"))
    stdout = b"".join(part.stdout for part in parts).decode()
    assert stdout == f"['engine:1', '-x'] 1=2 {PREFIX} {tmp_path}\n"
    assert b"".join(part.stderr for part in parts) == b"problem\n"
    assert parts[-1].WhichOneof("output") == "exitcode"
    assert parts[-1].exitcode == 5


def test_plugin_output_comes_before_it_ends(host, tmp_path: Path) -> None:
    """The engine reads a plugin's port while it runs; cancelling the call ends the plugin."""
    (tmp_path / "__main__.py").write_text(
        "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)\n"
    )
    call = _plugin(host, tmp_path, "resource")
    process = Path("/proc", next(call).stdout.decode().strip())
    assert process.exists()
    call.cancel()
    _wait_until(lambda: not process.exists())


def test_policy_pack_runs_in_its_own_folder(host, tmp_path: Path) -> None:
    """An analyzer goes through the SDK's entry point, with the pack as program, in the pack's
    directory, as with the official host: whatever the engine names."""
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "__main__.py").write_text("import os\nprint('pack in', os.getcwd())\n")
    request = language_pb2.RunPluginRequest(
        pwd=str(tmp_path),
        args=["127.0.0.1:1"],
        env=["PATH=/usr/bin"],
        kind="analyzer",
        info=_info(pack, virtualenv=PREFIX),
    )
    parts = list(host[0].RunPlugin(request, timeout=DEADLINE_S))
    assert parts[-1].exitcode == 0, parts
    assert b"".join(part.stdout for part in parts).decode() == f"pack in {pack}\n"


def test_plugin_without_its_environment_is_refused(host, tmp_path: Path) -> None:
    """The reason reaches the engine as the call's status."""
    with pytest.raises(grpc.RpcError, match="make setup"):
        list(_plugin(host, tmp_path, "resource", virtualenv="gone"))


def test_small_calls(host) -> None:
    """What the engine asks besides has answers that need nothing."""
    stub, _, folder, *_ = host
    assert stub.GetPluginInfo(empty_pb2.Empty()).version == ""
    packages = stub.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest())
    assert list(packages.packages) == []
    about = stub.About(language_pb2.AboutRequest(info=_info(folder, virtualenv=PREFIX)))
    assert about.executable == f"{PREFIX}/bin/python"


def test_host_ends_when_its_engine_is_killed(tmp_path: Path) -> None:
    """An engine that dies without a word leaves no language host behind."""
    parent = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-P', '-m', 'tricenter.setup.language_host',"
        " '127.0.0.1:1'], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\nprint(child.pid, flush=True)\ntime.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as engine:
        assert engine.stdout is not None
        host_process = Path("/proc", engine.stdout.readline().decode().strip())
        assert host_process.exists()
        engine.kill()
        _wait_until(lambda: not _alive(host_process))


def _alive(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_children_that_ignore_an_interrupt_are_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the grace comes the kill."""
    monkeypatch.setattr("tricenter.setup.language_host.processes.GRACE_S", 0.2)
    code = "import signal, time\nsignal.signal(2, signal.SIG_IGN)\nprint(1, flush=True)\n"
    children = Children()
    child = children.start(
        [sys.executable, "-c", code + "time.sleep(600)"], cwd="/", env=os.environ
    )
    name, data = next(output(child))
    assert (name, data[:1]) == ("stdout", b"1")
    thread = threading.Thread(target=children.end_all)
    thread.start()
    thread.join(DEADLINE_S)
    assert child.returncode == -signal.SIGKILL


def test_lines_stay_whole() -> None:
    """A chunk that ends inside a line or a character is held back until the rest comes."""
    euro = "€".encode()
    chunks = [("stdout", b"a" + euro[:1]), ("stderr", b"x\ny"), ("stdout", euro[1:] + b"\nb")]
    assert list(lines(chunks)) == [
        ("stderr", "x\n"),
        ("stdout", "a€\n"),
        ("stderr", "y"),
        ("stdout", "b"),
    ]


def test_interpreter_is_the_one_the_yaml_names(tmp_path: Path) -> None:
    """A relative environment counts from the YAML's folder; without one PATH decides."""
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch(mode=0o755)
    (tmp_path / "lab").mkdir()
    found = interpreter(tmp_path / "lab", {"virtualenv": "../env"})
    assert found.resolve() == python
    assert interpreter(tmp_path, {}).name.startswith("python")
    with pytest.raises(NoInterpreter):
        interpreter(tmp_path, {"virtualenv": "lab"})


def test_environment_of_a_virtual_environment(tmp_path: Path) -> None:
    """Programs find their environment's commands first; a system Python changes nothing."""
    base = {"PATH": "/usr/bin", "PYTHONHOME": "/x"}
    assert environment(tmp_path / "bin" / "python", base) == base
    (tmp_path / "pyvenv.cfg").touch()
    assert environment(tmp_path / "bin" / "python", base) == {
        "PATH": f"{tmp_path}/bin:/usr/bin",
        "VIRTUAL_ENV": str(tmp_path),
    }
