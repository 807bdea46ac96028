"""How the parts of a stack are at a moment: plain data that `status` collects and kinds judge."""

from dataclasses import dataclass

from tricenter.lab.promises import Promise
from tricenter.lab.unwell import Unwell

SECOND = "second server"
"""The role of a server that takes itself for the leader while another holds the lease."""
UNLED = "without lease"
"""The role of one that takes itself for the leader while nobody holds the lease."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStatus:
    """A host; `voice` is None for one without a voice, `memory` in bytes (PSS)."""

    name: str
    city: str | None
    on: bool
    voice: bool | None
    services: tuple[str, ...]
    down: tuple[str, ...]
    memory: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberStatus:
    """A member; `lag` in bytes behind the leader, None when one of the two is not known.

    Its role is leader only where it holds the leader's lease, else replica, SECOND or UNLED.
    `settled` is True as well for one that changes its role right now, some seconds long.
    """

    site: str
    role: str
    state: str
    settled: bool
    sync: bool
    lag: int | None
    timeline: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStatus:
    """A database; `leader` is the site that takes its writes, None when none does."""

    name: str
    leader: str | None
    members: tuple[MemberStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """A name server and what it answers, None for a question without an answer."""

    site: str
    provider: str
    answers: tuple[tuple[str, tuple[str, ...] | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A whole stack: what was seen, what of it is unwell, and which promises hold now."""

    stack: str
    topology: str
    hosts: tuple[HostStatus, ...]
    databases: tuple[DatabaseStatus, ...]
    servers: tuple[ServerStatus, ...]
    unwell: tuple[Unwell, ...] = ()
    promises: tuple[Promise, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """What is unwell, in sentences; none when all is well."""
        return tuple(entry.says for entry in self.unwell)
