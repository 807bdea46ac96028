"""A plugin whose engine was killed is ended before anything is looked for; no other process is."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tricenter.cli import begun
from tricenter.cli.orphans import end_orphans
from tricenter.cli.torn import BACKEND
from tricenter.drills.cloud import leftovers
from tricenter.drills.cloud.leftovers import Begun

Start = Callable[..., subprocess.Popen[bytes]]
PATIENT = "import sys, time\nprint(flush=True)\ntime.sleep(60)\n"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a program as an engine starts a plugin; what is left of it is ended."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(
        engine: str, backend: str, name: str = "pulumi-resource-cloud"
    ) -> subprocess.Popen[bytes]:
        program = tmp_path / name
        program.write_text(PATIENT, encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, str(program), engine],
            env={**os.environ, BACKEND: backend},
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdout is not None
        process.stdout.readline()
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_only_a_plugin_of_a_killed_engine_is_ended(start: Start, tmp_path: Path) -> None:
    """Not one whose engine answers, of another backend, without an engine, or no plugin."""
    gone, own = f"127.0.0.1:{closed_port()}", f"file://{tmp_path}"
    with socket.create_server(("127.0.0.1", 0)) as engine:
        served = f"127.0.0.1:{engine.getsockname()[1]}"
        orphan = start(gone, own)
        others = [
            start(served, own),
            start(gone, f"{own}/other"),
            start("", own),
            start(gone, own, "something-else"),
        ]
        assert end_orphans({BACKEND: own}) == 1
        assert orphan.wait(10) < 0
        assert [other.poll() for other in others] == [None] * len(others)


def test_what_arrives_after_the_first_look_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that was under way when the engine was killed; what is found is not asked again."""
    asked: list[list[str]] = []
    waited: list[float] = []

    def find(cloud: str, operations: list[dict[str, dict[str, str]]], stack: str) -> object:
        del cloud, stack
        urns = [one["resource"]["urn"] for one in operations]
        asked.append(urns)
        return {urn: Begun(id=urn) for urn in urns if urn == "early" or len(asked) > 1}

    monkeypatch.setattr(leftovers, "find_begun", find)
    monkeypatch.setattr(begun.time, "sleep", waited.append)
    made = [{"resource": {"urn": urn}} for urn in ("early", "late")]
    assert begun._look_twice(("aws",), made, "dev").keys() == {"early", "late"}
    assert asked == [["early", "late"], ["late"]]
    assert waited == [0.0, begun.STILL_ARRIVES_S]
