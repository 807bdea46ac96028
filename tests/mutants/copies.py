"""Copies of the checkout, in which mutants are made, and tests run on the code beside them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from tests.mutants.mutant import Mutant

MARK = "TRICENTER_MUTANTS"
"""The variable by which all processes that tests start are known, also daemons."""
WHERE = (
    "import sys; from importlib import import_module; from pathlib import Path\n"
    "from tricenter.setup.places import checkout; print(checkout())\n"
    "for name in sys.argv[1:]:\n"
    "    print(Path(import_module(f'tricenter.{name}').__file__).resolve().parent.parent)\n"
)
_ticks = count(1)


class WrongCode(Exception):
    """Tests in a copy would run other code than the copy's."""


class Copy:
    """One copy of the checkout `root` in `folder`."""

    def __init__(self, root: Path, folder: Path, mark: str) -> None:
        self.folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            check=True,
        )
        for name in sorted(set(os.fsdecode(listed.stdout).split("\0")) - {""}):
            source, target = root / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # deleted, and not yet from git's list
                shutil.copy2(source, target, follow_symlinks=False)
        # Pulumi looks for the Python of programs and policy packs beside them.
        (folder / ".venv").symlink_to(sys.prefix)
        # The links that the type checker uses come before the installed package, here and, as the
        # variable is handed on and `python -P` heeds it, in every process that a test starts.
        others = os.environ.get("PYTHONPATH", "")
        paths = [str(folder / "typings"), *(others.split(os.pathsep) if others else ())]
        self.environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), MARK: mark}

    def check(self) -> None:
        """WrongCode unless every package is taken from this copy."""
        names = sorted(init.parent.name for init in self.folder.glob("*/__init__.py"))
        told = subprocess.run(
            [sys.executable, "-P", "-c", WHERE, *(set(names) - {"tests"})],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        places = set(told.stdout.splitlines())
        if places != {str(self.folder.resolve())}:
            raise WrongCode(f"not the copy's code is tested, but {places or told.stderr}")

    @contextmanager
    def broken(self, mutant: Mutant) -> Generator[None]:
        """The copy with a mutant in it."""
        path = self.folder / mutant.file
        text, before = path.read_text(encoding="utf-8"), path.stat()
        path.write_text(mutant.broken(text), encoding="utf-8")
        # Compiled files are known by whole seconds and size, in which two mutants may agree.
        os.utime(path, (before.st_atime, before.st_mtime + 10 * next(_ticks)))
        try:
            yield
        finally:
            path.write_text(text, encoding="utf-8")
            os.utime(path, (before.st_atime, before.st_mtime))


def marked(mark: str) -> Iterator[int]:
    """The processes that carry a mark, by their ids."""
    wanted = f"{MARK}={mark}".encode()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and wanted in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)
        except OSError:
            continue  # it has just ended, or is another user's
