"""What judges user data here: Debian's own cloud-init, by its command `schema`.

Its packages are pinned in setup/cloud_init.py. https://docs.cloud-init.io/en/22.4/ (the version of
Debian 12)
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tricenter.setup import cloud_init

needs_cloud_init = pytest.mark.skipif(
    cloud_init.modules() is None,
    reason="Debian's cloud-init is not there: `make clouds` brings it, where apt-get is",
)
# One process for all: each would import all of cloud-init.
COMMANDS = """
import sys
from cloudinit.cmd.main import main
for path in sys.argv[1:]:
    print(f"== {path}", flush=True)
    try:
        main(["cloud-init", "schema", "--config-file", path])
    except SystemExit as end:
        print(f"exit code {end.code}")
"""


def verdicts(folder: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """What `cloud-init schema --config-file` says of each text, by name."""
    modules = cloud_init.modules()
    assert modules is not None
    paths: list[str] = []
    for name, text in texts.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    done = subprocess.run(
        [sys.executable, "-P", "-c", COMMANDS, *paths],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        # Nothing of it is looked for anywhere else, and nothing is written beside it.
        env={**os.environ, "PYTHONPATH": str(modules), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    said = [one.partition("\n") for one in f"\n{done.stdout}".split("\n== ")[1:]]
    return {Path(path).name: rest.strip() for path, _, rest in said}


def taken(folder: Path, name: str) -> str:
    """What it says of a text in which it finds nothing, not even what is deprecated."""
    return f"Valid cloud-config: {folder / name}"
