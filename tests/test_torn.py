"""A folder of states in which an engine was killed as it wrote: the next command goes on."""

import subprocess
from pathlib import Path

import pytest

from tricenter.cli.torn import BACKEND, drop_torn_attributes
from tricenter.setup.toolchain import find_cli, pulumi_environment

pytestmark = pytest.mark.cloud

TORN = ("meta.yaml", "stacks/torn/dev.json", "stacks/torn/dev.json.bak")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One stack in a folder of its own."""
    if find_cli() is None:
        pytest.skip("there is no Pulumi here")
    (tmp_path / "Pulumi.yaml").write_text("name: torn\nruntime: yaml\n")
    (tmp_path / "passphrase").write_text("only for this test")
    environment = {
        **pulumi_environment(),
        "HOME": str(tmp_path),
        BACKEND: f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "passphrase"),
    }
    ask(environment, tmp_path, "stack", "init", "dev")
    return environment


def ask(environment: dict[str, str], folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What the engine says."""
    return subprocess.run(
        ["pulumi", *words, "--non-interactive"],
        cwd=folder,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("file", TORN)
@pytest.mark.parametrize("half", ["", '{"user.cache_'])
def test_torn_attributes_stop_nothing(
    environment: dict[str, str], tmp_path: Path, file: str, half: str
) -> None:
    """Without them the engine reads the state that it wrote; the whole ones stay."""
    attributes = [tmp_path / ".pulumi" / f"{one}.attrs" for one in TORN]
    (torn,) = (one for one in attributes if one.name == f"{Path(file).name}.attrs")
    assert torn.is_file()
    torn.write_text(half)
    drop_torn_attributes(environment)
    assert [one for one in attributes if not one.exists()] == [torn]
    listed = ask(environment, tmp_path, "stack", "ls")
    assert listed.returncode == 0, listed.stderr
    assert "dev" in listed.stdout


def test_a_torn_lock_is_a_lock(environment: dict[str, str], tmp_path: Path) -> None:
    """Who holds it can be read again."""
    lock = tmp_path / ".pulumi" / "locks" / "organization" / "torn" / "dev" / "one.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text('{"pid": 4, "username": "me", "hostname": "here"}')
    lock.with_name("one.json.attrs").touch()
    drop_torn_attributes(environment)
    refused = ask(environment, tmp_path, "refresh", "--yes", "--stack", "dev")
    assert "me@here (pid 4)" in refused.stderr


def test_other_backends_have_no_attributes() -> None:
    """Nothing is looked for where no folder is named."""
    drop_torn_attributes({BACKEND: "s3://states"})
    drop_torn_attributes({})
