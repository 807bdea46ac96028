"""A preview offline: tricenter's components against the same resources in a flat program.

`python -P benchmarks/preview.py [aws|gcp]`. Both are run in turn in one session, against the same
emulated cloud and provider; the flat program is the project that `tricenter generate` writes.
Specs of more databases show that the time is linear in the resources.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tricenter.generate.project import Wanted, record_program, write_project
from tricenter.offline.session import environment, start, stop
from tricenter.setup.toolchain import pulumi_environment

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
SIZES = (1, 8, 20)
"""How many times the two databases of the reference spec; the last makes some 1,000 resources."""
MOST = 1.10


def enlarge(target: str, times: int, folder: Path) -> Path:
    """The reference spec with as many copies of its databases, each with its own name."""
    data = yaml.safe_load((ROOT / f"stacks/ledger-{target}.yaml").read_text())
    databases = dict(data["databases"])
    for copy in range(1, times):
        data["databases"] |= {f"{name}-{copy}": spec for name, spec in databases.items()}
    for name in data["databases"]:
        data["databases"][name]["load"] = {"tps": 3000 // times, "connections": 400 // times}
    data["backups"]["nightly"]["of"] = list(data["databases"])
    path = folder / f"spec-{times}.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    return path


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one preview: on the clock, and of the processors for all that it started."""

    wall: float
    cpu: float


def previewed(folder: Path, variables: Mapping[str, str]) -> Cost:
    """The cost of one `pulumi preview` of a project's only stack."""
    begun, spent = time.perf_counter(), processors()
    done = subprocess.run(
        ["pulumi", "preview", "--stack", folder.name, "--non-interactive", "--color", "never"],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-2000:])
    return Cost(wall=time.perf_counter() - begun, cpu=processors() - spent)


def processors() -> float:
    """The processors' seconds of every process that was started here and has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prepare(folder: Path, config: Mapping[str, str], variables: Mapping[str, str]) -> None:
    """A stack in a project of this folder, with its configuration."""

    def pulumi(*words: str) -> None:
        done = subprocess.run(
            ["pulumi", *words],
            cwd=folder,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"pulumi {' '.join(words)}: {done.stderr[-2000:]}")

    pulumi("stack", "init", folder.name)
    for key, value in config.items():
        open_to_see = key.startswith("tricenter:")
        plain = "--plaintext" if open_to_see else "--secret"
        pulumi("config", "set", "--stack", folder.name, plain, key, value)


MEASURES: tuple[Callable[[Cost], float], ...] = (lambda cost: cost.wall, lambda cost: cost.cpu)
PLACEHOLDER = '{"username": "somebody", "password": "somebody"}'


def direct(folder: Path, spec: Path, target: str, variables: Mapping[str, str]) -> Path:
    """The direct deployment: a project whose program is the checkout's."""
    (folder / "stacks").mkdir(parents=True)
    (folder / "__main__.py").write_text((ROOT / "__main__.py").read_text())
    text = (ROOT / "Pulumi.yaml").read_text().split("plugins:")[0]
    (folder / "Pulumi.yaml").write_text(text.replace("setup/interpreter", str(Path(sys.prefix))))
    prepare(folder, configured(spec, target), variables)
    return folder


def configured(spec: Path, target: str) -> dict[str, str]:
    """The stack's configuration; what the rules say of so large a spec is not what is measured."""
    told = {"spec": str(spec), "target": target, "profile": "drill", "enforce": "advisory"}
    return {f"tricenter:{key}": value for key, value in told.items()}


def flat(folder: Path, spec: Path, target: str, variables: Mapping[str, str]) -> tuple[Path, int]:
    """The flat program of the same resources, and how many there are."""
    wanted = Wanted(
        root=ROOT, spec=str(spec), named=spec.name, target=target, profile="drill", stack="bench"
    )
    graph = record_program(ROOT, "deployment", wanted.stack, configured(spec, target))
    for path, text in write_project(graph, wanted).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "Pulumi.bench.yaml").unlink()
    pulumi_yaml = folder / "Pulumi.yaml"
    # A project of another name, so that both stacks stand side by side in one backend.
    pulumi_yaml.write_text(
        pulumi_yaml.read_text()
        .replace("name: tricenter", "name: flat", 1)
        .replace(".venv", str(Path(sys.prefix)))
    )
    lines = (folder / "README.md").read_text().splitlines()
    told = "pulumi config set --secret "
    keys = [line.removeprefix(told).split()[0] for line in lines if line.startswith(told)]
    prepare(folder, {f"flat:{key}": PLACEHOLDER for key in keys}, variables)
    return folder, len(graph.resources)


def main() -> None:
    """Measure each size and print medians and ratios."""
    target = sys.argv[1] if len(sys.argv) > 1 else "aws"
    with tempfile.TemporaryDirectory(prefix="tricenter-benchmark-") as name:
        home = Path(name)
        os.environ["XDG_STATE_HOME"] = str(home / "state")
        os.environ.setdefault("GOOGLE_PROJECT", "tricenter-offline")
        emulated = start(target)
        print(emulated)
        try:
            base = {**os.environ, **pulumi_environment()}
            variables = {**base, **environment((emulated,), base)}
            print(f"medians of {ROUNDS} rounds: on the clock, then of the processors")
            print("load  resources    direct      flat  ratio    direct      flat  ratio")
            for times in SIZES:
                measure(target, times, home, variables)
        finally:
            stop(target)


def measure(target: str, times: int, home: Path, variables: Mapping[str, str]) -> None:
    """One line: the same resources by both programs, in turn."""
    spec = enlarge(target, times, home)
    ours = direct(home / f"direct-{times}", spec, target, variables)
    theirs, count = flat(home / f"flat-{times}", spec, target, variables)
    costs: dict[Path, list[Cost]] = {ours: [], theirs: []}
    for _ in range(ROUNDS):
        for folder, found in costs.items():
            found.append(previewed(folder, variables))
    print(f"{os.getloadavg()[0]:4.1f}  {count:9}", end="")
    for measure_of in MEASURES:
        mine, flat_s = (statistics.median(map(measure_of, found)) for found in costs.values())
        verdict = "" if mine <= MOST * flat_s else f" over {MOST}"
        print(
            f"  {mine:6.2f} s  {flat_s:6.2f} s  {mine / flat_s:5.2f}{verdict}", end="", flush=True
        )
    print()


if __name__ == "__main__":
    main()
