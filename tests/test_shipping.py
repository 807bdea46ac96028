"""A vault takes the backups of one database of a name: another's would hide its log."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tricenter.lab.backup import copying
from tricenter.lab.backup.pgbackrest import BackupFacts
from tricenter.lab.backup.shipping import ship
from tricenter.lab.errors import LabError

AT = datetime(2026, 11, 30, tzinfo=UTC)


def repository(folder: Path, system: str, label: str) -> tuple[BackupFacts, ...]:
    """A repository with one backup of a database; what pgBackRest says of it."""
    for kind in ("archive", "backup"):
        (folder / kind / "ledger").mkdir(parents=True, exist_ok=True)
        (folder / kind / "ledger" / f"{kind}.info").write_text(system, encoding="utf-8")
    (folder / "backup/ledger" / label).mkdir()
    (folder / "backup/ledger" / label / "data").write_text(label, encoding="utf-8")
    return (
        BackupFacts(
            database="ledger", system=system, label=label, kind="full", taken=AT, stopped=AT,
            needs=(), database_size=1, repository_size=1, first_log="1", last_log="1",
        ),
    )  # fmt: skip


def newest(vault: Path) -> dict[str, object]:
    """What the vault says of its newest generation."""
    path = max((vault / "generations").glob("[0-9]*"), key=lambda found: int(found.name))
    return json.loads((path / "record.json").read_text(encoding="utf-8"))["backups"]


def test_a_database_that_begins_anew_does_not_hide_the_lost_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the loss of every site `up` makes empty ones: the vault keeps what it has as newest."""
    own: dict[str, Any] = {"acting_as": lambda _: nullcontext()}  # here all is one user's
    monkeypatch.setattr(copying, "acting_as", own["acting_as"])
    vault = tmp_path / "vault"
    vault.mkdir()
    lost = repository(tmp_path / "lost", "71", "20261129-020000F")
    ship(vault, tmp_path / "lost", ["ledger"], lambda _: lost, AT, None)
    before = newest(vault)
    empty = repository(tmp_path / "empty", "72", "20261130-080000F")
    with pytest.raises(LabError, match="backups of another ledger.*--replace"):
        ship(vault, tmp_path / "empty", ["ledger"], lambda _: empty, AT, None)
    assert newest(vault) == before
    assert not (vault / "pool/backup/ledger/20261130-080000F").exists()
    back = repository(tmp_path / "back", "71", "20261130-090000F")
    ship(vault, tmp_path / "back", ["ledger"], lambda _: back, AT, None)
    assert (vault / "pool/backup/ledger/20261130-090000F").exists()
