"""Records of drills for tests: whole ones, as a drill writes them, with what a test changes."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tests.drill_history import make_record
from tricenter.policies.records.drill import record_text


@cache
def _whole() -> str:
    return record_text(make_record())


def record_data(scenario: str, day: date, verdict: str, digest: str) -> dict[str, Any]:
    """A record of a drill that ended on a day at ten, its checks as its verdict."""
    data: dict[str, Any] = json.loads(_whole())
    for check in data["checks"]:
        check["verdict"] = "pass"
    data["checks"][0]["verdict"] = verdict
    return data | {
        "scenario": scenario,
        "started": f"{day}T09:00:00.000+00:00",
        "ended": f"{day}T10:00:00.000+00:00",
        "verdict": verdict,
        "digest": digest,
    }


def keep(folder: Path, data: Any, name: str = "drill.json") -> Path:
    """The data as a file among the records."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(data), encoding="utf-8")
    return path
