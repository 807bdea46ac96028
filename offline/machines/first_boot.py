"""What a machine's first boot does: files it writes and commands it runs, by what its image reads.

An image reads what it has a program for: Debian's images of EC2 and Ubuntu's of both clouds have
cloud-init; Debian's images of Compute Engine have Google's agent, which knows no user data.
"""

import gzip
import subprocess
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from tricenter.offline.machines.errors import MachineFault
from tricenter.topology.render.startup_script import head

HEAD = "#cloud-config"
GZIP = b"\x1f\x8b"
CLOUD_INIT, STARTUP_SCRIPT = "user-data", "startup-script"
READS: Mapping[str, str] = {
    "debian-cloud": STARTUP_SCRIPT,
    "ubuntu-os-cloud": CLOUD_INIT,
    "cos-cloud": CLOUD_INIT,
}
"""By the project of a public image of Compute Engine: the key of the metadata that its machine is
configured by. Checked 2026-11-30: https://docs.cloud.google.com/compute/docs/images/os-details,
https://github.com/andsens/bootstrap-vz/pull/469, https://github.com/kubernetes/kops/pull/17737"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstBoot:
    """Texts by their paths, and the commands that are run after the packages are there."""

    files: Mapping[str, str]
    commands: tuple[tuple[str, ...], ...]


def by_cloud_init(user_data: bytes) -> FirstBoot:
    """User data as cloud-init reads it; MachineFault for what it would pass over."""
    settings = read(user_data)
    entries = cast(list[dict[str, str]], settings.get("write_files") or [])
    commands = cast(list[list[str]], settings.get("runcmd") or [])
    return FirstBoot(
        files={entry["path"]: entry["content"] for entry in entries},
        commands=tuple(tuple(words) for words in commands),
    )


def read(user_data: bytes) -> dict[str, Any]:
    """The settings in user data; MachineFault for what cloud-init would pass over."""
    try:
        plain = gzip.decompress(user_data) if user_data.startswith(GZIP) else user_data
        text = plain.decode("utf-8")
        settings: object = yaml.safe_load(text)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MachineFault(f"the user data cannot be read: {error}") from None
    if not text.startswith(HEAD) or not isinstance(settings, dict):
        raise MachineFault(f"the user data does not begin with {HEAD}: cloud-init passes it over")
    return cast(dict[str, Any], settings)


def by_startup_script(script: bytes) -> FirstBoot:
    """A site's script, run by a real shell into a folder; MachineFault for any other script."""
    if not script:
        raise MachineFault("the image runs a startup-script of the metadata, and there is none")
    if not script.startswith(head().encode()):
        raise MachineFault("the startup-script is not a site's: what it does is not emulated")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["/bin/sh", "-s"],
            input=script,
            check=False,
            capture_output=True,
            env={"DESTDIR": folder, "PATH": "/usr/bin:/bin"},
            timeout=60,
        )
        if done.returncode:
            raise MachineFault(f"the startup-script fails: {done.stderr.decode()[-300:]}")
        root = Path(folder)
        files = {
            f"/{path.relative_to(root)}": path.read_bytes().decode("utf-8")
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
    lines = done.stdout.decode("utf-8").splitlines()
    return FirstBoot(files=files, commands=tuple(tuple(line.split("\t")) for line in lines))


def by_image(image: str, metadata: Mapping[str, str]) -> FirstBoot:
    """What a machine of Compute Engine does with its metadata, by the image of its boot disk.

    Raises MachineFault for an image of which it is not known what it reads.
    """
    project = image.partition("projects/")[2].partition("/")[0]
    key = READS.get(project)
    if key is None:
        raise MachineFault(f"what an image of {project or 'no project'} reads is not known")
    told = metadata.get(key, "").encode()
    return by_startup_script(told) if key == STARTUP_SCRIPT else by_cloud_init(told)
