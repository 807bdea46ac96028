"""From a spec's text to plan and forecast: the example, a fleet of a thousand, and the imports."""

import gc
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

EXAMPLE = Path(__file__).parents[1] / "stacks" / "ledger.yaml"
FLEET = 1000
ROUNDS = 30
BUDGETS = {"example": 50.0, "fleet": 5000.0, "memory": 300.0, "imports": 200.0}
"""Milliseconds, and MiB for the memory."""
OURS = "tricenter.topology.validate, tricenter.topology.compile, tricenter.topology.forecast"


def compile_file(path: Path) -> int:
    """Load, check, forecast and plan one spec; returns how many scenarios it has."""
    from tricenter.topology.compile import compile_plan
    from tricenter.topology.forecast import forecast
    from tricenter.topology.validate import load

    topology = load(path)
    expected = forecast(topology)
    compile_plan(topology, expected=expected)
    return len(expected.scenarios)


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median time of some rounds."""
    times: list[float] = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return statistics.median(times)


def fleet_time(count: int) -> float:
    """Milliseconds for `count` topologies in a tree of files, every one different."""
    text = EXAMPLE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"team-{n % 20}" / f"ledger-{n}.yaml" for n in range(count)]
        for n, path in enumerate(paths):
            path.parent.mkdir(exist_ok=True)
            changed = text.replace("name: ledger\n", f"name: ledger-{n}\n")
            path.write_text(changed.replace("tps: 3000", f"tps: {2000 + n}"), encoding="utf-8")
        gc.collect()
        start = perf_counter()
        for path in sorted(Path(folder).rglob("*.yaml")):
            assert compile_file(path) > 0
        return (perf_counter() - start) * 1000


def import_time(statement: str) -> float:
    """Median milliseconds of a new interpreter that runs a statement."""
    command = [sys.executable, "-P", "-c", statement]
    return milliseconds(lambda: subprocess.run(command, check=True), rounds=7)


def main() -> None:
    """Print every number beside its budget."""
    first = milliseconds(lambda: compile_file(EXAMPLE), rounds=1)
    example = milliseconds(lambda: compile_file(EXAMPLE))
    some, fleet = fleet_time(FLEET // 4), fleet_time(FLEET)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pulumi = import_time("import pulumi")
    both = import_time(f"import pulumi, {OURS}")
    show("example, spec text to plan and forecast", example, "ms", BUDGETS["example"])
    show("  the first time, imports included", first, "ms")
    show(f"fleet of {FLEET} topologies", fleet, "ms", BUDGETS["fleet"])
    show(f"  each of {FLEET}", fleet / FLEET, "ms")
    show(f"  each of {FLEET // 4}", some / (FLEET // 4), "ms")
    show("most memory", memory, "MiB", BUDGETS["memory"])
    show("our imports over import pulumi", both - pulumi, "ms", BUDGETS["imports"])
    show("  import pulumi alone", pulumi, "ms")


def show(what: str, number: float, unit: str, budget: float | None = None) -> None:
    """Print one number, with its budget where it has one."""
    limit = "" if budget is None else f"   budget {budget:g} {unit}"
    print(f"{what:42}{number:10.1f} {unit:4}{limit}")


if __name__ == "__main__":
    main()
