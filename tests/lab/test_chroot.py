"""The lab in a chroot: what runs in a host is of the chroot's system, never of the one outside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tricenter.lab.namespaces import MACHINE

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(MACHINE.why_not() is not None, reason=str(MACHINE.why_not())),
]

ENTER = """
mount --rbind / "$0"
mount -t tmpfs tmpfs "$0/mnt"
echo inside > "$0/mnt/where"
exec chroot "$0" "$@"
"""
"""A system like this one, with one file that only it has; gone with its mount namespace."""

PROGRAM = """
import sys
from tricenter.lab.host import HostSpec, create_host, power_on, run_in_host
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import sweep

stack = Stack(sys.argv[1])
try:
    stack.create(kind="drill")
    create_host(stack, HostSpec(name="one", addresses=("10.77.1.10",), disk_mib=24, kind="site"))
    power_on(stack, "one")
    for command in (["cat", "/mnt/where"], ["pwd"]):
        print(run_in_host(stack, "one", command).stdout.strip())
finally:
    sweep(stack.id)
"""


def test_a_host_in_a_chroot_is_of_the_chroot(tmp_path: Path) -> None:
    """Entering a host ends at the host's own root, not at that of its mount namespace."""
    root = tmp_path / "root"
    root.mkdir()
    inside = [sys.executable, "-c", PROGRAM, f"chroot-{os.getpid()}"]
    command = ["unshare", "--mount", "sh", "-e", "-c", ENTER, str(root), *inside]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["inside", "/"]
