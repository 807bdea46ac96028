"""What can go wrong with the emulated AWS."""

from tricenter.topology.errors import TricenterError


class EmulatedAwsError(TricenterError):
    """The emulated AWS does not start, answer or stop, or is to work on what is not its own."""
