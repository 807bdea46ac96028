"""An installed wheel in a repository of one's own: the project there is previewed, and no other."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.package.project import LEDGER, ROOT, needs_pulumi
from tricenter.setup import toolchain

MAIN = """from pathlib import Path

from tricenter.components.program import run

run(Path(__file__).resolve().parent)
"""
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


def installed(folder: Path) -> Path:
    """An environment with the wheel of this checkout; what tricenter needs comes from ours."""
    source, environment = folder / "source", folder / "environment"
    source.mkdir()
    parts = (
        *(init.parent.name for init in ROOT.glob("*/__init__.py")),
        "pyproject.toml",
        "setup.py",
    )
    for name in parts:
        (source / name).symlink_to(ROOT / name)
    build = ("wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source))
    subprocess.run([*PIP, *build], check=True, stdin=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = str(environment / "bin/python")
    install = ("--python", python, "install", "--no-deps", str(wheel))
    subprocess.run([*PIP, *install], check=True, stdin=subprocess.DEVNULL)
    (own,) = environment.glob("lib/python*/site-packages")
    # Without what `.pth` files there do: the checkout itself is not to be found.
    (own / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment


@needs_pulumi
@pytest.mark.cloud
def test_a_wheel_previews_the_project_here(tmp_path: Path) -> None:
    """By its name and spec, with the pack of the wheel; no file of the project changes."""
    environment = installed(tmp_path)
    mine = tmp_path / "mine"
    (mine / "below").mkdir(parents=True)
    spec = LEDGER.read_text().replace("\nname: ledger\n", "\nname: payments\n")
    runtime = {"name": "python", "options": {"virtualenv": str(environment)}}
    (mine / "topology.yaml").write_text(spec)
    (mine / "Pulumi.yaml").write_text(json.dumps({"name": "mine", "runtime": runtime}))
    (mine / "Pulumi.dev.yaml").write_text("config:\n  tricenter:enforce: advisory\n")
    (mine / "__main__.py").write_text(MAIN)
    before = {path.name: path.read_bytes() for path in mine.iterdir() if path.is_file()}
    (pack,) = environment.glob("lib/python*/site-packages/tricenter/policies")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "PYTHON"))}
    done = subprocess.run(
        [environment / "bin/tricenter", "preview", "--format", "json", "--policy-pack", str(pack)],
        cwd=mine / "below",
        env={
            **kept,
            "PATH": toolchain.search_path(),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "TRICENTER_LAB_HOME": str(tmp_path / "lab"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert (told["stack"], told["project"], told["target"]) == ("dev", "mine", "lab")
    assert told["steps"] and all(one["name"].startswith("payments-") for one in told["steps"])
    assert {path.name: path.read_bytes() for path in mine.iterdir() if path.is_file()} == before
    states = [path.name for path in (tmp_path / "state").rglob("dev.json")]
    assert states == [] and shutil.which("tricenter", path=str(environment / "bin"))
