"""What the references ask the engine for, recorded once a run of the tests, for all workers."""

import os
from pathlib import Path
from typing import Protocol
from unittest import mock

from tests.once import once
from tricenter.generate.graph import Graph
from tricenter.generate.project import record_program

ROOT = Path(__file__).resolve().parent.parent
DRILL = {"tricenter:runId": "r7f3a", "tricenter:expires": "2026-12-01T00:00:00Z"}
PEOPLE = {"tricenter:notify": "ops@pay.example, dba@pay.example"}
SOMEBODYS = {"GOOGLE_PROJECT": "somebodys-project"}
"""Google's resources need a project's name; nothing is asked of it."""


def stack(profile: str) -> str:
    """A name of a stack that its profile may have."""
    return "prod" if profile == "production" else "drill-1"


class Recordings(Protocol):
    """The graph of a target's reference, in one of its profiles."""

    def __call__(self, target: str, profile: str = "production") -> Graph: ...


def record_reference(target: str, profile: str = "production") -> Graph:
    """The graph of a target's reference; who asks first records it, the others wait."""
    return _record(target, profile)


@once
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
