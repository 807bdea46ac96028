"""The step of set-up that brings Pulumi's language host for YAML."""

from pathlib import Path

import pytest

from tricenter.setup import go_build, kept, toolchain, yaml_host

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """An empty cache and an empty folder of commands, and nothing else on PATH."""
    cache, commands = tmp_path / "tricenter", tmp_path / "bin"
    commands.mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for module in (yaml_host, toolchain):
        monkeypatch.setattr(module, "bin_directory", lambda: commands)
    return cache, commands


def _program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {text}\n")
    path.chmod(0o755)
    return path


def test_the_version_is_the_modules() -> None:
    """What is built and what the cache is called agree."""
    module = (ROOT / "setup/yaml/go.mod").read_text()
    assert f"github.com/pulumi/pulumi-yaml v{toolchain.text(yaml_host.VERSION)}\n" in module
    assert go_build.YAML_HOST.needed_go >= (1, 25, 0)


def test_it_speaks_to_the_language_hosts_of_the_cli() -> None:
    """It starts plugins in Python by Pulumi's SDK: one of an SDK older than the CLI hands flags to
    their host that this no longer knows, and then no component starts."""
    module = (ROOT / "setup/yaml/go.mod").read_text()
    (line,) = [one for one in module.splitlines() if "github.com/pulumi/pulumi/sdk/v3 " in one]
    found = toolchain.parse_version(line.split()[1])
    assert found is not None and found >= toolchain.BUILT


def test_it_is_built_once(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second time finds it, also after the environment was made anew."""
    cache, commands = folders
    built: list[Path] = []

    def build(module: go_build.Module, folder: Path) -> kept.Origin:
        built.append(_program(folder / "bin" / toolchain.YAML_HOST, "built"))
        return module.origin()

    monkeypatch.setattr(go_build, "build", build)
    for _ in range(2):
        yaml_host.provide()
        (commands / toolchain.YAML_HOST).unlink()
    yaml_host.provide()
    yaml_host.provide()
    assert len(built) == 1
    (program,) = cache.rglob(f"bin/{toolchain.YAML_HOST}")
    assert (commands / toolchain.YAML_HOST).samefile(program)
    assert f"setup: {toolchain.text(yaml_host.VERSION)} at " in capsys.readouterr().out


def test_an_older_one_of_ours_gives_way(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change of the version the commands have the new one."""
    _, commands = folders
    old = _program(commands / toolchain.YAML_HOST, "old")

    def build(module: go_build.Module, folder: Path) -> kept.Origin:
        _program(folder / "bin" / toolchain.YAML_HOST, "new")
        return module.origin()

    monkeypatch.setattr(go_build, "build", build)
    yaml_host.provide()
    assert "new" in old.read_text()


def test_the_users_own_is_taken(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The official CLI brings it; then nothing is built."""
    cache, commands = folders
    _program(tmp_path / "own" / toolchain.YAML_HOST, "own")
    monkeypatch.setenv("PATH", str(tmp_path / "own"))
    monkeypatch.setattr(go_build, "build", pytest.fail)
    yaml_host.provide()
    assert not cache.exists()
    assert not list(commands.iterdir())
