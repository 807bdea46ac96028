"""An emulated AWS for the tests of this folder, and Pulumi programs that the engine runs on it."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.engine import SAVED_AT_THE_END
from tricenter.offline import aws
from tricenter.offline.aws import daemon
from tricenter.setup.toolchain import pulumi_environment

CITY, REMOTE = "ap-southeast-1", "eu-west-1"
PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Aws:
    """One emulated cloud, asked with boto3 alone."""

    state: Path
    url: str

    def client(self, service: str, region: str = CITY) -> Any:
        """A boto3 client."""
        keys = {"aws_access_key_id": "offline", "aws_secret_access_key": "offline"}
        return boto3.client(service, region_name=region, endpoint_url=self.url, **keys)

    def writes(self) -> int:
        """How many requests there were that may have changed something."""
        return len((self.state / "journal.jsonl").read_text().splitlines())


@dataclass(frozen=True)
class Project:
    """A Pulumi project in a folder of its own, with a backend of files."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, fails: bool = False) -> str:
        """What `pulumi` says; it must succeed, or fail."""
        command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert (done.returncode != 0) == fails, done.stdout[-6000:]
        return done.stdout

    def set(self, key: str, value: str) -> None:
        """Set a value of the program's configuration."""
        self.run("config", "set", key, value)

    def up(self) -> str:
        """Deploy without a preview."""
        return self.run("up", "--yes", "--skip-preview")

    def state(self) -> str:
        """The stack's state, as the backend keeps it."""
        return self.run("stack", "export")

    def outputs(self) -> Any:
        """The program's outputs."""
        return json.loads(self.run("stack", "output", "--json"))


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Aws]:
    """An empty cloud of a test's own."""
    state = tmp_path / "aws"
    url = daemon.start(state)
    try:
        yield Aws(state, url)
    finally:
        daemon.stop(state)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """A cloud for tests that do not mind each other."""
    state = tmp_path_factory.mktemp("aws")
    url = daemon.start(state)
    try:
        yield Aws(state, url)
    finally:
        daemon.stop(state)


def project_of(program: str, folder: Path, url: str) -> Project:
    """One of the programs beside this file, on the stand-in plugin."""
    shutil.copytree(PROGRAMS / program, folder)
    venv = Path(os.environ.get("VIRTUAL_ENV", "") or Path(aws.sys.executable).parent.parent)
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(venv)}}
    (folder / "Pulumi.yaml").write_text(json.dumps({"name": program, "runtime": runtime}))
    (folder / "backend").mkdir()
    base = {**os.environ, **pulumi_environment()}
    base.pop("PULUMI_CONFIG_PASSPHRASE_FILE", None)
    environment = {
        **base,
        **aws.environment(url, CITY),
        **aws.on_path(None, base),
        **SAVED_AT_THE_END,
        "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
    }
    project = Project(folder, environment)
    project.run("stack", "init", "test")
    return project
