"""A restore on request, run inside a host: a JSON request on standard input, a JSON answer.

`python -m tricenter.lab.backup.restore`. The repository's key comes on standard input when a
vault alone is to suffice; it is kept in memory-backed files of the host only meanwhile.
"""

import shutil
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tricenter.lab.acting import acting_as
from tricenter.lab.backup.answering import answer_one
from tricenter.lab.backup.definition import VaultDisk
from tricenter.lab.backup.key import key_text
from tricenter.lab.backup.pgbackrest import OWNER, PgBackRest, archive_client, local_repository
from tricenter.lab.backup.scratch import Restored, Scratch
from tricenter.lab.backup.vault import attached, build_view, choose
from tricenter.lab.inside import give, here

RUN = here("/run/restore")


def restore(request: Mapping[str, Any]) -> dict[str, Any]:
    """Restore a database as the request says; the facts of it, JSON-ready."""
    database, scratch = request["database"], Scratch(name=request["name"])
    to = datetime.fromisoformat(request["to"]) if request["to"] else None
    try:
        if request["vault"] is None:
            found = scratch.restore(archive_client(database), database, to)
        else:
            found = _from_vault(request, scratch, to)
    except BaseException:
        scratch.remove()
        raise
    if not request["keep"]:
        scratch.remove()
    recovered = found.recovered.isoformat() if found.recovered else None
    return {**asdict(found), "recovered": recovered}


def _from_vault(request: Mapping[str, Any], scratch: Scratch, to: datetime | None) -> Restored:
    database = request["database"]
    with attached(VaultDisk(**request["vault"]), writable=False) as root:
        generation = choose(root, database, to)
        with _own_folder(scratch.name) as folder:
            with acting_as(OWNER):
                build_view(root, generation, database, folder / "repository")
                source = _configure(folder, database, request["key"])
            return scratch.restore(source, database, to)


@contextmanager
def _own_folder(name: str) -> Generator[Path]:
    """A folder in memory for the owner of PostgreSQL alone."""
    folder = RUN / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    give(folder, OWNER)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _configure(folder: Path, database: str, key: str) -> PgBackRest:
    """pgBackRest over the view of a vault; the key in a file of its own."""
    secrets = folder / "secret.d"
    secrets.mkdir(mode=0o700)
    lines = [
        "[global]",
        f"repo1-path={folder}/repository",
        "repo1-cipher-type=aes-256-cbc",
        f"spool-path={folder}/spool",
        "log-level-file=off",
        "log-level-console=warn",
        "process-max=2",
        f"[{database}]",
        f"pg1-path={here('/srv/pg')}/{database}",
    ]
    config = folder / "pgbackrest.conf"
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    cipher = secrets / "cipher.conf"
    cipher.touch(mode=0o600)
    cipher.write_text(key_text(key), encoding="utf-8")
    return PgBackRest(config=str(config), secrets=str(secrets))


def close_log(request: Mapping[str, Any]) -> dict[str, Any]:
    """Have the leader hand over the piece of the log that it is writing."""
    local_repository().close_log(request["database"])
    return {}


def drop(request: Mapping[str, Any]) -> dict[str, Any]:
    """Remove a scratch instance that was kept."""
    Scratch(name=request["name"]).remove()
    return {}


def adopt(request: Mapping[str, Any]) -> dict[str, Any]:
    """Let a scratch instance take the place of this host's copy, whose member is stopped."""
    Scratch(name=request["name"]).adopt(here("/srv/pg") / request["database"])
    return {}


VERBS = {"restore": restore, "close-log": close_log, "drop": drop, "adopt": adopt}


if __name__ == "__main__":
    sys.exit(answer_one(VERBS))
