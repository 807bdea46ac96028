"""Brings Debian's own cloud-init as a judge of user data: unpacked, never installed.

Its packages are pinned by their hashes, and the cache keeps them for every checkout: the archive
has a version only until its next one. What else it imports (PyYAML, jsonschema, Jinja, requests)
the environment has.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tricenter.setup import judges, kept
from tricenter.setup.places import cache_directory
from tricenter.setup.steps import Stopped, run, say

PACKAGES = {
    "cloud-init": (
        "22.4.2-1+deb12u4",
        "c18c9b1a999268413f215371ae6382f8705a437b2b24c049d6dbafcc111a1d09",
    ),
    "python3-configobj": (
        "5.0.8-1",
        "b0760d20e71131ad2bf8c74df31506bffd2e8bd13c212a336a3a93a95ab008d0",
    ),
    "python3-json-pointer": (
        "2.3-2",
        "ac128b2668ee6632220a3c0bb9ad42f11d51741aa05a87e70e26c90a2265b99f",
    ),
    "python3-jsonpatch": (
        "1.32-2",
        "3e0ea39bad1024afc6f279db4f502395db07b01c0b3e55502083a887a180c00b",
    ),
}
"""Version and SHA-256 of each package of Debian 12, as `apt-cache show` tells them (2026-12-01)."""
PROGRAMS = ("apt-get", "dpkg-deb")
MODULES = "usr/lib/python3/dist-packages"
DONE = "done"
FINGERPRINT = hashlib.sha256(repr(PACKAGES).encode()).hexdigest()
ORIGIN = kept.origin(
    "Debian's archive",
    **{name: f"{version} {digest}" for name, (version, digest) in PACKAGES.items()},
)


def folder() -> Path:
    """Where this environment has the packages' files."""
    return judges.folder() / "debian"


def modules() -> Path | None:
    """The folder to import `cloudinit` from, None where it is not there as pinned."""
    done = folder() / DONE
    there = done.is_file() and done.read_text(encoding="utf-8") == FINGERPRINT
    return folder() / MODULES if there else None


def provide() -> None:
    """Unpacks what is pinned; where it is not to be had, tests that need it are skipped.

    Raises Stopped where a package is another one than is pinned.
    """
    if modules() is not None:
        say("cloud-init: as pinned")
        return
    if not all(map(shutil.which, PROGRAMS)):
        say("went on without cloud-init, as only Debian has its packages")
        return
    root = cache_directory() / "cloud-init" / PACKAGES["cloud-init"][0]
    try:
        kept.ensure(root, (ORIGIN,), fetch)
    except LookupError as error:
        say(f"went on without cloud-init: {error}. Pin what there is in setup/cloud_init.py")
        return
    shutil.rmtree(folder(), ignore_errors=True)
    folder().mkdir(parents=True)
    for package in sorted((root / "bin").iterdir()):
        run(["dpkg-deb", "--extract", str(package), str(folder())])
    (folder() / DONE).write_text(FINGERPRINT, encoding="utf-8")
    say(f"cloud-init {PACKAGES['cloud-init'][0]} in {folder()}")


def fetch(draft: Path) -> kept.Origin:
    """Puts the packages into `draft`/bin; LookupError where the archive no longer has them."""
    into = draft / "bin"
    into.mkdir()
    # Lists of its own, where the system's are missing or older than the archive: without root.
    lists = draft / "lists"
    lists.mkdir()
    own = ("-o", f"Dir::State::Lists={lists}")
    wanted = ("download", *(f"{name}={version}" for name, (version, _) in PACKAGES.items()))
    said = _apt(into, *wanted)
    if said:
        _apt(into, *own, "update")
        said = _apt(into, *own, *wanted)
    if said:
        raise LookupError(said.splitlines()[-1])
    check(into)
    return ORIGIN


def check(packages: Path) -> None:
    """Raises Stopped unless a folder has the packages that are pinned, and nothing else."""
    found = {name.partition("_")[0]: digest for name, digest in kept.hashes(packages).items()}
    pinned = {name: digest for name, (_, digest) in PACKAGES.items()}
    wrong = [name for name in {*found, *pinned} if found.get(name) != pinned.get(name)]
    if wrong:
        raise Stopped(f"not the packages that are pinned: {', '.join(sorted(wrong))}")


def _apt(folder: Path, *words: str) -> str:
    """What apt says against a command, run in a folder; empty where it was carried out."""
    command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", *words]
    done = subprocess.run(
        command,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    return (done.stderr.strip() or f"exit code {done.returncode}") if done.returncode else ""
