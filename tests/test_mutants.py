"""The list of mutants is whole: each place and each test is there, each folder is broken."""

from collections import Counter
from pathlib import Path

from tests.mutants.breakages import find_mutants
from tests.mutants.chosen import choose
from tests.mutants.mutant import Mutant
from tests.mutants.places import misplaced, part_of_all, untested

ROOT = Path(__file__).resolve().parent.parent
MUTANTS = find_mutants()
FOLDERS = {init.parent.name for init in ROOT.glob("*/__init__.py")} | {"stacks"}
LEAST, LEAST_BY_UNIT, LEAST_BY_SEED = 48, 44, 10


def test_every_place_is_there_once() -> None:
    """Who moves code moves the mutants in it, too."""
    assert list(misplaced(MUTANTS, ROOT)) == []


def test_every_test_is_there() -> None:
    """A mutant that no test is named for would be caught by nobody."""
    assert list(untested(MUTANTS, ROOT)) == []


def test_a_place_that_is_gone_is_told() -> None:
    """Also one that stands twice, a change that is none, and a test that is no more."""

    def mutant(name: str, old: str, new: str, test: str = "tests/test_mutants.py::no") -> Mutant:
        file = "tests/mutants/mutant.py"
        return Mutant(name=name, file=file, old=old, new=new, tests=(test,), why="")

    told = list(misplaced([mutant("a", "\0", "x"), mutant("b", "e", "x")], ROOT))
    assert told[0] == "a: its place is gone from tests/mutants/mutant.py: move it, do not drop it"
    assert told[1].startswith("b: its place stands ")
    same = list(misplaced([mutant("c", "@dataclass(frozen", "@dataclass(frozen")], ROOT))
    assert same == ["c: it changes nothing"]
    assert len(list(untested([mutant("d", "", "")], ROOT))) == 1


def test_names_are_unique() -> None:
    """By its name a mutant is run alone."""
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert all(mutant.why.endswith(".") for mutant in MUTANTS)


def test_every_folder_is_broken() -> None:
    """Each module is of the folder that it is called after, and none is missing."""
    assert {mutant.file.partition("/")[0] for mutant in MUTANTS} == FOLDERS


def test_there_are_enough() -> None:
    """`make unit` finds most; half undo what was mended, and ten were chosen by nobody."""
    parts = Counter(part_of_all(one.tests, ROOT) for one in MUTANTS)
    assert len(MUTANTS) >= LEAST
    assert parts["unit"] >= LEAST_BY_UNIT
    assert 4 <= parts["lab"] <= 8
    assert 2 * sum(mutant.mended for mutant in MUTANTS) >= len(MUTANTS)
    assert sum(mutant.seed is not None for mutant in MUTANTS) >= LEAST_BY_SEED


def test_a_seed_chooses_the_same_again() -> None:
    """Each choice is a place that there is once, and code that can still be read."""
    chosen = choose(7, 20, {"package"})
    assert chosen == choose(7, 20, {"package"})
    assert len(chosen) == 20
    for one in chosen:
        text = (ROOT / one.file).read_text(encoding="utf-8")
        assert text.count(one.old) == 1
        compile(text.replace(one.old, one.new), one.file, "exec")
