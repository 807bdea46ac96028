"""A lab has one name for every verb: the one that `up` was given."""

from pathlib import Path

import pytest

from tricenter.cli.lab_stack import find_stack
from tricenter.lab.errors import LabError
from tricenter.lab.stack import Stack

CLI = Path(__file__).resolve().parent.parent / "cli"


@pytest.fixture(autouse=True)
def labs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two labs of the checkout's own spec, and one of a drill."""
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(tmp_path))
    for name, kind in (("ledger-sec", "user"), ("ledger-dev", "user"), ("drill-x", "drill")):
        Stack(name).create(kind=kind, network="loopback")


@pytest.mark.parametrize(
    ("name", "id_"), [("sec", "ledger-sec"), ("ledger-sec", "ledger-sec"), ("drill-x", "drill-x")]
)
def test_a_lab_is_found_by_the_name_that_up_was_given(name: str, id_: str) -> None:
    """And by its id, the only name that a drill's has."""
    assert find_stack(name).id == id_


@pytest.mark.parametrize(("name", "says"), [("prod", "is not deployed here"), (None, "several")])
def test_no_lab_is_guessed(name: str | None, says: str) -> None:
    """A wrong name, or none where two labs are the user's."""
    with pytest.raises(LabError, match=says):
        find_stack(name)


def test_every_verb_asks_in_the_same_way() -> None:
    """A verb with a way of its own would call the same lab by another name."""
    asking = {path.name for path in CLI.glob("*.py") if "list_stacks" in path.read_text()}
    assert asking == {"lab_stack.py", "leftovers.py", "reap.py"}
