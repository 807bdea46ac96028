"""Debian's cloud-init is taken as a judge only as it is pinned."""

import hashlib
from pathlib import Path

import pytest

from tricenter.setup import cloud_init
from tricenter.setup.steps import Stopped


def test_another_package_than_is_pinned_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was changed, one that is missing, one too many; the pinned ones are taken."""
    digest = hashlib.sha256(b"as pinned").hexdigest()
    monkeypatch.setattr(
        cloud_init, "PACKAGES", {"cloud-init": ("22.4", digest), "python3-x": ("1", digest)}
    )
    first, second = tmp_path / "cloud-init_22.4_all.deb", tmp_path / "python3-x_1_all.deb"
    first.write_bytes(b"as pinned")
    with pytest.raises(Stopped, match=r"pinned: python3-x$"):
        cloud_init.check(tmp_path)
    second.write_bytes(b"as pinned")
    cloud_init.check(tmp_path)
    first.write_bytes(b"something else")
    (tmp_path / "python3-y_1_all.deb").write_bytes(b"as pinned")
    with pytest.raises(Stopped, match=r"pinned: cloud-init, python3-y$"):
        cloud_init.check(tmp_path)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the packages would be unpacked, on a machine of Debian whose cache is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(cloud_init, "folder", lambda: tmp_path / "here")
    monkeypatch.setattr(cloud_init.shutil, "which", lambda _: "/usr/bin/apt-get")
    return tmp_path / "here"


def test_what_the_archive_has_no_more_is_no_failure(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Set-up says which version is gone and goes on; tests are skipped, and nothing is there."""
    monkeypatch.setattr(cloud_init, "_apt", lambda *_: "E: Version '1' for 'x' was not found")
    cloud_init.provide()
    assert "went on without cloud-init: E: Version '1'" in capsys.readouterr().out
    assert cloud_init.modules() is None and not here.exists()


def test_what_was_downloaded_is_compared(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of another package is unpacked or kept."""

    def download(folder: Path, *_: str) -> str:
        for name in cloud_init.PACKAGES:
            (folder / f"{name}_1_all.deb").write_bytes(b"something else")
        return ""

    monkeypatch.setattr(cloud_init, "_apt", download)
    with pytest.raises(Stopped, match="not the packages that are pinned"):
        cloud_init.provide()
    assert cloud_init.modules() is None and not here.exists()
