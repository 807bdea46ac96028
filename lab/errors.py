"""What the lab raises on purpose."""

from tricenter.topology.errors import TricenterError


class LabError(TricenterError):
    """Something in the lab failed or is in the wrong state; the text says what to do."""


class NotFollowed(LabError):
    """The new leader leads, but not all that followed before follow it in time."""


class NotPossible(LabError):
    """This machine's kind of lab cannot do what was asked; the text says why."""


class OffError(LabError):
    """A host is off: it has no processes, and nothing can run in it."""


class NoDisk(LabError):
    """A host's disk is not there: nothing that was on it is."""
