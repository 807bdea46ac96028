"""Breakages of the package for other languages."""

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="numbers-of-the-engine-are-floats",
        file="package/given.py",
        old="if isinstance(value, float) and value.is_integer():",
        new="if False:",
        tests=("tests/test_package.py::test_an_object_is_the_spec_that_its_text_is[ledger]",),
        why="The branch is taken out: every whole number of a spec that is an object is refused.",
        seed=21,
    ),
    Mutant(
        name="bare-texts-of-an-object",
        file="package/given.py",
        old="_whole(spec), Dumper=_Quoting, sort_keys=False,",
        new="_whole(spec), sort_keys=False,",
        tests=("tests/test_package.py::test_texts_of_an_object_stay_texts",),
        why="The argument is taken out: unescaped, the text `NO` comes back as something else.",
        seed=21,
    ),
)
