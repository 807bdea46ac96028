"""Waiting: every wait of the lab has a name and a longest time, and polls for its condition."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tricenter.lab.errors import LabError

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Longest wait for each event, in seconds; generous, since a slow machine is not a fault."""

    command: float = 60.0
    boot: float = 20.0
    death: float = 10.0
    shutdown: float = 60.0
    network: float = 10.0
    service: float = 30.0
    lock: float = 30.0


TIMEOUTS = Timeouts()


def until(
    condition: Callable[[], Found], timeout: float, what: str, *, every: float = 0.05
) -> Found:
    """The first true value of `condition`; LabError naming `what` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise LabError(f"{what} did not happen within {timeout:g} s")
        time.sleep(every)
