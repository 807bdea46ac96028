"""What an emulated machine and its store refuse."""

from tricenter.topology.errors import TricenterError


class MachineFault(TricenterError):
    """A machine does not become a site; the text says what of its settings is wrong."""


class NoVoice(TricenterError):
    """No voice of the store answers."""


class NoMajority(TricenterError):
    """The voices that run are not enough for a change."""


class LeaseGone(TricenterError):
    """A lease has ended."""
