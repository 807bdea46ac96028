"""Starts, finds and stops the process that emulates the machines of the clouds."""

from pathlib import Path

from tricenter.offline.daemon import Daemon

MACHINES = Daemon(title="machines", module="tricenter.offline.machines.server")


def start(state: Path) -> str:
    """The URL of the way in, started if it does not run. Raises EmulationError."""
    return MACHINES.start(state)


def stop(state: Path) -> bool:
    """Ends its process; the machines' disks stay. Returns whether one ran."""
    return MACHINES.stop(state)


def running(state: Path) -> str | None:
    """The URL of the way in, if its process lives and answers."""
    return MACHINES.running(state)
