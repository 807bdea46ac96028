"""The Pulumi program: the spec of `tricenter:spec` becomes resources of `tricenter:target`."""

from pathlib import Path

from tricenter.components.program import run

run(Path(__file__).resolve().parent)
