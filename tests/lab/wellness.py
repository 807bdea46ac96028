"""Waiting until all is well, and what is not where it does not come."""

import time

import pytest

from tricenter.lab.stack import Stack
from tricenter.lab.status import collect
from tricenter.topology.plan import Plan


def await_well(stack: Stack, plan: Plan, patience: float) -> None:
    """Until nothing is unwell; the test fails with what is, in sentences, after `patience` s."""
    deadline = time.monotonic() + patience
    while found := collect(stack, plan).unwell:
        if time.monotonic() >= deadline:
            pytest.fail("\n".join(f"{entry.code}: {entry.says}" for entry in found))
        time.sleep(0.5)
