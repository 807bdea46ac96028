"""Copying a repository into an attached vault, so that at no moment a half copy looks whole."""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tricenter.lab.backup.copying import copy_piece, files_below, is_there, read_piece
from tricenter.lab.backup.pgbackrest import BackupFacts
from tricenter.lab.backup.protect import APPEND_ONLY, can_mark, mark, mark_tree, unmark_tree
from tricenter.lab.backup.vault import SHIPS, generations, ships
from tricenter.lab.disk import is_mounted, run_tool
from tricenter.lab.errors import LabError

INFO_FILES = ("archive.info", "archive.info.copy", "backup.info", "backup.info.copy")
DESCRIBED = 2
"""Slashes in the piece of a file that describes an archive: it goes into a generation."""
STABLE_ATTEMPTS = 5
Described = Mapping[str, tuple[tuple[BackupFacts, ...], dict[str, bytes]]]


def ship(
    root: Path,
    repository: Path,
    databases: Iterable[str],
    list_backups: Callable[[str], tuple[BackupFacts, ...]],
    at: datetime,
    immutable: float | None,
) -> dict[str, Any]:
    """Bring an attached vault up to date; gives what was written.

    Order is all: what describes the backups is read first and written last.
    """
    # A folder that stands for a disk may be where nothing can be marked.
    marks = is_mounted(root) or can_mark(root)
    described = {name: _describe(repository, name, list_backups) for name in databases}
    described = {name: facts for name, facts in described.items() if facts[1]}
    _refuse_strangers(root, described)
    size = sum(
        _copy_missing(root / "pool", repository, name, backups)
        for name, (backups, _) in described.items()
    )
    # Also what an interrupted shipment has copied: no line speaks of it yet.
    recorded = {piece for line in ships(root) for piece in line["wrote"]}
    wrote = sorted({_name(root, path) for path in _pieces(root)} - recorded)
    run_tool(["sync", "-f", str(root)])
    generation = _write_generation(root, described, at)
    if immutable is not None and marks:
        for piece in wrote:
            mark_tree(root / "pool" / piece)
        mark_tree(root / "generations" / str(generation))
    line = {"at": at.isoformat(), "generation": generation, "wrote": wrote}
    _write_line(root, line, append_only=marks)
    removed = _prune(root, repository, at, immutable)
    return {"pieces": len(wrote), "bytes": size, "generation": generation, "removed": removed}


def _refuse_strangers(root: Path, described: Described) -> None:
    """LabError where the vault has another database of that name: one hides the other's log.

    So it is after the loss of every site, when `up` has made empty databases: the backups of the
    lost ones stay the newest that the vault has, until they are restored.
    """
    for generation in generations(root)[-1:]:
        for name, notes in generation.backups.items():
            held = {note["system"] for note in notes if "system" in note}
            now = {backup.system for backup in described.get(name, ((), {}))[0]}
            if held and now and held.isdisjoint(now):
                raise LabError(
                    f"the vault has backups of another {name}, which this one does not come from: "
                    f"`tricenter restore --database {name} --from VAULT --replace` brings that one "
                    "back; a database that begins anew needs a vault of its own"
                )


def _describe(
    repository: Path, name: str, list_backups: Callable[[str], tuple[BackupFacts, ...]]
) -> tuple[tuple[BackupFacts, ...], dict[str, bytes]]:
    """The backups, and the files that describe them, of one and the same moment."""
    for _ in range(STABLE_ATTEMPTS):
        before = list_backups(name)
        texts = dict(_read_info(repository, name))
        if list_backups(name) == before:
            return before, texts if before else {}
    raise LabError(f"the repository of {name} changes all the time")


def _read_info(repository: Path, name: str) -> Iterator[tuple[str, bytes]]:
    for file in INFO_FILES:
        kind = file.partition(".")[0]
        piece = f"{kind}/{name}/{file}"
        content = read_piece(repository, piece)
        if content is not None:
            yield piece, content


