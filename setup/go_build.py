"""Builds Pulumi's programs from their Go modules, for machines that reach package mirrors only."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tricenter.setup import go_toolchain, kept, toolchain
from tricenter.setup.steps import Stopped, say

BUILT = "a build from source"
SDK = "github.com/pulumi/pulumi/sdk/v3"
FLAGS = "-s -w"
# Those tables are not made in the first place.
COMPILER_FLAGS = "all=-dwarf=false"
PROGRESS_S = 10.0
LAST_LINES = 15
LARGEST_OUTPUT = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A folder with go.mod and go.sum, and the program that is built from it."""

    source: Path
    program: str
    takes: str
    version_variable: str = ""
    """Where the program has the CLI's version, if it has."""
    scripts: tuple[str, ...] = ()
    """What the program needs beside it of Pulumi's Python SDK."""

    @property
    def linker_flags(self) -> str:
        """As the official builds: no tables for debuggers."""
        version = f"{self.version_variable}={toolchain.text(toolchain.BUILT)}"
        return f"{FLAGS} -X {version}" if self.version_variable else FLAGS

    @property
    def needed_go(self) -> toolchain.Version:
        """The Go version that the module asks for."""
        for line in (self.source / "go.mod").read_text(encoding="utf-8").splitlines():
            if line.startswith("go "):
                return toolchain.parse_version(f"v{line.split()[1]}") or ()
        raise Stopped(f"{self.source}/go.mod names no Go version")

    def origin(self) -> kept.Origin:
        """What a build would be made from now.

        With which Go is only remembered: else two checkouts that see different ones would build
        for each other for ever.
        """
        modules = hashlib.sha256()
        for name in ("go.mod", "go.sum"):
            modules.update((self.source / name).read_bytes())
        flags = f"{COMPILER_FLAGS} {self.linker_flags}"
        return kept.origin(BUILT, **{"go.mod and go.sum": modules.hexdigest(), "flags": flags})


CLI = Module(
    source=Path(__file__).resolve().parent / "cli",
    program="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    takes="the pulumi CLI from source: about 5 minutes on 2 cores, once a machine",
    version_variable=f"{SDK}/go/common/version.Version",
    scripts=("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"),
)
YAML_HOST = Module(
    source=CLI.source.with_name("yaml"),
    program=f"github.com/pulumi/pulumi-yaml/cmd/{toolchain.YAML_HOST}",
    takes="the language host for YAML from source: about a minute on 2 cores, once a machine",
)


def build(module: Module, folder: Path) -> kept.Origin:
    """Builds a module's program into `folder`/bin, with the SDK's scripts that it needs beside it.

    Returns what it was made from. Raises Stopped with the tail of Go's own output where it fails.
    """
    say(f"building {module.takes}")
    origin, found = module.origin(), go_toolchain.bring(module.needed_go)
    go, environment, source = str(found), _environment(folder), module.source
    command = [go, "list", "-deps", module.program]
    packages = _run(command, environment, "fetched", "modules", source)
    programs = folder / "bin"
    programs.mkdir(parents=True)
    flags = ["-gcflags", COMPILER_FLAGS, "-ldflags", module.linker_flags]
    binary = str(programs / Path(module.program).name)
    command = [go, "build", "-v", *flags, "-o", binary, module.program]
    noun = f"of {len(packages)} packages"
    _run(command, environment, "compiled", noun, source, expected=packages)
    if module.scripts:
        sdk = _run([go, "list", "-m", "-f", "{{.Dir}}", SDK], environment, "", "", source)[0]
        for script in module.scripts:
            shutil.copyfile(Path(sdk, "python", script), programs / Path(script).name)
    return {**origin, "Go": toolchain.text(toolchain.version_of(found) or ())}


def _environment(scratch: Path) -> dict[str, str]:
    return {
        **os.environ,
        "GOTMPDIR": str(scratch),  # which is taken away, also where Go could not do it
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=readonly",
        "CGO_ENABLED": "0",  # as the official builds, and then no C compiler is needed
    }


def _run(
    command: Sequence[str],
    environment: Mapping[str, str],
    verb: str,
    noun: str,
    source: Path,
    expected: Collection[str] = (),
) -> list[str]:
    """Runs a go command; counts its lines on standard error as progress; returns its output.

    What fails is told in the midst of the `expected` lines: other packages are still compiled.
    """
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
        try:
            while True:
                try:
                    code = process.wait(PROGRESS_S)
                    break
                except subprocess.TimeoutExpired:
                    count = len(_lines(errors))
                    say(f"{verb} {count} {noun}, {time.monotonic() - begun:.0f} s")
        finally:
            process.kill()  # nothing if it has ended; otherwise nobody waits for it any more
            process.wait()
        if code:
            usual = {*expected}
            told = [line for line in _lines(errors) if line not in usual]
            killed = f" (it was ended by signal {-code})" if code < 0 else ""
            tail = "\n".join(told[-LAST_LINES:])
            raise Stopped(f"building Pulumi from source failed{killed}:\n{tail}")
        return _lines(output)


def _lines(file: IO[str]) -> list[str]:
    # pread, because the child writes at the offset that both share.
    return os.pread(file.fileno(), LARGEST_OUTPUT, 0).decode(errors="replace").splitlines()
