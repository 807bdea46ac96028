"""How long a lab takes from nothing to three streaming members, how much memory, how fast it ends.

`python benchmarks/lab.py [SPEC]`, as root. Other work on the machine counts: run it alone.
"""

import os
import sys
import time
from pathlib import Path

from tricenter.lab.deploy import deploy_units
from tricenter.lab.host import memory
from tricenter.lab.patroni import is_settled, member_states
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.unit import Unit, plan_units
from tricenter.topology.compile import compile_plan
from tricenter.topology.validate import load

SETTLE_S = 15.0


def main() -> None:
    """Deploy a stack of its own, measure it, and take it away."""
    spec = Path(sys.argv[1] if len(sys.argv) > 1 else "stacks/ledger.yaml")
    plan = compile_plan(load(spec))
    stack = Stack(f"benchmark-{os.getpid()}")
    streaming: list[float] = []
    begun = time.monotonic()

    def note(unit: Unit, step: str) -> None:
        if step == "ready":
            spent = time.monotonic() - begun
            print(f"{spent:7.2f} s  {unit.name}", flush=True)
            if unit.kind == "member":
                streaming.append(spent)

    try:
        deploy_units(stack, plan_units(plan), note)
        whole = time.monotonic() - begun
        settled = [is_settled(s) for d in plan.databases for s in member_states(stack, d).values()]
        time.sleep(SETTLE_S)
        used = {host.name: memory(stack, host.name) for host in plan.hosts}
    finally:
        ended = time.monotonic()
        sweep(stack.id)
        ended = time.monotonic() - ended
    print(f"load of the machine           {os.getloadavg()[0]:.1f} over {os.cpu_count()} cores")
    print(f"members that lead or stream   {sum(settled)} of {len(settled)}")
    print(f"nothing to all members        {max(streaming):.1f} s (at most 30)")
    print(f"nothing to every unit         {whole:.1f} s")
    for name, size in used.items():
        print(f"memory of {name:<20}{size / 2**20:.0f} MiB PSS (at most 300)")
    print(
        f"destroyed in                  {ended:.1f} s (at most 10), left {len(leftovers(stack.id))}"
    )


if __name__ == "__main__":
    main()
