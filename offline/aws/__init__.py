"""AWS, emulated: its HTTP API in a process on 127.0.0.1, and a provider plugin for it."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

PLUGIN = "pulumi-resource-aws"
STAND_IN = Path(__file__).parent / "plugin" / "bin"
"""The folder that goes on PATH where the real plugin is not to be had."""
INSTALLED = re.compile(r"resource-aws-v7\.\d+\.\d+")
REGION = "us-east-1"


def environment(url: str, region: str = REGION) -> dict[str, str]:
    """The variables by which boto3, the AWS CLI and both plugins work against an emulated cloud."""
    return {
        "TRICENTER_OFFLINE": "1",
        "TRICENTER_PYTHON": sys.executable,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "offline",
        "AWS_SECRET_ACCESS_KEY": "offline",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def provider_plugin(path: str | None = None, home: Path | None = None) -> Path | None:
    """The real `pulumi-resource-aws` of major version 7, on PATH or installed by Pulumi, or None.

    `path` is a search path like PATH, `home` Pulumi's home; both default to the environment's.
    """
    search = os.environ.get("PATH", "") if path is None else path
    for folder in search.split(os.pathsep):
        found = Path(folder) / PLUGIN
        ours = found.exists() and found.resolve() == (STAND_IN / PLUGIN).resolve()
        if folder and not ours and os.access(found, os.X_OK):
            return found
    default = Path(os.environ.get("PULUMI_HOME", "") or Path.home() / ".pulumi")
    plugins = (home or default) / "plugins"
    installed = plugins.iterdir() if plugins.is_dir() else ()
    fitting = [folder for folder in installed if INSTALLED.fullmatch(folder.name)]
    for folder in sorted(fitting, key=_version, reverse=True):
        if os.access(folder / PLUGIN, os.X_OK):
            return folder / PLUGIN
    return None


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.name))


def on_path(plugin: Path | None, environ: Mapping[str, str]) -> dict[str, str]:
    """The PATH by which the engine finds the real plugin, or the stand-in where there is none."""
    folder = plugin.parent if plugin else STAND_IN
    return {"PATH": os.pathsep.join([str(folder), environ.get("PATH", os.defpath)])}
