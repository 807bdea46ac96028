"""Pulumi programs for tests of the package, each in a folder and with a state of its own."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engine import SAVED_AT_THE_END
from tricenter.setup import toolchain

ROOT = Path(__file__).resolve().parent.parent.parent
LEDGER = ROOT / "stacks/ledger.yaml"
PROGRAM = ROOT / "tests/package/yaml/Pulumi.yaml"
STACK = "dev"
LIMIT_S = 240

needs_pulumi = pytest.mark.skipif(
    toolchain.find_cli() is None, reason="no Pulumi CLI: bring it with `make clouds`"
)
needs_yaml = pytest.mark.skipif(
    toolchain.find_cli() is None or toolchain.find_language_host(name=toolchain.YAML_HOST) is None,
    reason="no Pulumi CLI with its language host for YAML: bring them with `make clouds`",
)


class Project:
    """A Pulumi program in a folder of its own, with a state that nobody else has."""

    def __init__(
        self, folder: Path, files: Mapping[str, str], environment: Mapping[str, str] = os.environ
    ) -> None:
        self.folder = folder / "program"
        self.folder.mkdir(parents=True)
        for name, text in files.items():
            (self.folder / name).write_text(text)
        state = folder / "state"
        state.mkdir()
        self.environment = {
            **environment,
            **toolchain.pulumi_environment(environment),
            "PULUMI_BACKEND_URL": f"file://{state}",
            "PULUMI_CONFIG_PASSPHRASE": "tests",
            **SAVED_AT_THE_END,
        }
        self.done("stack", "init", STACK)

    def pulumi(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the engine here."""
        return subprocess.run(
            ["pulumi", "--non-interactive", "--color=never", *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
        )

    def done(self, *words: str) -> str:
        """What the engine prints when it does what it should."""
        done = self.pulumi(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def preview(self) -> Any:
        """What the engine would do, as it says it in JSON."""
        return json.loads(self.done("preview", "--json"))

    def refusal(self) -> str:
        """What the engine prints for a program that it cannot deploy."""
        done = self.pulumi("preview")
        printed = done.stdout + done.stderr
        assert done.returncode != 0, printed
        assert "Traceback" not in printed
        assert 'File "' not in printed
        return printed


def in_yaml(
    folder: Path,
    spec: Any,
    files: Mapping[str, str] | None = None,
    environment: Mapping[str, str] = os.environ,
    **more: Any,
) -> Project:
    """The program in YAML with this spec, these further files and resources."""
    program = yaml.safe_load(PROGRAM.read_text())
    providers = program["plugins"]["providers"]
    providers.append({"name": "later", "path": "../later"})
    for provider in providers:
        provider["path"] = str((PROGRAM.parent / provider["path"]).resolve())
    program["resources"] |= more
    program["resources"]["ledger"]["properties"]["spec"] = spec
    return Project(folder, {"Pulumi.yaml": yaml.safe_dump(program), **(files or {})}, environment)


def in_python(folder: Path) -> Project:
    """The direct deployment of the same spec."""
    program = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    program["runtime"]["options"]["virtualenv"] = str(ROOT / ".venv")
    program["plugins"]["providers"][0]["path"] = str(ROOT / "lab/provider")
    del program["stackConfigDir"]
    main = (ROOT / "__main__.py").read_text().replace("__file__", repr(str(ROOT / "__main__.py")))
    return Project(folder, {"Pulumi.yaml": yaml.safe_dump(program), "__main__.py": main})


def resources(preview: Any) -> set[str]:
    """The resources of a preview by their types, from the topology down, and their names."""
    urns = (step["urn"].split("::", 2)[2] for step in preview["steps"])
    return {urn for urn in urns if not urn.startswith("pulumi:")}
