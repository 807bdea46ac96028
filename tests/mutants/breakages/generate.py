"""Breakages of the generator of projects."""

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="secrets-in-generated-code",
        file="generate/record.py",
        old="return value if MARK.fullmatch(value) else HIDDEN",
        new="return value if MARK.search(value) else HIDDEN",
        tests=("tests/test_generate.py::test_a_secret_is_not_even_recorded",),
        why="A text around a reference may be the secret itself, and would stand in the project.",
    ),
    Mutant(
        name="texts-without-references",
        file="generate/expressions.py",
        old="    if isinstance(value, str):\n        return text(value, refer)\n",
        new="    if False:\n        return text(value, refer)\n",
        tests=("tests/test_generate.py::test_a_reference_that_was_cut_apart_is_refused",),
        why="The branch is taken out: references would be written as texts.",
        seed=21,
    ),
    Mutant(
        name="lookups-by-their-turn",
        file="generate/graph.py",
        old="asked = json.dumps([self.token, self.arguments, self.provider], sort_keys=True)",
        new="asked = json.dumps([id(self), self.arguments, self.provider], sort_keys=True)",
        tests=("tests/test_generated_parts.py::test_a_lookup_is_named_by_what_it_asks",),
        why="Two runs over one spec named their lookups in other orders, and wrote other texts.",
        mended=True,
    ),
    Mutant(
        name="list-of-two-is-the-whole",
        file="generate/expressions.py",
        old="if whole := _whole_list(cast(list[Any], value)):",
        new="if (whole := _whole_list(cast(list[Any], value))) and not whole[1]:",
        tests=("tests/test_generated_parts.py::test_a_list_that_only_a_deployment_knows_is_whole",),
        why="A list that only a deployment knows was written with two elements.",
        mended=True,
    ),
)
