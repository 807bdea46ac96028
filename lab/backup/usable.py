"""Whether a restore can use a repository, and before which gap of the log it has to stop."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tricenter.lab.backup.stanza import Stanza


def why_not(stanza: Stanza) -> str | None:
    """Why nothing can be restored from a repository; None where something can."""
    if stanza.state == "there" and stanza.backups:
        return None
    return stanza.why or f"it has no backup of {stanza.database}"


def way_out(database: str, vaults: Sequence[str]) -> str:
    """What to do where the repository is of no use: a vault that has a backup, else a new one."""
    if vaults:
        return f"restore from a vault: tricenter restore --database {database} --from {vaults[0]}"
    return "no vault has one either; `tricenter up` mends the repository, then a backup begins"


def gap_before(
    stanza: Stanza, to: datetime | None, found: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The gap that a restore stopped before, and the newest moment that can be reached.

    `found` is what the restore said. `to` is None for the latest state: what was archived behind a
    gap is newer, and out of reach.
    """
    if to is not None and found["reached"]:
        return None
    holes = stanza.gaps or (stanza.earlier if to is not None else ())
    if not holes:
        return None
    missing = sum(hole.missing for hole in holes)
    newest = found["recovered"] or stanza.reach
    ends = {"after": holes[0].after, "before": holes[-1].before}
    return {**ends, "missing": missing, "newest": newest}
