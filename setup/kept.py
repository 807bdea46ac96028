"""Programs that the user's cache keeps for every checkout, with a manifest beside them.

The manifest has the hash of each program and what they were made from. It is written last: without
one that tells of just these programs and of just these inputs nothing is taken from the cache.
"""

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tricenter.setup.alone import alone
from tricenter.setup.places import cache_directory
from tricenter.setup.steps import say

MANIFEST = "manifest.json"
DRAFT = "draft-"
BY = "made by"

Origin = Mapping[str, str]
"""What programs were made from, in words; by whom is under `BY`."""


def ensure(root: Path, origins: tuple[Origin, ...], bring: Callable[[Path], Origin]) -> None:
    """Puts programs into `root`/bin, unless they are there, whole, and of one of the origins.

    `bring` fills the folder `bin` of an empty folder, and returns the origin: one of these, with
    whatever else should be remembered of it. What it raises leaves `root` as it was.
    """
    if flaw(root, origins) is None:
        return
    with alone(cache_directory()):
        # Meanwhile another set-up may have brought them.
        found = flaw(root, origins)
        if found is None:
            return
        if root.exists():
            say(f"what is kept in {root} is not used: {found}")
        root.mkdir(parents=True, exist_ok=True)
        for left in root.glob(f"{DRAFT}*"):  # of a set-up that was killed
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=DRAFT, dir=root) as draft:
            _put(root, Path(draft, "bin"), bring(Path(draft)))


def origin(by: str, **inputs: str) -> Origin:
    """What programs are made from on this kind of machine."""
    return {BY: by, "machine": f"{platform.system()} {platform.machine()}", **inputs}


def flaw(root: Path, origins: tuple[Origin, ...]) -> str | None:
    """Why the programs in `root` are not to be used, None if they are."""
    recorded, programs = _manifest(root)
    if not recorded or not programs:
        return "no manifest says what it is"
    expected = next((each for each in origins if each[BY] == recorded.get(BY)), None)
    if expected is None:
        return f"it was made by {recorded.get(BY)}"
    others = [name for name, value in expected.items() if recorded.get(name) != value]
    if others:
        return f"it was made from another {', '.join(others)}"
    found = hashes(root / "bin")
    changed = [name for name in {*found, *programs} if found.get(name) != programs.get(name)]
    return f"changed since it was made: {', '.join(sorted(changed))}" if changed else None


def _manifest(root: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Origin and hashes, both empty where they cannot be read."""
    try:
        read: Any = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
        return dict(read["origin"]), dict(read["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}, {}


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each program in a folder."""
    result: dict[str, str] = {}
    for path in sorted(folder.glob("*")):
        with path.open("rb") as file:
            result[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return result


def _put(root: Path, new: Path, made_from: Origin) -> None:
    """Takes over all programs of a folder, and nothing else stays; the manifest comes last."""
    (root / MANIFEST).unlink(missing_ok=True)
    programs = hashes(new)
    folder = root / "bin"
    folder.mkdir(exist_ok=True)
    for name in programs:
        (new / name).chmod(0o755)
        # Not written into: who has the old one by a second name keeps it as it is.
        (new / name).replace(folder / name)
    for path in folder.iterdir():
        if path.name not in programs:
            path.unlink()
    draft = root / f".{MANIFEST}.{os.getpid()}"
    manifest = {"origin": dict(made_from), "sha256": programs}
    draft.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    draft.replace(root / MANIFEST)
