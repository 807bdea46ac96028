"""A problem of a spec by its path, before anybody has asked where that is in the file."""

from dataclasses import dataclass
from typing import Literal

from tricenter.topology.errors import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong at a path of the spec; `at` says whether its key or its value is."""

    path: Path
    id: str
    message: str
    at: Literal["key", "value"] = "value"
