"""`tricenter check` of large specs: processor time and memory of a process of its own."""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

PROGRAM = Path(sys.executable).parent / "tricenter"
BUDGETS = {"seconds": 5.0, "MiB": 300.0}
CASES = {
    "300 sites": (300, 20),
    "1,000 databases": (3, 1000),
    "100 sites, 300 databases": (100, 300),
}
"""Sites and databases of each."""


def large(sites: int, databases: int) -> str:
    """A valid spec with so many sites in ten cities, and so many databases of three copies."""
    cities = min(sites, 10)
    lines = ["apiVersion: tricenter/v1", "name: large", "cities:"]
    lines += [f"  c{n}: {{at: [{5 * n}, {7 * n}]}}" for n in range(cities)]
    lines += ["sites:"]
    load = "capacity: {tps: 90000, connections: 90000}"
    lines += [f"  s{n}: {{city: c{n % cities}, {load}}}" for n in range(sites)]
    lines += [] if sites % 2 else ["witnesses: {w: {at: [70, 100]}}"]
    lines += ["databases:"]
    for n in range(databases):
        first, second, third = (f"s{(7 * n + k) % sites}" for k in range(3))
        lines.append(
            f"  d{n}: {{prefer: {first}, load: {{tps: 10, connections: 5}},"
            f" commit: {{mode: quorum}}, replicas: {{{second}: {{voter: true}}, {third}: {{}}}}}}"
        )
    return "\n".join([*lines, "dns: {zone: pay.example.com}"]) + "\n"


def checked(sites: int, databases: int) -> tuple[float, float, float]:
    """Seconds by the clock and of the processor, and the peak of memory in MiB so far."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.yaml"
        path.write_text(large(sites, databases), encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = perf_counter()
        done = subprocess.run([PROGRAM, "check", path], stdout=subprocess.DEVNULL, check=False)
        taken = perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 1, "a spec without backups is refused by a rule"
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return taken, used, after.ru_maxrss / 1024


def main() -> None:
    """Print each case's numbers beside their budgets, and the load."""
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, (sites, databases) in CASES.items():
        clock, used, memory = checked(sites, databases)
        print(f"check of {name:28}{clock:8.1f} s by the clock")
        print(f"{'  of the processor':37}{used:8.1f} s     budget {BUDGETS['seconds']:g} s")
        print(
            f"{'  the peak of memory so far':37}{memory:8.0f} MiB   budget {BUDGETS['MiB']:g} MiB"
        )
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
