"""A certificate and its key, as files."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """The files of a certificate and its private key."""

    certificate: Path
    key: Path
