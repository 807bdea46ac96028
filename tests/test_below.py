"""Root's file work in folders that others own: no link there leads it anywhere else."""

import ctypes
import os
import stat
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import stranger
from tricenter.lab.acting import acting_as
from tricenter.lab.backup.copying import copy_piece, files_below
from tricenter.lab.backup.pgbackrest import BackupFacts
from tricenter.lab.backup.protect import unmark_tree
from tricenter.lab.backup.shipping import ship
from tricenter.lab.errors import LabError
from tricenter.lab.files import (
    delete_host_file,
    host_file_status,
    list_host_folder,
    make_host_folder,
    read_host_file,
    write_host_file,
)
from tricenter.lab.stack import Stack

OWNER = "postgres"
SECRET = "what only root may read"
TRIES = 400
AT_FDCWD, RENAME_EXCHANGE = -100, 2
LABEL = "20261130-120000F"
MOMENT = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user can pass, which pytest's own are not."""
    with stranger.open_folder() as folder:
        yield folder


@pytest.fixture
def host(place: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Stack, Path]:
    """A stack of folders, and the folder that is its host's disk."""
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(place))
    stack = Stack("ledger-t")
    stack.create(network="loopback")
    disk = stack.path / "hosts/one/srv"
    disk.mkdir(parents=True)
    return stack, disk


