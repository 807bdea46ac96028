"""A machine of a cloud works as root on files of its databases' user: no link there is followed."""

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests import stranger
from tricenter.topology.machine_program import program

OWNER = "postgres"
SECRET = "what only root may read"


def _is_there(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


pytestmark = [
    stranger.needs_root,
    pytest.mark.skipif(not _is_there(OWNER), reason=f"this machine has no user {OWNER}"),
]


@pytest.fixture(scope="module")
def node() -> Any:
    """The program that a machine has."""
    made = ModuleType("node")
    exec(compile(program(), "node.py", "exec"), made.__dict__)  # noqa: S102 - ours
    return made


@pytest.fixture
def own() -> Iterator[Path]:
    """A folder of the databases' user."""
    with stranger.open_folder(OWNER) as folder:
        yield folder


@pytest.fixture
def roots() -> Iterator[Path]:
    """A folder of root's, with a file that nobody else may read."""
    with stranger.open_folder() as folder:
        (folder / "secret").write_text(SECRET)
        (folder / "secret").chmod(0o600)
        yield folder
        assert (folder / "secret").read_text() == SECRET
        assert [path.name for path in folder.iterdir()] == ["secret"]
        for path in (folder, folder / "secret"):
            assert path.stat().st_uid == 0


def test_a_file_is_written_for_its_owner(node: Any, own: Path) -> None:
    """With folders that are missing; what is there already is left."""
    path = own / "a/b/settings"
    assert node.write(path, "x", owner=OWNER, mode=0o640)
    assert not node.write(path, "x", owner=OWNER, mode=0o640)
    assert node.write(path, "y", owner=OWNER, mode=0o640)
    assert node.read_own(path) == "y"
    found = [entry.stat() for entry in (path, path.parent, path.parent.parent)]
    assert {entry.st_uid for entry in found} == {pwd.getpwnam(OWNER).pw_uid}
    assert stat.S_IMODE(found[0].st_mode) == 0o640
    assert os.geteuid() == 0


@pytest.mark.parametrize("name", ["settings", "settings.new"])
def test_no_link_is_written_through(node: Any, own: Path, roots: Path, name: str) -> None:
    """Neither as the file nor as its draft: root would write there, and give it away."""
    (own / name).symlink_to(roots / "secret")
    try:
        node.write(own / "settings", "x", owner=OWNER)
    except PermissionError:
        return
    assert (own / "settings").read_text() == "x"
    assert not (own / "settings").is_symlink()


def test_no_folder_is_made_or_given_through_a_link(node: Any, own: Path, roots: Path) -> None:
    """A folder of the machine's would become the databases' user's."""
    (own / "log").symlink_to(roots)
    with pytest.raises(PermissionError):
        node.make_folder(own / "log", OWNER, 0o750)
    with pytest.raises(PermissionError):
        node.make_folder(own / "log/pgbackrest", OWNER)
    with pytest.raises(PermissionError):
        node.write(own / "log/new", "x", owner=OWNER)


def test_nothing_is_read_or_shipped_through_a_link(node: Any, own: Path, roots: Path) -> None:
    """A voice's settings are written anew from what was read; a repository goes into vaults."""
    (own / "etcd.yml").symlink_to(roots / "secret")
    (own / "folder").symlink_to(roots)
    (own / "real").write_text("x")
    with pytest.raises(PermissionError):
        node.read_own(own / "etcd.yml")
    assert [name for name, _ in node.repository_files(own)] == ["real"]


def test_root_keeps_nothing_where_others_may_lay_links(node: Any, own: Path) -> None:
    """What is root's own is below root's folders alone."""
    with pytest.raises(SystemExit, match="others than root could put something else in the way"):
        node.write(own / "kept", "x", owner="root")
