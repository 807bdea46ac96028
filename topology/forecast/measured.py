"""What restore tests have measured, as the forecast takes it instead of an assumption."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A restore test of a database: the MiB a second that it wrote, and its day."""

    rate: float
    day: date
