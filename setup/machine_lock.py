"""Writes the lock of Patroni on a cloud's machine: `python setup/machine_lock.py`, by `make lock`.

The names and hashes are the lab's, out of requirements.txt, and of these the files alone that
Debian's Python takes on either processor: the lock is part of user data, which has a limit.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "topology/render/templates/cloud-init"
WANTED = ("patroni[etcd3]", "psycopg[binary]")
BUILDERS = ("packaging", "setuptools", "wheel")
"""What python-etcd and ydiff, which come as source, are built with; wheel needs packaging."""
PYTHON = "3.11"
"""Debian 12's: https://packages.debian.org/bookworm/python3, checked 2026-11-30."""
PROCESSORS = ("x86_64", "aarch64")
OLDEST, GLIBC = 17, 36
"""Minor versions of glibc: that of manylinux2014, and Debian 12's."""


def main() -> None:
    """Write both files: what is installed first, and Patroni with what it needs."""
    lock = _entries((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    wanted = {name: _name(name) for name in WANTED}
    extras = [lock[name].split()[0].replace(name, asked) for asked, name in wanted.items()]
    pins = [entry.split()[0] for entry in lock.values()]
    needed = _report(extras, ["-c", pins])
    for file, names in (("builders.txt", BUILDERS), ("patroni.txt", sorted(needed))):
        held: dict[str, set[str]] = {name: set() for name in names}
        for processor in PROCESSORS:
            chosen = _report([], ["--no-deps", *_platform(processor), "-r", map(lock.get, names)])
            for name, digest in chosen.items():
                held[name].add(digest)
        lines = [
            " ".join([lock[name].split()[0], *(f"--hash=sha256:{h}" for h in sorted(hashes))])
            for name, hashes in held.items()
        ]
        (TARGET / file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _platform(processor: str) -> list[str]:
    tags = [f"manylinux_2_{minor}_{processor}" for minor in range(GLIBC, OLDEST - 1, -1)]
    tags += [f"manylinux2014_{processor}"]
    chosen = [word for tag in tags for word in ("--platform", tag)]
    return [*chosen, "--python-version", PYTHON, "--implementation", "cp", "--target", "unused"]


def _report(
    requirements: list[str], options: list[str | Iterable[str | None]]
) -> Mapping[str, str]:
    """The digest of the file that pip would install, by name; lists among options become files."""
    with TemporaryDirectory() as folder:
        words: list[str] = []
        for number, option in enumerate(options):
            if isinstance(option, str):
                words.append(option)
                continue
            path = Path(folder) / f"{number}.txt"
            path.write_text("\n".join(map(str, option)) + "\n", encoding="utf-8")
            words.append(str(path))
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"]
        command += ["--ignore-installed", "--report", str(report), *words, *requirements]
        subprocess.run(command, check=True)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {
        _name(one["metadata"]["name"]): one["download_info"]["archive_info"]["hashes"]["sha256"]
        for one in found
    }


def _entries(lock: str) -> dict[str, str]:
    """A lock's entries on one line each, without their markers, by name."""
    joined = lock.replace("\\\n", " ")
    found = [" ".join(line.split()) for line in joined.splitlines() if line[:1].isalnum()]
    plain = [f"{line.split()[0]} {line[line.index('--hash') :]}" for line in found]
    return {_name(line.partition("==")[0]): line for line in plain}


def _name(text: str) -> str:
    """A distribution's name in its one form (PEP 503), without extras."""
    return text.partition("[")[0].lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    main()
