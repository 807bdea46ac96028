"""A Pulumi stack of a test's own on the lab, with a backend of its own."""

import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tricenter.cli.engine import Engine, EngineError
from tricenter.cli.events import Event
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers, sweep
from tricenter.setup.places import bin_directory, checkout
from tricenter.setup.toolchain import search_path
from tricenter.topology.names import stack_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The stack as the engine and the lab know it."""

    engine: Engine
    lab: Stack

    def run(self, verb: str, *flags: str) -> list[Event]:
        """Everything that the engine said; the test fails with its errors."""
        seen: list[Event] = []
        try:
            seen.extend(self.engine.run(verb, *flags))
        except EngineError as error:
            said = [event.text for event in seen if event.severity == "error"]
            pytest.fail("\n".join([str(error), *said]))
        return seen

    def tricenter(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of ours about this stack."""
        return self.plain(*arguments, "--stack", self.engine.stack)

    def plain(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of ours in the same environment, as it is typed."""
        return subprocess.run(
            [str(bin_directory() / "tricenter"), *arguments],
            cwd=self.engine.root,
            env=dict(self.engine.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def verb(self, *arguments: str) -> dict[str, Any]:
        """What a verb did; the test fails when it fails."""
        done = self.tricenter(*arguments, "--yes", "--format", "json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def leaders(self) -> dict[str, str | None]:
        """Who leads what, by the status; it may be that not all is well."""
        told = json.loads(self.tricenter("status", "--format", "json").stdout)
        return {d["name"]: d["leader"] for d in told["databases"]}


@contextmanager
def new_deployment(folder: Path) -> Iterator[Deployment]:
    """A stack that is not there yet, and of which nothing is there afterwards."""
    name = f"t{uuid.uuid4().hex[:6]}"
    (folder / "state").mkdir()
    environment = {
        **os.environ,
        "PATH": search_path(),
        "PULUMI_BACKEND_URL": f"file://{folder}/state",
        "PULUMI_CONFIG_PASSPHRASE": "of this test",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }
    engine = Engine(root=checkout(), stack=name, environment=environment)
    lab = Stack(stack_id("ledger", name))
    try:
        yield Deployment(engine=engine, lab=lab)
    finally:
        sweep(lab.id)
        assert leftovers(lab.id) == ()
        (engine.root / "stacks" / f"Pulumi.{name}.yaml").unlink(missing_ok=True)
