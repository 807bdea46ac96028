"""What backups there are, asked inside a host: a JSON request on standard input, a JSON answer.

`python -m tricenter.lab.backup.inventory`, with the databases of the repository in this host and
the vaults to look into. A vault is attached for reading only meanwhile.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tricenter.lab.backup.clock import CLOCK_FILE, FileClock
from tricenter.lab.backup.definition import VaultDisk
from tricenter.lab.backup.pgbackrest import local_repository
from tricenter.lab.backup.stanza import Looker
from tricenter.lab.backup.usable import why_not
from tricenter.lab.backup.vault import attached, generations, ships
from tricenter.lab.inside import here
from tricenter.topology.errors import TricenterError
from tricenter.topology.render.pgbackrest import REPOSITORY


def in_repository(database: str) -> dict[str, Any]:
    """The backups of a database in this host's repository, the gaps of its log, what is broken."""
    repository = local_repository()
    stanza = Looker(repository=repository, root=here(REPOSITORY)).look(database)
    known = repository.backups(database) if stanza.state == "there" else ()
    entries = [
        {
            "label": backup.label,
            "kind": backup.kind,
            "taken": backup.taken.isoformat(),
            "stopped": backup.stopped.isoformat(),
            "database_size": backup.database_size,
            "repository_size": backup.repository_size,
        }
        for backup in known
    ]
    why = why_not(stanza)
    found = {"backups": entries, "gaps": [asdict(gap) for gap in stanza.gaps]}
    return {**found, "reach": stanza.reach, **({"problem": why} if why else {})}


def in_vault(disk: VaultDisk) -> dict[str, Any]:
    """The backups that can be restored from a vault alone, and its newest shipment."""
    with attached(disk, writable=False) as root:
        found: dict[str, dict[str, Any]] = {}
        for generation in generations(root):
            for database, backups in generation.backups.items():
                for backup in backups:
                    parts = (backup["label"], *backup["needs"])
                    pool = root / "pool" / "backup" / database
                    if all((pool / part).is_dir() for part in parts):
                        found.setdefault(database, {})[backup["label"]] = dict(backup)
        lines = ships(root)
    backups = {name: list(entries.values()) for name, entries in found.items()}
    return {"databases": backups, "shipped": lines[-1]["at"] if lines else None}


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """What the request asks for: `repository` by database, `vaults` by name."""
    vaults = (VaultDisk(**vault) for vault in request["vaults"])
    return {
        "now": FileClock(path=here(CLOCK_FILE)).now().isoformat(),
        "repository": {name: in_repository(name) for name in request["databases"]},
        "vaults": {vault.name: in_vault(vault) for vault in vaults},
    }


def main() -> int:
    """Answer one request; exit code 1 and the reason when it cannot be met."""
    try:
        found = answer(json.load(sys.stdin))
    except TricenterError as error:
        json.dump({"error": str(error)}, sys.stdout)
        return 1
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
