"""Starts, finds and stops the process of the emulated AWS."""

from pathlib import Path

from tricenter.offline.daemon import Daemon

AWS = Daemon(
    title="AWS",
    module="tricenter.offline.aws.server",
    # A journal is replayed at some hundred requests a second before the process listens.
    longest_start_s=120.0,
)


def start(state: Path) -> str:
    """The URL of the cloud in a folder, started if it does not run. Raises EmulationError."""
    return AWS.start(state)


def stop(state: Path) -> bool:
    """Ends its process; the state stays. Returns whether one ran."""
    return AWS.stop(state)


def running(state: Path) -> str | None:
    """The URL of the cloud in a folder, if its process lives and answers."""
    return AWS.running(state)
