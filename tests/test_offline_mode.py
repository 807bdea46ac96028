"""Without a provider plugin, and offline, a verb ends at once instead of looking for a network."""

from pathlib import Path
from typing import Any

import pytest

from tests.test_project import project
from tricenter.cli.app import run
from tricenter.cli.engine import open_engine
from tricenter.cli.offline_mode import ProviderMissing, refuse_missing_providers
from tricenter.offline.session import OFFLINE, environment
from tricenter.setup.toolchain import NO_DOWNLOAD

ROOT = Path(__file__).parent.parent


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no provider plugin at all, offline, in a project on Google Cloud."""
    root = project(tmp_path / "mine")
    (root / "topology.yaml").write_text((ROOT / "stacks/ledger-gcp.yaml").read_text())
    (tmp_path / "bin").mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv(OFFLINE, "1")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [["preview"], ["up", "--yes"], ["down", "--yes"], ["switchover", "--to", "jakarta-1"],
     ["drill", "run", "lose-city", "--target", "gcp"]],
    ids=" ".join,
)  # fmt: skip
def test_each_verb_says_how_the_plugin_is_brought(
    words: list[str], nothing: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """With the command, and before anything is started."""
    assert nothing

    def started(*_: object, **__: object) -> None:
        raise AssertionError("the engine was started")

    monkeypatch.setattr("tricenter.cli.engine.Engine.ask", started)
    monkeypatch.setattr("tricenter.cli.engine.Engine.run", started)
    assert run(words) == 4
    said = capsys.readouterr().err
    assert "Google Cloud has no provider plugin here" in said
    assert "pulumi plugin install resource gcp 9." in said


def test_what_needs_no_such_plugin_goes_on(nothing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For AWS there is a stand-in; the lab has its own; a real cloud is none of this."""
    assert nothing
    refuse_missing_providers("lab")
    refuse_missing_providers("aws")
    with pytest.raises(ProviderMissing):
        refuse_missing_providers("mixed")
    monkeypatch.delenv(OFFLINE)
    refuse_missing_providers("gcp")


def test_nothing_is_downloaded_offline_or_for_a_lab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulumi's host asks for the plugins of every SDK that is installed: it is kept from that."""
    assert environment(())[NO_DOWNLOAD] == "true"
    monkeypatch.setattr("tricenter.setup.toolchain.find_cli", lambda: True)
    monkeypatch.setattr("tricenter.setup.toolchain.find_language_host", lambda: True)
    monkeypatch.delenv(NO_DOWNLOAD, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = project(tmp_path / "mine")
    assert open_engine("dev", root).environment[NO_DOWNLOAD] == "true"
    (root / "Pulumi.dev.yaml").write_text("config: {tricenter:target: aws}\n")
    assert NO_DOWNLOAD not in open_engine("dev", root).environment