def _copy_missing(pool: Path, repository: Path, name: str, backups: Iterable[BackupFacts]) -> int:
    """Copy the backups and the pieces of the log that the pool lacks; gives the bytes."""
    size = 0
    for backup in backups:
        piece = f"backup/{name}/{backup.label}"
        if not (pool / piece).exists():
            size += _copy_whole(repository, piece, pool / piece)
    for piece in files_below(repository, f"archive/{name}"):
        described = piece.count("/") == DESCRIBED
        if described or piece.endswith(".tmp") or (pool / piece).exists():
            continue
        try:
            size += _copy_whole(repository, piece, pool / piece)
        except FileNotFoundError:
            continue  # expired meanwhile
    return size


def _copy_whole(repository: Path, piece: str, target: Path) -> int:
    """Copy a file or folder under a name that does not count, then give it its own."""
    _make_folders(target.parent)
    draft = target.with_name(f".{target.name}.partial")
    if draft.is_dir():
        shutil.rmtree(draft)
    draft.unlink(missing_ok=True)
    size = copy_piece(repository, piece, draft)
    draft.rename(target)
    return size


def _write_generation(root: Path, described: Described, at: datetime) -> int:
    """Write what describes the pool, unless nothing has changed; gives the generation's number."""
    files = {path: text for _, texts in described.values() for path, text in texts.items()}
    known = generations(root)
    if known:
        newest = known[-1]
        if all(_content(newest.path / path) == text for path, text in files.items()):
            return newest.number
    number = known[-1].number + 1 if known else 1
    target = root / "generations" / str(number)
    draft = target.with_name(f".{number}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    for path, text in files.items():
        _make_folders((draft / path).parent)
        (draft / path).write_bytes(text)
    record = {
        "at": at.isoformat(),
        "backups": {name: [_note(b) for b in backups] for name, (backups, _) in described.items()},
    }
    _make_folders(draft)
    (draft / "record.json").write_text(json.dumps(record), encoding="utf-8")
    run_tool(["sync", "-f", str(root)])
    draft.rename(target)
    return number


def _note(backup: BackupFacts) -> dict[str, Any]:
    return {
        "label": backup.label,
        "system": backup.system,
        "kind": backup.kind,
        "needs": backup.needs,
        "taken": backup.taken.isoformat(),
        "stopped": backup.stopped.isoformat(),
        "database_size": backup.database_size,
        "repository_size": backup.repository_size,
    }


def _write_line(root: Path, line: Mapping[str, Any], *, append_only: bool) -> None:
    path = root / SHIPS
    with path.open("a+b") as file:
        size = file.seek(0, os.SEEK_END)
        torn = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
        file.write((b"\n" if torn else b"") + json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if append_only:
        mark(path, APPEND_ONLY)


def _prune(root: Path, repository: Path, at: datetime, immutable: float | None) -> int:
    """Remove what the repository no longer has and whose time is over; gives how much."""
    protected = timedelta(seconds=immutable or 0.0)
    written = {
        piece: datetime.fromisoformat(line["at"]) for line in ships(root) for piece in line["wrote"]
    }
    removed = 0
    for path in _pieces(root):
        piece = _name(root, path)
        if piece in written and at - written[piece] < protected:
            continue
        if not is_there(repository, piece):
            _remove(path)
            removed += 1
    for generation in generations(root)[:-1]:
        record = json.loads((generation.path / "record.json").read_text(encoding="utf-8"))
        if at - datetime.fromisoformat(record["at"]) >= protected:
            _remove(generation.path)
    return removed


def _pieces(root: Path) -> list[Path]:
    """The backups and the files of the log in a vault, without those half copied."""
    backups = (root / "pool").glob("backup/*/*")
    log = (path for path in (root / "pool").glob("archive/*/*/**/*") if path.is_file())
    return [path for path in (*backups, *log) if not path.name.startswith(".")]


def _name(root: Path, piece: Path) -> str:
    return str(piece.relative_to(root / "pool"))


def _remove(path: Path) -> None:
    unmark_tree(path)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _make_folders(path: Path) -> None:
    path.mkdir(mode=0o755, parents=True, exist_ok=True)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
