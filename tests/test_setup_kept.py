"""What set-up built is found again by the next checkout, checked by its hash; else built anew."""

import dataclasses
import json
import os
import re
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tricenter.setup import go_build, go_toolchain, kept, pulumi_cli, toolchain, yaml_host
from tricenter.setup.alone import LOCK, alone
from tricenter.setup.steps import Stopped

PROGRAMS = {
    *("pulumi", "pulumi-language-python-exec", "pulumi-resource-pulumi-python"),
    toolchain.YAML_HOST,
}


@dataclass
class Machine:
    """A cache, a folder of commands, and a Go that only notes what it is asked to build."""

    cache: Path
    commands: Path
    provide: Callable[[], None]
    program: str
    root: Path
    built: list[str] = field(default_factory=list[str])
    go: str = "1.26.8"
    during: Callable[[Path], object] = str
    """What happens when the programs are there, and before they are taken over."""

    def build(self, module: go_build.Module, folder: Path) -> kept.Origin:
        """In the place of minutes of Go."""
        (folder / "bin").mkdir()
        for name in (Path(module.program).name, *(Path(path).name for path in module.scripts)):
            (folder / "bin" / name).write_text(f"#!/bin/sh\necho v{self.go}\n")
        self.built.append(module.program)
        self.during(folder)
        return {**module.origin(), "Go": self.go}

    @property
    def kept(self) -> Path:
        """The program in the cache."""
        return self.root / "bin" / self.program


