"""`python -m tests.pairs`: play pairs of losses; each is appended to a file, and goes on there."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from tests.pairs.orders import ORDERS
from tests.pairs.series import LabError, faster, new_series
from tricenter.topology.compile import compile_plan
from tricenter.topology.validate import load

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Read the options, play what is not in the results yet, sum up; 1 if a write was lost."""
    parser = argparse.ArgumentParser(prog="pairs")
    parser.add_argument("--order", action="append", choices=sorted(ORDERS), help="only these")
    parser.add_argument("--pairs", type=int, default=40, help="how many of each order")
    parser.add_argument("--results", type=Path, default=ROOT / "build/pairs.jsonl")
    parser.add_argument("--lease", choices=("spec", "short"), default="spec", help="ttl 20 or 10 s")
    parser.add_argument(
        "--without-check-timeline", action="store_true", help="as before it was set: loses writes"
    )
    asked = parser.parse_args()
    plan = compile_plan(load(ROOT / "stacks/ledger.yaml"))
    plan = faster(plan) if asked.lease == "short" else plan
    asked.results.parent.mkdir(parents=True, exist_ok=True)
    timeline, lost = not asked.without_check_timeline, 0
    key = {"check_timeline": timeline, "lease": asked.lease}
    done = Counter(
        row["order"] for row in _rows(asked.results) if all(row[k] == v for k, v in key.items())
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        new_series(f"pairs-{os.getpid()}", plan, Path(folder), timeline=timeline) as series,
    ):
        for name in asked.order or sorted(ORDERS):
            order = ORDERS[name]
            for gap in [g for g, _ in zip(cycle(order.gaps), range(asked.pairs), strict=False)][
                done[name] :
            ]:
                try:
                    played = series.play(order, gap)
                except LabError as error:
                    kept = series.keep_logs(asked.results.with_suffix(".logs"))
                    print(
                        f"{name} {gap:g} s: broken off: {error}; logs are in {kept}",
                        file=sys.stderr,
                        flush=True,
                    )
                    return 2
                lost += len(played.lost)
                row = {**key, **_about(), **played.data()}
                with asked.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
                print(
                    f"{name} {gap:g} s: {played.acknowledged} acknowledged, {len(played.lost)} "
                    f"lost, pauses {played.pauses}, {played.seconds:g} s",
                    flush=True,
                )
    return 1 if lost else 0


def _rows(path: Path) -> list[dict[str, object]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _about() -> dict[str, object]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"commit": commit, "at": now, "load": round(os.getloadavg()[0], 1)}


if __name__ == "__main__":
    sys.exit(main())
