"""A mutant: one breakage of the code, with the tests that catch it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """Where `old`, which stands once in `file`, reads `new`, some of `tests` (node ids) fail.

    `why` says what the breakage would do. `mended` marks those that undo what was once wrong and
    mended, `seed` those that a seed chose (`chosen.py`) and nobody who knows the tests.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    why: str
    mended: bool = False
    seed: int | None = None

    def broken(self, text: str) -> str:
        """The file's text with the breakage."""
        return text.replace(self.old, self.new)
