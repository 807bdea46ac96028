"""The real engine and the real Google provider against the emulated cloud."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine import SAVED_AT_THE_END
from tests.offline.gcp.conftest import Google
from tests.real_gcp_plugin import require
from tricenter.offline.gcp import PROJECT, environment
from tricenter.setup.toolchain import search_path

pytestmark = [pytest.mark.cloud, pytest.mark.long]

PROGRAM = Path(__file__).with_name("program.py")
RESOURCES = 13  # with the stack itself
SQL = f"sqladmin.googleapis.com/sql/v1beta4/projects/{PROJECT}/instances"
DESIGNATE = {"replicationCluster": {"failoverDrReplicaName": "pg-east"}}


@dataclass(frozen=True)
class Stack:
    """A stack of the program, in a folder of its own."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *words: str, **roles: str) -> dict[str, int]:
        """Runs the engine; how many resources there were of each kind of step."""
        done = subprocess.run(
            ["pulumi", *words, "--non-interactive", "--json"],
            cwd=self.folder,
            env={**self.environment, **roles},
            capture_output=True,
            text=True,
            timeout=240,
        )
        events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        said = [one["diagnosticEvent"] for one in events if "diagnosticEvent" in one]
        wrong = [one["message"] for one in said if one["severity"] == "error"]
        assert done.returncode == 0, "".join(wrong) + done.stderr[-3000:]
        found = [one["summaryEvent"] for one in events if "summaryEvent" in one]
        return found[-1]["resourceChanges"]


@pytest.fixture
def stack(google: Google, tmp_path: Path) -> Stack:
    """The program with an empty stack; skipped where there is no plugin or no engine."""
    plugin = require()
    path = os.pathsep.join([str(plugin.parent), search_path()])
    if not shutil.which("pulumi", path=path):
        pytest.skip("no Pulumi command line")
    settings = {
        "PATH": path,
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        **SAVED_AT_THE_END,
        "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",
    }
    variables = {**os.environ, **environment(google.url), **settings}
    variables.pop("PULUMI_CONFIG_PASSPHRASE_FILE", None)
    (tmp_path / "__main__.py").write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    runtime = f"runtime: {{name: python, options: {{virtualenv: {sys.prefix}}}}}"
    (tmp_path / "Pulumi.yaml").write_text(f"name: plain\n{runtime}\n", encoding="utf-8")
    made = Stack(folder=tmp_path, environment=variables)
    subprocess.run(
        ["pulumi", "stack", "init", "test"], cwd=tmp_path, env=variables, check=True, timeout=60
    )
    return made


def leftovers(google: Google) -> list[str]:
    """Names of everything of the program that the cloud still has."""
    host = f"compute.googleapis.com/compute/v1/projects/{PROJECT}/global"
    lists = [SQL, *(f"{host}/{kind}" for kind in ("networks", "addresses", "healthChecks"))]
    lists.append(f"storage.googleapis.com/storage/v1/b?project={PROJECT}")
    found = [google.ask("GET", path)[1].get("items", []) for path in lists]
    zones = google.ask("GET", f"dns.googleapis.com/dns/v1/projects/{PROJECT}/managedZones")[1]
    return [one["name"] for items in [*found, zones.get("managedZones", [])] for one in items]


def test_from_preview_to_destroy(stack: Stack, google: Google) -> None:
    """Previewed, made, found as made, switched over with no plan to change it, and removed."""
    same = {"same": RESOURCES}
    assert stack.run("preview") == {"create": RESOURCES}
    assert stack.run("up", "--yes", "--skip-preview") == {"create": RESOURCES}
    assert stack.run("refresh", "--yes", "--skip-preview") == same
    assert stack.run("up", "--yes", "--skip-preview") == same

    assert google.ask("PATCH", f"{SQL}/pg-west", DESIGNATE)[0] == 200
    assert google.ask("POST", f"{SQL}/pg-east/switchover")[0] == 200
    stack.run("refresh", "--yes", "--skip-preview", LEADER="east", DESIGNATED="1")
    assert stack.run("preview", LEADER="east", DESIGNATED="1") == same

    # The engine removes in the order of creation, which the roles no longer have.
    with pytest.raises(AssertionError, match="has replicas"):
        stack.run("destroy", "--yes", "--skip-preview")
    assert {"pg-west", "pg-east", "net"} <= set(leftovers(google))
    assert google.ask("POST", f"{SQL}/pg-west/switchover")[0] == 200
    stack.run("destroy", "--yes", "--skip-preview")
    assert leftovers(google) == []