@pytest.fixture(params=["cli", "yaml"])
def machine(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Machine:
    """Both programs that are built, each in an empty cache, where no download is possible."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache, commands = tmp_path / "tricenter", tmp_path / "bin"
    commands.mkdir()
    for module in (pulumi_cli, yaml_host, toolchain):
        monkeypatch.setattr(module, "bin_directory", lambda: commands)
    if request.param == "cli":
        here = Machine(cache, commands, pulumi_cli.provide, "pulumi", toolchain.built_root())
    else:
        version, name = toolchain.text(yaml_host.VERSION), toolchain.YAML_HOST
        here = Machine(cache, commands, yaml_host.provide, name, cache / name / version)
    monkeypatch.setattr(go_build, "build", here.build)
    return here


def test_it_is_built_once_for_all_checkouts(machine: Machine) -> None:
    """The second one finds it, with whatever Go that one has; what it has is the cache's own."""
    machine.provide()
    shutil.rmtree(machine.commands)
    machine.commands.mkdir()
    machine.go = "1.27.0"
    machine.provide()
    names = {path.name for path in machine.commands.iterdir()}
    machine.provide()
    assert names == {path.name for path in machine.commands.iterdir()}
    assert len(machine.built) == 1
    assert (machine.commands / machine.program).samefile(machine.kept)
    assert not (machine.commands / machine.program).is_symlink()


def test_the_manifest_says_what_it_is(machine: Machine) -> None:
    """The hash of each program and what it was made from, the Go too."""
    machine.provide()
    manifest = json.loads((machine.root / kept.MANIFEST).read_text())
    assert manifest["sha256"] == kept.hashes(machine.root / "bin")
    assert machine.program in manifest["sha256"]
    assert manifest["origin"]["Go"] == "1.26.8"
    assert len(manifest["origin"]["go.mod and go.sum"]) == 64


def test_a_changed_byte_is_seen(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said what changed, and built anew; the other checkouts' commands stay as they are."""
    machine.provide()
    other = machine.cache / "of-another-checkout"
    other.hardlink_to(machine.kept)
    content = bytearray(machine.kept.read_bytes())
    content[-2] ^= 1
    machine.kept.write_bytes(content)
    machine.provide()
    assert len(machine.built) == 2
    assert f"is not used: changed since it was made: {machine.program}\n" in capsys.readouterr().out
    assert machine.kept.read_bytes() != content
    assert other.read_bytes() == content
    assert (machine.commands / machine.program).samefile(machine.kept)


@pytest.mark.parametrize("change", ["more", "less", "no manifest", "half a manifest"])
def test_what_the_manifest_does_not_tell_of_is_not_taken(change: str, machine: Machine) -> None:
    """A program too many or too few; a cache that an older set-up has left."""
    machine.provide()
    if change == "more":
        (machine.root / "bin" / "pulumi-language-go").write_text("who knows")
    elif change == "less":
        machine.kept.unlink()
    elif change == "no manifest":
        (machine.root / kept.MANIFEST).unlink()
    else:
        (machine.root / kept.MANIFEST).write_text('{"origin": []}')
    machine.provide()
    machine.provide()
    assert len(machine.built) == 2
    assert kept.hashes(machine.root / "bin").keys() <= PROGRAMS


@pytest.mark.parametrize("name", ["go.mod", "go.sum"])
def test_other_modules_are_built_anew(
    name: str,
    machine: Machine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The version is the same, a line of go.mod or go.sum is not."""
    machine.provide()
    for module in ("CLI", "YAML_HOST"):
        known: go_build.Module = getattr(go_build, module)
        source = shutil.copytree(known.source, tmp_path / module)
        with (source / name).open("a") as file:
            file.write("// changed\n")
        monkeypatch.setattr(go_build, module, dataclasses.replace(known, source=source))
    machine.provide()
    machine.provide()
    assert len(machine.built) == 2
    assert "it was made from another go.mod and go.sum\n" in capsys.readouterr().out


def test_another_kind_of_machine_has_its_own(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home folder may be shared by machines of several kinds."""
    machine.provide()
    monkeypatch.setattr(kept.platform, "machine", lambda: "riscv64")
    machine.provide()
    assert len(machine.built) == 2


def test_an_interrupted_build_leaves_nothing(machine: Machine) -> None:
    """Neither a manifest nor a draft; the next set-up builds. A failed one does the same."""
    for reason in (KeyboardInterrupt(), Stopped("building failed")):

        def stop(folder: Path, reason: BaseException = reason) -> None:
            raise reason

        machine.during = stop
        with pytest.raises(type(reason)):
            machine.provide()
        assert not list(machine.root.iterdir())
    machine.during = str
    machine.provide()
    assert len(machine.built) == 3


@pytest.mark.parametrize("last", ["program", "manifest"])
def test_a_set_up_that_was_killed_leaves_no_manifest(
    last: str, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is there before all programs are; the next one builds, and takes away what was left."""
    machine.provide()
    machine.kept.write_text("changed")
    (machine.root / f"{kept.DRAFT}of-one-that-was-killed").mkdir()
    end, replace = machine.program if last == "program" else kept.MANIFEST, Path.replace

    def killed(path: Path, target: Path) -> Path:
        if target.name == end:
            raise SystemExit
        return replace(path, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", killed)
        with pytest.raises(SystemExit):
            machine.provide()
    assert not (machine.root / kept.MANIFEST).exists()
    machine.provide()
    assert len(machine.built) == 3
    left = {path.name for path in machine.root.iterdir() if not path.name.startswith(".")}
    assert left == {"bin", kept.MANIFEST}


def test_a_second_set_up_waits_for_the_first(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says for whom it waits, and takes what the first one has built."""
    entered, go_on = threading.Event(), threading.Event()

    def first_builds(folder: Path) -> None:
        entered.set()
        assert go_on.wait(20)

    machine.during = first_builds
    first, second = (threading.Thread(target=machine.provide) for _ in range(2))
    first.start()
    assert entered.wait(20)
    second.start()
    told = ""
    while "waiting for it" not in told:
        assert second.is_alive()
        time.sleep(0.01)
        told += capsys.readouterr().out
    assert f"another set-up (process {os.getpid()}) is at work in {machine.cache}" in told
    go_on.set()
    first.join(20)
    second.join(20)
    assert len(machine.built) == 1
    assert (machine.commands / machine.program).samefile(machine.kept)


def test_who_has_ended_holds_nobody_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lock's file stays, the lock does not."""
    for _ in range(2):
        with alone(tmp_path):
            assert (tmp_path / LOCK).read_text() == str(os.getpid())
    assert capsys.readouterr().out == ""


def test_what_an_installer_brought_once_is_not_taken(machine: Machine) -> None:
    """Nobody knows what it is: an earlier set-up ran a script that it had no hash of."""
    machine.provide()
    manifest = machine.root / kept.MANIFEST
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "origin": {kept.BY: "the official installer"}}))
    machine.provide()
    assert len(machine.built) == 2


def test_set_up_runs_no_script_that_it_downloads() -> None:
    """Packages come by hashes, Go's modules by go.sum; nothing else comes over the network."""
    for path in (Path(pulumi_cli.__file__).parent).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"urlopen|urllib\.request|http\.client|\bcurl\b|\bwget\b", text), path
    assert "--require-hashes" in Path(go_toolchain.__file__).read_text(encoding="utf-8")
