"""A folder of states in which an engine was killed as it wrote: the next command goes on."""

import subprocess
from pathlib import Path

import pytest

from tricenter.cli.app import run
from tricenter.cli.engine import Engine, EngineError
from tricenter.cli.errors import ENVIRONMENT
from tricenter.cli.torn import BACKEND, drop_torn_attributes, put_back_states
from tricenter.lab.stack import Stack
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


STATE = "stacks/torn/dev.json"


@pytest.fixture
def lab(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine of a stack whose lab is there, with a state that was written twice."""
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(tmp_path / "lab"))
    ask(environment, tmp_path, "config", "set", "a", "b", "--stack", "dev")
    exported = tmp_path / "exported.json"
    exported.write_text(ask(environment, tmp_path, "stack", "export", "--stack", "dev").stdout)
    done = ask(environment, tmp_path, "stack", "import", "--stack", "dev", "--file", str(exported))
    assert done.returncode == 0, done.stderr
    return Engine(root=tmp_path, stack="dev", environment=environment)


def cut_off(folder: Path, *names: str) -> None:
    """What a full disk leaves of states."""
    for name in names:
        path = folder / ".pulumi" / name
        content = path.read_bytes()
        assert content
        path.write_bytes(content[: len(content) // 2])


def test_a_state_that_was_cut_off_is_the_one_before(lab: Engine, tmp_path: Path) -> None:
    """Else no command on any stack of the project works; what was cut off is kept."""
    cut_off(tmp_path, STATE)
    with pytest.raises(EngineError, match="unexpected end of JSON"):
        lab.state()
    (said,) = put_back_states(lab.environment, "torn")
    assert "stack dev was cut off" in said
    assert lab.stacks() == ("dev",)
    assert "manifest" in lab.state()
    assert (tmp_path / ".pulumi" / f"{STATE}.torn").is_file()
    assert list(put_back_states(lab.environment, "torn")) == []


def test_down_sweeps_without_a_state(
    lab: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both were cut off: the lab goes by its id, and the engine forgets the stack."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "ledger.yaml").write_text("name: ledger\n")
    stack = Stack("ledger-dev")
    stack.create(kind="user", network="loopback", profile="production")
    cut_off(tmp_path, STATE, f"{STATE}.bak")
    monkeypatch.setattr("tricenter.cli.engine.open_engine", lambda *_: lab)
    monkeypatch.chdir(tmp_path)
    assert list(put_back_states(lab.environment, "torn")) == []
    assert list(put_back_states(lab.environment, "another")) == []
    with pytest.raises(EngineError, match=r"dev\.json was cut off and there is no whole one"):
        lab.stacks()
    assert run(["down", "--yes"]) == ENVIRONMENT
    assert stack.exists
    settings = tmp_path / "Pulumi.dev.yaml"
    drill = "config:\n  tricenter:profile: drill\n"
    settings.write_text(settings.read_text().replace("config:\n", drill))
    assert run(["down", "--yes"]) == 0
    assert not stack.path.exists()
    assert lab.stacks() == ()
