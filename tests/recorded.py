"""What the references ask the engine for, recorded once a run of the tests, for all workers."""

import fcntl
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from tricenter.generate.graph import Graph, read_graph
from tricenter.generate.project import record_program

ROOT = Path(__file__).resolve().parent.parent
DRILL = {"tricenter:runId": "r7f3a", "tricenter:expires": "2026-12-01T00:00:00Z"}
PEOPLE = {"tricenter:notify": "ops@pay.example, dba@pay.example"}
SOMEBODYS = {"GOOGLE_PROJECT": "somebodys-project"}
"""Google's resources need a project's name; nothing is asked of it."""


def stack(profile: str) -> str:
    """A name of a stack that its profile may have."""
    return "prod" if profile == "production" else "drill-1"


@dataclass(frozen=True)
class Recordings:
    """The graphs of the references, in a folder that all workers share."""

    folder: Path
    _read: dict[str, Graph] = field(default_factory=dict[str, Graph])

    def __call__(self, target: str, profile: str = "production") -> Graph:
        """The graph of a target's reference; who asks first records it, the others wait."""
        name = f"{target}-{profile}"
        if name not in self._read:
            kept = self.folder / f"{name}.json"
            with (self.folder / f"{name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not kept.exists():
                    draft = kept.with_suffix(".draft")
                    draft.write_text(json.dumps(_record(target, profile).as_data()))
                    draft.replace(kept)
            self._read[name] = read_graph(json.loads(kept.read_text()))
        return self._read[name]


def _record(target: str, profile: str) -> Graph:
    config = {
        "tricenter:spec": f"stacks/ledger{'' if target == 'lab' else f'-{target}'}.yaml",
        "tricenter:target": target,
        "tricenter:profile": profile,
        **(DRILL if profile == "drill" else PEOPLE),
    }
    kept = {name: value for name, value in os.environ.items() if name != "TRICENTER_OFFLINE"}
    with mock.patch.dict(os.environ, {**kept, **SOMEBODYS}, clear=True):
        return record_program(ROOT, "deployment", stack(profile), config)
