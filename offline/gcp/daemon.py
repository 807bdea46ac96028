"""Starts, finds and stops the process of the emulated Google Cloud."""

from pathlib import Path

from tricenter.offline.daemon import Daemon

GOOGLE = Daemon(title="Google Cloud", module="tricenter.offline.gcp.server")


def start(state: Path) -> str:
    """The URL of the cloud in a folder, started if it does not run. Raises EmulationError."""
    return GOOGLE.start(state)


def stop(state: Path) -> bool:
    """Ends its process; the state stays. Returns whether one ran."""
    return GOOGLE.stop(state)


def running(state: Path) -> str | None:
    """The URL of the cloud in a folder, if its process lives and answers."""
    return GOOGLE.running(state)