@pytest.fixture(autouse=True)
def as_ourselves(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no PostgreSQL, the owner of a repository is who runs the test."""
    if "as_owner" in request.fixturenames:
        return
    monkeypatch.setattr("tricenter.lab.backup.copying.acting_as", _nobody_else)


@pytest.fixture
def as_owner() -> None:
    """For a test that is about the owner's rights."""
    if os.geteuid() != 0:
        pytest.skip("to act as another user takes root")


@contextmanager
def _nobody_else(_: str) -> Generator[None]:
    yield


@contextmanager
def swapping(folder: Path, elsewhere: Path) -> Generator[None]:
    """Meanwhile a folder is now itself, now a link to another place, as fast as can be."""
    link = folder.with_name("link")
    link.symlink_to(elsewhere)
    names = (ctypes.c_char_p(str(folder).encode()), ctypes.c_char_p(str(link).encode()))
    exchange, over = ctypes.CDLL(None).renameat2, threading.Event()

    def swap() -> None:
        while not over.is_set():
            assert exchange(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("verb", ["write", "read", "make", "delete"])
def test_a_link_that_comes_and_goes_is_never_followed(
    host: tuple[Stack, Path], place: Path, verb: str
) -> None:
    """Between a look at a path and its use there is always time for whoever owns the folder."""
    stack, disk = host
    elsewhere, own = place / "elsewhere", disk / "pg/own"
    elsewhere.mkdir()
    own.mkdir(parents=True)
    (elsewhere / "kept").write_text(SECRET)
    work: dict[str, Callable[[], object]] = {
        "write": lambda: write_host_file(stack, "one", "/srv/pg/own/new", b"x"),
        "read": lambda: read_host_file(stack, "one", "/srv/pg/own/kept"),
        "make": lambda: make_host_folder(stack, "one", "/srv/pg/own/folder"),
        "delete": lambda: delete_host_file(stack, "one", "/srv/pg/own/kept"),
    }
    done = 0
    with swapping(own, elsewhere):
        for _ in range(TRIES):
            with suppress(LabError, OSError):
                assert work[verb]() is None
                done += 1
    assert done
    assert [path.name for path in elsewhere.iterdir()] == ["kept"]


def test_a_link_is_named(host: tuple[Stack, Path], place: Path) -> None:
    """As a folder on the way, and as the file itself; a file is put in a link's place."""
    stack, disk = host
    (place / "secret").write_text(SECRET)
    (disk / "link").symlink_to(place)
    (disk / "file").symlink_to(place / "secret")
    for path in ("/srv/link/secret", "/srv/file"):
        with pytest.raises(LabError, match=r"srv/(link|file) is a link: it could lead out"):
            read_host_file(stack, "one", path)
    with pytest.raises(LabError, match="is a link"):
        write_host_file(stack, "one", "/srv/link/secret", b"x")
    with pytest.raises(LabError, match="is a link"):
        list_host_folder(stack, "one", "/srv/link")
    write_host_file(stack, "one", "/srv/file", b"new")
    assert not (disk / "file").is_symlink()
    assert (place / "secret").read_text() == SECRET
    status = host_file_status(stack, "one", "/srv/link")
    assert status is not None
    assert stat.S_ISLNK(status.st_mode)


def test_a_pipe_in_a_files_place_is_not_waited_for(host: tuple[Stack, Path]) -> None:
    """It would keep every verb that reads the host for ever."""
    stack, disk = host
    os.mkfifo(disk / "pipe")
    with pytest.raises(LabError, match="pipe is no file"):
        read_host_file(stack, "one", "/srv/pipe")


@pytest.mark.usefixtures("as_owner")
def test_a_folder_is_given_and_no_link_is(host: tuple[Stack, Path], place: Path) -> None:
    """Root would give the machine's own file to whoever laid a link to it."""
    stack, disk = host
    (place / "secret").write_text(SECRET)
    (disk / "folder").symlink_to(place)
    with pytest.raises(LabError, match="is a link"):
        make_host_folder(stack, "one", "/srv/folder", owner=stranger.NAME, mode=0o777)
    assert place.stat().st_uid == 0
    make_host_folder(stack, "one", "/srv/a/b", owner=stranger.NAME, mode=0o750)
    made = [(disk / name).stat() for name in ("a", "a/b")]
    assert [found.st_uid for found in made] == [stranger.number()] * 2
    assert [stat.S_IMODE(found.st_mode) for found in made] == [0o755, 0o750]


def backup() -> BackupFacts:
    """A full backup."""
    return BackupFacts(
        database="a", label=LABEL, kind="full", taken=MOMENT, stopped=MOMENT, needs=(),
        database_size=1, repository_size=1, first_log="0" * 24, last_log="0" * 24, system="1",
    )  # fmt: skip


def repository_in(folder: Path) -> Path:
    """A repository with one backup and one segment of the log."""
    files = {
        "archive/a/archive.info": "described",
        "backup/a/backup.info": "described",
        f"backup/a/{LABEL}/pg_data/1": "data",
        f"archive/a/15-1/{'0' * 16}/{'0' * 24}-{'a' * 40}": "log",
    }
    for name, text in files.items():
        path = folder / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "repository"


def shipped(folder: Path, repository: Path) -> set[str]:
    """Ship it into a vault; the texts that the vault has then, of files half copied as well."""
    vault = folder / "vault"
    vault.mkdir(exist_ok=True)
    try:
        ship(vault, repository, ["a"], lambda _: (backup(),), MOMENT, None)
    finally:
        unmark_tree(vault)  # else nobody could delete it
        found = {path.read_text() for path in vault.rglob("*") if path.is_file()}
    return found


def test_a_repository_is_shipped_whole(place: Path) -> None:
    """Every file, readable for all, with its time: by that two contents are told apart."""
    repository = repository_in(place)
    log = next(repository.glob("archive/a/*/*/*"))
    os.utime(log, (1, 1))
    assert {"data", "log", "described"} <= shipped(place, repository)
    copy = next((place / "vault/pool").glob("archive/a/*/*/*"))
    assert (copy.stat().st_mtime, stat.S_IMODE(copy.stat().st_mode)) == (1, 0o644)


@pytest.mark.parametrize(
    "at",
    [
        f"archive/a/15-1/{'0' * 16}/{'1' * 24}-{'a' * 40}",
        "archive/a/15-1/folder",
        "archive/a/other",
        "backup/a/backup.info.copy",
        f"backup/a/{LABEL}/pg_data/2",
        f"backup/a/{LABEL}/folder",
    ],
)
def test_no_link_in_a_repository_is_shipped(place: Path, at: str) -> None:
    """Whoever owns it would else get any file of the machine, readable, in every vault."""
    repository, outside = repository_in(place), place / "outside"
    outside.mkdir()
    (outside / "shadow").write_text(SECRET)
    (outside / "shadow").chmod(0o600)
    is_folder = at.endswith(("folder", "other"))
    (repository / at).symlink_to(outside if is_folder else outside / "shadow")
    with pytest.raises(LabError, match="is neither file nor folder|is a link"):
        shipped(place, repository)
    texts = {path.read_text() for path in (place / "vault").rglob("*") if path.is_file()}
    assert SECRET not in texts
    assert stat.S_IMODE((outside / "shadow").stat().st_mode) == 0o600


def test_a_piece_stays_below_its_repository(place: Path) -> None:
    """A name that leads upwards, as a forged list of backups could have it, is refused."""
    repository = repository_in(place)
    (place / "secret").write_text(SECRET)
    with pytest.raises(LabError, match="has no place"):
        copy_piece(repository, "backup/../../secret", place / "copy")
    with pytest.raises(LabError, match="has no place"):
        files_below(repository, "archive/../..")


def test_work_for_an_owner_has_the_owners_rights(place: Path, as_owner: None) -> None:
    """A link that root would follow leads nowhere; what is made is the owner's; then it is over."""
    del as_owner
    (place / "secret").write_text(SECRET)
    (place / "secret").chmod(0o600)
    place.chmod(0o777)
    (place / "link").symlink_to(place / "secret")
    asked, seen = threading.Event(), list[str]()

    def read_beside() -> None:
        asked.wait()
        seen.append((place / "link").read_text())

    other = threading.Thread(target=read_beside)
    other.start()
    with acting_as(stranger.NAME):
        with pytest.raises(PermissionError):
            (place / "link").read_text()
        with pytest.raises(PermissionError):
            (place / "link").write_text("x")
        (place / "made").write_text("x")
        with acting_as(stranger.NAME):
            pass
        with pytest.raises(PermissionError):
            (place / "secret").chmod(0o644)
        asked.set()
        other.join()
        assert seen == [SECRET]
    assert (place / "made").stat().st_uid == stranger.number()
    assert (place / "link").read_text() == SECRET


def test_a_group_of_roots_is_no_group_of_the_owners(place: Path, as_owner: None) -> None:
    """A file that root's own groups may read is none that the owner may."""
    del as_owner
    before = os.getgroups()
    os.setgroups([0, 6])
    try:
        (place / "secret").write_text(SECRET)
        os.chown(place / "secret", 0, 6)
        (place / "secret").chmod(0o640)
        with acting_as(stranger.NAME), pytest.raises(PermissionError):
            (place / "secret").read_text()
    finally:
        os.setgroups(before)
