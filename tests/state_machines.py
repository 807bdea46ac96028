"""What judges Amazon States Language here: a validator from npm, which we did not write.

https://github.com/ChristopheBougere/asl-validator (4.0.0)
"""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tricenter.setup import judges

VALIDATOR = "asl-validator"
needs_validator = pytest.mark.skipif(
    judges.program(VALIDATOR) is None,
    reason=f"{VALIDATOR} is not there: `make clouds` brings it, where node and npm are",
)


def spelled(name: str) -> str:
    """A member of AWS' models as Step Functions has it: `DBInstances` is `DbInstances`.

    It takes the names of AWS' SDK for Java, with a capital (checked 2026-12-01):
    https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
    """
    return re.sub(r"^[A-Z]+(?=[A-Z][a-z]|$)", lambda found: found[0].capitalize(), name)


def refusals(folder: Path, machines: Iterable[Mapping[str, Any]]) -> str:
    """What the validator says of definitions, all in one run; empty where all are valid."""
    program = judges.program(VALIDATOR)
    assert program is not None
    paths: list[str] = []
    for number, machine in enumerate(machines):
        path = folder / f"machine-{number}.json"
        path.write_text(json.dumps(machine), encoding="utf-8")
        paths.append(str(path))
    assert paths
    command = [str(program), "--json-path", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr
