"""What a health check asks for, beside a connection."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRequest:
    """What a check asks an address for on its port."""

    scheme: Literal["http", "https"]
    host: str
    path: str
