"""Published standards as data: a file for each, found by looking into this folder.

A file says what the levels (or articles) ask, as far as it is known, how sure each number is, and
which predicates or rules tell whether a topology has it. A new standard is one new file.
"""

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from tricenter.policies.standards.model import Standard
from tricenter.topology.document import parse
from tricenter.topology.errors import SpecError, TricenterError

HERE = Path(__file__).resolve().parent


class StandardError(TricenterError):
    """A file of a standard is not what one must be."""


@cache
def find_standards() -> tuple[Standard, ...]:
    """Every standard of this folder, in the order that they give themselves."""
    found = [read_standard(path) for path in sorted(HERE.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda standard: (standard.order, standard.id)))


def read_standard(path: Path) -> Standard:
    """The standard of a file, its id the file's name; raises StandardError."""
    text = path.read_text(encoding="utf-8")
    if "%" in text or "percent" in text.lower():
        raise StandardError(f"{path.name}: a percentage is no criterion: {NO_PERCENT}")
    try:
        read = parse(text, path.name)
        if read.problems:
            raise SpecError(read.problems)
        return Standard.model_validate({"id": path.stem, **read.data})
    except (SpecError, ValidationError, TypeError) as error:
        raise StandardError(f"{path.name}: {error}") from None


NO_PERCENT = (
    "a percentage of availability grades nothing here. No standard that is graded here has one as "
    "a criterion: the Uptime Institute withdrew those that it had published beside its Tiers in "
    "2009, and the figures that pages give for GB 50174 are these. A Tier or class is how a "
    "building is made; how long a service was down is known afterwards, from operation."
)
"""Why nobody is graded by percentages."""
