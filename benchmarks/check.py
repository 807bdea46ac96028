"""`tricenter check`: as a process of its own, and over a fleet of topologies in one process.

The machine's load stands beside the numbers: a process of 300 ms takes twice that where two
others want the same core.
"""

import contextlib
import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

EXAMPLE = Path(__file__).parents[1] / "stacks" / "ledger.yaml"
PROGRAM = Path(sys.executable).parent / "tricenter"
ROUNDS = 15
FLEET = 1000
BUDGETS = {"process": 400.0, "fleet": 20_000.0, "linear": 1.5}
"""Milliseconds; and how much longer one of a thousand may take than one of two hundred fifty."""


def process_times() -> list[tuple[float, float]]:
    """Milliseconds that each round took by the clock and of the processor."""
    found: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        used = _processor()
        start = perf_counter()
        subprocess.run([PROGRAM, "check", EXAMPLE], stdout=subprocess.DEVNULL, check=False)
        found.append(((perf_counter() - start) * 1000, (_processor() - used) * 1000))
    return found


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fleet_time(count: int) -> tuple[float, float]:
    """Milliseconds to check `count` topologies, every one different, in this process: by the
    clock and of the processor."""
    from tricenter.cli.app import run

    text = EXAMPLE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"ledger-{n}.yaml" for n in range(count)]
        for n, path in enumerate(paths):
            changed = text.replace("name: ledger\n", f"name: ledger-{n}\n")
            path.write_text(changed.replace("tps: 3000", f"tps: {2000 + n}"), encoding="utf-8")
        start, used = perf_counter(), process_time()
        with contextlib.redirect_stdout(io.StringIO()) as said:
            run(["check", *map(str, paths)])
        taken = (perf_counter() - start) * 1000, (process_time() - used) * 1000
    assert count == 1 or f"{count} files: " in said.getvalue()
    return taken


def main() -> None:
    """Print every number beside its budget, and the load before and after."""
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    times = process_times()
    clock = statistics.median(clock for clock, _ in times)
    show("check of the example, a process, by the clock", clock, "ms", BUDGETS["process"])
    show("  the fastest of them", min(clock for clock, _ in times), "ms")
    show("  time of the processor", statistics.median(used for _, used in times), "ms")
    fleet_time(1)
    _, some = fleet_time(FLEET // 4)
    clock, all_of_them = fleet_time(FLEET)
    show(f"check of {FLEET} topologies, one process", clock, "ms", BUDGETS["fleet"])
    show("  time of the processor", all_of_them, "ms")
    show(f"  each of {FLEET // 4}", some / (FLEET // 4), "ms")
    show(f"  each of {FLEET}", all_of_them / FLEET, "ms")
    show("  the one over the other", all_of_them / some / 4, "", BUDGETS["linear"])
    print(f"load after: {os.getloadavg()[0]:.1f}")


def show(what: str, number: float, unit: str, budget: float | None = None) -> None:
    """Print one number, with its budget where it has one."""
    limit = "" if budget is None else f"   budget {budget:g} {unit}"
    print(f"{what:46}{number:10.1f} {unit:4}{limit}")


if __name__ == "__main__":
    main()
