"""What a repository itself asks for beside the calendar: a first backup, or one after a gap."""

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

from tricenter.lab.backup.definition import Definition
from tricenter.lab.backup.due import NOTHING, Job
from tricenter.lab.backup.stanza import Looker, Stanza
from tricenter.topology.errors import TricenterError

LOOK_S = 5.0
TORN_S = 20.0
"""A gap counts when what lies behind it is there so long: segments may overtake each other."""


class Watch:
    """Looks at the stanzas of a definition again and again, and keeps what was seen last."""

    def __init__(self, definition: Definition, looker: Looker) -> None:
        self.databases = [name for backup in definition.backups for name in backup.databases]
        self.jobs = definition.jobs()
        self.looker = looker
        self.stanzas: tuple[Stanza, ...] = ()
        self._wanted: Mapping[str, str] = NOTHING

    def wanted(self) -> Mapping[str, str]:
        """The ids of the jobs that are asked for, and why."""
        return self._wanted

    def look(self) -> None:
        """Look once."""
        self.stanzas = tuple(map(self.looker.look, self.databases))
        self._wanted = wanted(self.stanzas, self.jobs, time.time())

    def run(self) -> None:
        """Look until the process ends."""
        while True:
            # Files come and go while they are looked at: the next look sees them whole, and what
            # was seen says when that was.
            with suppress(TricenterError, OSError, ValueError):
                self.look()
            time.sleep(LOOK_S)


def wanted(stanzas: Iterable[Stanza], jobs: Iterable[Job], now: float) -> dict[str, str]:
    """The ids of the backups that would mend the stanzas, and why.

    Nothing is asked for where the descriptions cannot be read: pgBackRest would refuse.
    """
    found: dict[str, str] = {}
    kept = {(job.kind, job.key): job.id for job in jobs}
    for stanza in stanzas:
        full = kept.get(("full", stanza.database))
        if stanza.state == "unreadable" or full is None:
            continue
        if stanza.state != "there" or not stanza.backups:
            found[full] = "no backup in the repository"
        elif stanza.strange:
            found[full] = "segments were set aside"
        elif stanza.torn is not None and now - stanza.torn >= TORN_S:
            found[kept.get(("incremental", stanza.database), full)] = "a gap in the log"
    return found
