"""The Pulumi CLI on this machine, and the environment in which it works."""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tricenter.setup.places import bin_directory, cache_directory, state_directory

Version = tuple[int, ...]

OLDEST: Version = (3, 238, 0)  # typed arguments and the faster Python SDK
BUILT: Version = (3, 250, 0)  # what set-up brings; a test compares it with go.mod and the lock
LANGUAGE_HOST = "pulumi-language-python"
YAML_HOST = "pulumi-language-yaml"
NO_DOWNLOAD = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"
"""Where it is true the engine downloads no plugin. Its host for Python asks for those of all cloud
SDKs that are installed, whatever the program uses (GetRequiredPackages of 3.250.0, 2026-11-30)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cli:
    """A Pulumi CLI that can be used."""

    path: Path
    version: Version


def text(version: Version) -> str:
    """`3.250.0`."""
    return ".".join(map(str, version))


def parse_version(output: str) -> Version | None:
    """The version in what `pulumi version` or `go version` prints, None if there is none."""
    found = re.search(r"(?:v|go|^)(\d+)\.(\d+)(?:\.(\d+))?", output.strip())
    return tuple(int(part or 0) for part in found.groups()) if found else None


def built_root() -> Path:
    """Where the CLI that set-up brings is cached; its programs are in `bin`."""
    return cache_directory() / "pulumi" / text(BUILT)


def search_path(base: Mapping[str, str] = os.environ) -> str:
    """PATH with the environment's own folder first."""
    own = str(bin_directory())
    others = [part for part in base.get("PATH", os.defpath).split(os.pathsep) if part != own]
    return os.pathsep.join([own, *others])


def find_cli(path: str | None = None) -> Cli | None:
    """The `pulumi` that commands would use, None if there is none or it is too old."""
    found = shutil.which("pulumi", path=search_path() if path is None else path)
    version = version_of(Path(found)) if found else None
    if found is None or version is None or version < OLDEST:
        return None
    return Cli(path=Path(found), version=version)


def version_of(program: Path) -> Version | None:
    """What `PROGRAM version` says, None if it does not run."""
    try:
        done = subprocess.run(
            [str(program), "version"],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_version(done.stdout) if done.returncode == 0 else None


def find_language_host(path: str | None = None, name: str = LANGUAGE_HOST) -> Path | None:
    """The program that the engine would start for a language: on PATH or beside the CLI."""
    path = search_path() if path is None else path
    cli = shutil.which("pulumi", path=path)
    beside = str(Path(cli).resolve().parent) if cli else ""
    found = shutil.which(name, path=os.pathsep.join(filter(None, [path, beside])))
    return Path(found) if found else None


def pulumi_environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables to set, over `base`, so that `pulumi` works in this checkout.

    PULUMI_HOME stays as it is. Where no backend is configured (neither PULUMI_BACKEND_URL nor a
    login), the backend is a folder of the user's, encrypted with a generated passphrase file.
    """
    result = {"PATH": search_path(base), "PULUMI_SKIP_UPDATE_CHECK": "1"}
    ours = state_directory() / "pulumi"
    url = f"file://{ours}"
    if base.get("PULUMI_BACKEND_URL", url if not _logged_in(base) else "") == url:
        ours.mkdir(parents=True, exist_ok=True, mode=0o700)
        result["PULUMI_BACKEND_URL"] = url
        if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & base.keys():
            result["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(_passphrase_file())
    return result


def _logged_in(base: Mapping[str, str]) -> bool:
    if base.get("PULUMI_ACCESS_TOKEN"):
        return True
    home = Path(base.get("PULUMI_HOME") or Path.home() / ".pulumi")
    try:
        credentials = json.loads((home / "credentials.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(credentials, dict) and bool(
        cast("dict[str, Any]", credentials).get("current")
    )


def _passphrase_file() -> Path:
    path = state_directory() / "passphrase"
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
        # A link is refused where the file exists: of two commands that start at once one wins.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path
