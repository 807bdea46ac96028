"""The Python that Pulumi runs the program, the pack and the plugins with, wherever they lie."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.package.project import Project, needs_pulumi
from tricenter.setup import toolchain

ROOT = Path(__file__).resolve().parent.parent
SHIM = ROOT / "setup/interpreter/bin/python"
NAMED = ("Pulumi.yaml", "policies/PulumiPolicy.yaml", "lab/provider/PulumiPlugin.yaml",
         "package/PulumiPlugin.yaml")  # fmt: skip
"""Every file of ours that tells a language host which Python to take."""


@pytest.mark.parametrize("name", NAMED)
def test_each_file_names_the_one_interpreter(name: str) -> None:
    """By a path that holds in a checkout, and within the package of a wheel."""
    file = ROOT / name
    options = yaml.safe_load(file.read_text())["runtime"]["options"]
    assert (file.parent / options["virtualenv"] / "bin/python").samefile(SHIM)
    assert SHIM.stat().st_mode & stat.S_IXOTH


def test_no_other_file_names_one() -> None:
    """A new plugin that names `.venv` would work in a checkout alone."""
    found = {p.relative_to(ROOT).as_posix() for p in ROOT.glob("*/**/Pulumi*.yaml")}
    ours = {name for name in found if not name.startswith(("tests/", ".venv/", "stacks/"))}
    assert ours | {"Pulumi.yaml"} == set(NAMED)


def placed(folder: Path, environment: Path | None) -> Path:
    """The interpreter as a part of tricenter in this folder, with a Python in an environment."""
    shim = folder / "setup/interpreter/bin/python"
    shim.parent.mkdir(parents=True)
    shutil.copy2(SHIM, shim)
    if environment is not None:
        python = environment / "bin/python"
        python.parent.mkdir(parents=True, exist_ok=True)
        python.write_text('#!/bin/sh\necho "$0 $*"\n')
        python.chmod(0o755)
    return shim


def told(shim: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What it does with an argument, where PATH has a Python without tricenter."""
    return subprocess.run(
        [str(shim), "-c", "a b"],
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_checkout_has_its_own(tmp_path: Path) -> None:
    """The environment that set-up has made beside it."""
    shim = placed(tmp_path / "checkout", tmp_path / "checkout/.venv")
    assert told(shim).stdout == f"{tmp_path}/checkout/.venv/bin/python -c a b\n"


def test_a_wheel_has_that_around_it(tmp_path: Path) -> None:
    """Whatever stands on PATH, or counts as active."""
    shim = placed(tmp_path / "env/lib/python3.11/site-packages/tricenter", tmp_path / "env")
    done = told(shim, VIRTUAL_ENV="/nowhere")
    assert Path(done.stdout.split()[0]).resolve() == tmp_path / "env/bin/python"


def test_without_one_a_line_says_what_to_do(tmp_path: Path) -> None:
    """And the exit code by which Pulumi knows that the user was told; nothing is made or hangs."""
    done = told(placed(tmp_path / "checkout", None))
    assert (done.returncode, done.stdout) == (32, "")
    assert done.stderr == (
        f"tricenter: {tmp_path}/checkout is not set up yet: run `make setup` there\n"
    )
    done = told(placed(tmp_path / "lib/python3.11/site-packages/tricenter", None))
    assert done.returncode == 32 and "no bin/python in the environment" in done.stderr


def test_what_pulumi_asks_before_the_program_is_answered(tmp_path: Path) -> None:
    """Its host would end with these questions, and nobody would read our line.

    The official host of 3.250.0 was seen doing that on 2026-11-30.
    """
    shim = placed(tmp_path / "checkout", None)
    asked = (["-m", "pip", "list", "--format", "json"], ["--version"])
    packages, version = (
        subprocess.run([str(shim), *words], capture_output=True, text=True, check=True).stdout
        for words in asked
    )
    assert json.loads(packages) == [] and version.startswith("Python 3.")


def test_no_plugin_is_looked_for_before_it_is_used(tmp_path: Path) -> None:
    """By the packages the engine would fetch the plugins of both clouds before a lab's commands."""
    shim = placed(tmp_path / "checkout", tmp_path / "checkout/.venv")
    words = ["-m", "pip", "list", "--format", "json"]
    done = subprocess.run([str(shim), *words], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
    done = subprocess.run([str(shim), *words[:3]], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("/bin/python -m pip list\n")


def test_nothing_is_installed_beside_what_is_locked(tmp_path: Path) -> None:
    """By `pulumi install`, or for a plugin taken by its folder; before set-up it is said."""
    words = ["-m", "pip", "install", "--upgrade", "pip", "setuptools", "wheel"]
    shim = placed(tmp_path / "checkout", tmp_path / "checkout/.venv")
    done = subprocess.run([str(shim), *words], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    shim = placed(tmp_path / "another", None)
    path = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run([str(shim), *words], env=path, capture_output=True, text=True)
    assert done.returncode == 32 and "run `make setup` there" in done.stderr


def test_a_python_on_the_path_with_tricenter_will_do(tmp_path: Path) -> None:
    """As in an installation for the whole system."""
    shim = placed(tmp_path / "site-packages/tricenter", None)
    done = told(shim, PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin")
    assert done.returncode != 32, done.stderr


@needs_pulumi
@pytest.mark.cloud
def test_a_pack_before_set_up_does_not_hang_the_engine(tmp_path: Path) -> None:
    """The engine ends with the line that says what to do; it used to wait for ever."""
    placed(tmp_path / "checkout", None)
    (tmp_path / "checkout/policies").mkdir()
    for name in ("PulumiPolicy.yaml", "__main__.py"):
        shutil.copy(ROOT / "policies" / name, tmp_path / "checkout/policies")
    (tmp_path / "bin").mkdir()
    for name in ("pulumi", toolchain.LANGUAGE_HOST, f"{toolchain.LANGUAGE_HOST}-exec"):
        found = shutil.which(name, path=toolchain.search_path())
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
    program = {"Pulumi.yaml": yaml.safe_dump({"name": "p", "runtime": runtime})}
    project = Project(tmp_path / "p", {**program, "__main__.py": "import pulumi\n"})
    project.environment["PATH"] = os.pathsep.join([str(tmp_path / "bin"), "/usr/bin", "/bin"])
    pack = str(tmp_path / "checkout/policies")
    done = project.pulumi("preview", "--policy-pack", pack)
    assert done.returncode != 0
    assert "is not set up yet: run `make setup` there" in done.stdout + done.stderr
