"""Finds the real Google provider plugin for tests: on PATH, installed, or in a file nearby."""

import lzma
import os
import shutil
from pathlib import Path

import pytest

from tricenter.offline.gcp import PLUGIN, provider_plugin
from tricenter.setup.places import cache_directory

ROOT = Path(__file__).resolve().parent.parent
PACKED = "pulumi-resource-gcp-v*-linux-amd64.xz"


def find() -> Path | None:
    """The plugin, unpacked into the cache if need be; None where there is none."""
    if found := provider_plugin():
        return found
    packed = sorted((ROOT.parent / "shared" / "providers").glob(PACKED))
    return _unpacked(packed[-1]) if packed else None


def require() -> Path:
    """The plugin; the test is skipped where there is none."""
    found = find()
    if found is None:
        pytest.skip("no real provider")
    return found


def _unpacked(packed: Path) -> Path:
    """Whole or not at all, also if two processes do it at once."""
    target = cache_directory() / "providers" / packed.stem / PLUGIN
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{PLUGIN}.{os.getpid()}")
    with lzma.open(packed) as source, draft.open("wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)
    draft.chmod(0o755)
    draft.replace(target)
    return target
