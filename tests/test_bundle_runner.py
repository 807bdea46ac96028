"""The runner of bundles: a bare Python, confirmed step by step, stopped by any doubt."""

import json
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tricenter.topology.bundle.checksums import NAME, checksums, differences
from tricenter.topology.compile import compile_plan
from tricenter.topology.render import fill
from tricenter.topology.render.bundle import files_for
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
TARGETS = {"lab": "ledger", "aws": "ledger-aws", "gcp": "ledger-gcp", "mixed": "ledger-mixed"}
KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "SECRET"}


@cache
def rendered(target: str) -> dict[str, str]:
    """The files of all bundles of a target's reference spec."""
    plan = compile_plan(load(ROOT / f"stacks/{TARGETS[target]}.yaml"), target)
    return {file.path: file.text for file in files_for(plan, "ledger-dev")}


def written(target: str, kind: str, folder: Path) -> Path:
    """The bundle of the loss of the city with two sites, as files; its folder."""
    name = {"lab": "hangzhou", "gcp": "hongkong"}.get(target, "singapore")
    start = f"bundles/{kind}-{name}/"
    for path, text in rendered(target).items():
        if path.startswith(start):
            (folder / path.removeprefix(start)).write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str, answers: str = "", **environment: str) -> Any:
    """run.py in a process of its own that can import nothing but the standard library."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "run.py"), *arguments],
        input=answers,
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        timeout=60,
    )


def test_damage_is_found_by_checksums(tmp_path: Path) -> None:
    """Another byte, a file more, a file less, no checksums: each is found by name."""
    texts = {"bundle.json": "{}", "run.py": "print()"}
    texts[NAME] = checksums(texts)
    assert differences(texts) == ()
    assert differences(texts | {"run.py": "print(1)"}) == ("run.py was changed",)
    assert differences(texts | {"more": ""}) == ("more has no checksum",)
    assert differences({k: v for k, v in texts.items() if k != "run.py"}) == ("run.py is missing",)
    assert differences(texts | {NAME: "x"}) == (f"{NAME} cannot be read",)
    folder = written("aws", "lose-city", tmp_path)
    said = run(folder, "--verify").stdout
    assert "as their checksums say" in said and "seal" not in said
    listed = subprocess.run(["sha256sum", "--check", NAME], cwd=folder, capture_output=True)
    assert listed.returncode == 0
    (folder / "bundle.json").write_text("{}", encoding="utf-8")
    done = run(folder, "--dry-run")
    assert (done.returncode, done.stdout) == (1, "")
    assert "bundle.json was changed" in done.stderr
    (folder / NAME).write_text("", encoding="utf-8")
    assert "bundle.json has no checksum" in run(folder, "--dry-run").stderr


def tampered(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A bundle that somebody has changed, with checksums made for it."""
    bundle = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    for step in bundle["steps"]:
        for call in (*step["graceful"], *step["forced"]):
            change(call)
    (folder / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    (folder / NAME).write_text(checksums(texts), encoding="utf-8")
    return folder


def test_what_is_shown_is_what_runs(tmp_path: Path) -> None:
    """A command that was put in place of one, with new checksums: people see the one that runs."""

    def evil(call: dict[str, Any]) -> None:
        call["by_hand"] = "tricenter status"
        call["argv"] = ["touch", str(tmp_path / "was here")] if call["argv"] else []

    folder = written("lab", "lose-city", tmp_path)
    before = run(folder, "--dry-run").stdout
    assert "$ tricenter exec tianfu -- /run/tricenter/venv/bin/patronictl" in before
    folder = tampered(folder, evil)
    for said in (
        run(folder, "--dry-run").stdout,
        run(folder, answers="run\nrun\n").stdout,
    ):
        assert f"$ touch '{tmp_path}/was here'" in said
        assert "tricenter status" not in said
    assert (tmp_path / "was here").exists()


def test_a_terminal_obeys_nothing_of_a_bundle(tmp_path: Path) -> None:
    """Escapes, carriage returns and line ends that would paint over a command are shown as such."""

    def painted(call: dict[str, Any]) -> None:
        if call["argv"]:
            call["argv"] = ["rm", "-rf", "/srv\r\x1b[2K   $ true", "\n2. [verify] all is well"]

    folder = tampered(written("lab", "lose-city", tmp_path), painted)
    said = run(folder, "--dry-run").stdout
    assert "$ rm -rf '/srv\\r\\x1b[2K   $ true' '\\n2. [verify] all is well'" in said
    assert "\x1b" not in said and "\r" not in said


@pytest.mark.parametrize("target", TARGETS)
def test_readers_see_what_runs(target: str) -> None:
    """The page of a bundle has each command and request to the letter."""
    for path, text in rendered(target).items():
        if not path.endswith("bundle.json"):
            continue
        page = rendered(target)[path.replace("bundle.json", "README.md")]
        for step in json.loads(text)["steps"]:
            for call in (*step["graceful"], *step["forced"]):
                shown = shlex.join(call["argv"]) or " ".join((call["method"], *call["urls"][:1]))
                assert call["write"] or f"```\n{shown}\n" in page, shown
                assert not call["argv"] or not call["by_hand"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("mode", ["graceful", "forced"])
def test_it_runs_without_us(target: str, mode: str, tmp_path: Path) -> None:
    """A bare Python shows every step; nothing of ours, of Pulumi or of a cloud's SDK is there."""
    folder = written(target, "lose-city", tmp_path)
    done = run(folder, "--dry-run", "--mode", mode)
    assert (done.returncode, done.stderr) == (0, "")
    bundle = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    assert done.stdout.count("[") >= len(bundle["steps"])
    for step in bundle["steps"]:
        for call in step[mode]:
            assert (call["urls"] or [shlex.join(call["argv"])])[0] in done.stdout
    text = (folder / "run.py").read_text(encoding="utf-8")
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", text, re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)


@contextmanager
def cloud(answers: dict[str, tuple[int, str]]) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """An HTTP server that answers by a word in the path or body; its address and what it saw."""
    seen: list[tuple[str, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            seen.append((self.path, body, self.headers.get("Authorization", "")))
            status, text = next((a for w, a in answers.items() if w in self.path + body), (404, ""))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_PATCH = do_POST  # noqa: N815 - the protocol's names

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def aws_answers() -> dict[str, tuple[int, str]]:
    """What AWS says when the remote region's clusters write."""
    space = 'xmlns="http://rds.amazonaws.com/doc/2014-10-31/"'
    members = "".join(
        "<GlobalClusterMember><DBClusterArn>arn:aws:rds:ap-northeast-1:123456789012:cluster:"
        f"ledger-dev-{name}-ap-northeast-1</DBClusterArn><IsWriter>true</IsWriter>"
        "</GlobalClusterMember>"
        for name in ("ledger-a", "ledger-b")
    )
    return {
        "GetCallerIdentity": (200, "<r><Account>123456789012</Account></r>"),
        "DescribeGlobalClusters": (
            200,
            f"<r {space}><GlobalClusterMember>{members}</GlobalClusterMember></r>",
        ),
        "FailoverGlobalCluster": (200, f"<r {space}/>"),
    }


def test_a_forced_walk_asks_the_survivor(tmp_path: Path) -> None:
    """Confirmed step by step, it sends the forced calls, proves them and keeps a journal."""
    folder = written("aws", "lose-city", tmp_path)
    typed = "run\nrun\nlose-city:singapore\n" + "run\n" * 8
    with cloud(aws_answers()) as (address, seen):
        done = run(folder, answers=typed, TRICENTER_BUNDLE_ENDPOINT=address, **KEYS)
    assert done.returncode == 0, done.stdout + done.stderr
    asked = [dict(parse_qsl(body)) for _, body, _ in seen]
    moved = [
        a["TargetDbClusterIdentifier"] for a in asked if a["Action"] == "FailoverGlobalCluster"
    ]
    assert moved == [
        f"arn:aws:rds:ap-northeast-1:123456789012:cluster:ledger-dev-{name}-ap-northeast-1"
        for name in ("ledger-a", "ledger-b")
    ]
    assert all("/ap-northeast-1/" in signed for _, _, signed in seen)
    journal = next(folder.glob("journal-*.jsonl")).read_text(encoding="utf-8").splitlines()
    events = [json.loads(line)["event"] for line in journal]
    assert events[0] == "start" and events[-1] == "end" and "SECRET" not in "".join(journal)


@pytest.mark.parametrize("typed", ["run\nrun\nyes\n", "run\nrun\nskip\n", "run\nstop\n", ""])
def test_without_approval_nothing_is_changed(typed: str, tmp_path: Path) -> None:
    """The approval is the scenario's id, typed; anything else, or silence, changes nothing."""
    folder = written("aws", "lose-city", tmp_path)
    with cloud(aws_answers()) as (address, seen):
        done = run(folder, answers=typed, TRICENTER_BUNDLE_ENDPOINT=address, **KEYS)
    assert done.returncode == 1
    assert not [body for _, body, _ in seen if "Failover" in body]


def test_a_refusal_stops_the_walk(tmp_path: Path) -> None:
    """When the cloud refuses a required step, no further step is asked for."""
    folder = written("aws", "lose-city", tmp_path)
    answers = aws_answers() | {"FailoverGlobalCluster": (400, "<e>InvalidGlobalClusterState</e>")}
    typed = "run\nrun\nlose-city:singapore\n" + "run\n" * 8
    with cloud(answers) as (address, seen):
        done = run(folder, answers=typed, TRICENTER_BUNDLE_ENDPOINT=address, **KEYS)
    assert done.returncode == 1 and "InvalidGlobalClusterState" in done.stdout
    assert len([body for _, body, _ in seen if "FailoverGlobal" in body]) == 1


def test_what_waits_for_the_lost_region_does_not_stop_it(tmp_path: Path) -> None:
    """The old leader is asked for nothing, and is not stopped; that its copy cannot be named for
    the next disaster yet ends nothing."""
    folder = written("gcp", "lose-city", tmp_path)
    ready = json.dumps({"instanceType": "CLOUD_SQL_INSTANCE", "state": "RUNNABLE"})
    answers = {
        "promoteReplica": (200, "{}"),
        "failoverDrReplicaName": (400, "no"),
        "tokyo-1": (200, ready),
    }
    typed = "run\nrun\nlose-city:hongkong\n" + "run\n" * 10
    with cloud(answers) as (address, seen):
        done = run(
            folder,
            answers=typed,
            TRICENTER_BUNDLE_ENDPOINT=address,
            GOOGLE_OAUTH_ACCESS_TOKEN="t0ken",
            GOOGLE_PROJECT="bank",
        )
    assert done.returncode == 0, done.stdout + done.stderr
    paths = [path for path, _, _ in seen]
    assert sum("promoteReplica?failover=true" in path for path in paths) == 2
    assert not any("kowloon" in path for path in paths)
    named = [json.loads(body) for _, body, _ in seen if "failoverDrReplicaName" in body]
    assert [one["replicationCluster"]["failoverDrReplicaName"] for one in named] == [
        f"bank:ledger-dev-kowloon-{name}" for name in ("ledger-a", "ledger-b")
    ]
    assert not any("activationPolicy" in body for _, body, _ in seen)
    assert all("/projects/bank/" in path for path in paths)
    assert "t0ken" not in done.stdout


def test_the_runner_is_clean_python() -> None:
    """The runner has no mistake that a linter finds."""
    text = fill("bundles/run.py.j2", {})
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E9,F,B", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
