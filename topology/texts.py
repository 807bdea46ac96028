"""Free texts of the spec: on one line or several, of characters that show, and never too long.

A spec comes from strangers' forks. What cannot be seen steers a terminal, turns the direction of
writing or makes two names look like one; so it is refused where it is read, for every consumer.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

LONGEST_TEXT = 1000
"""Characters of one text; a reason for a waiver has some hundred."""
LONGEST_WORD = 100
"""Characters of the name of a thing that the spec does not describe: a carrier, a power feed."""
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of characters that nobody sees: controls, formats, surrogates, private and
unassigned ones, separators of lines (https://www.unicode.org/reports/tr44/, read 2026-11-30)."""
LINES = frozenset("\n\t")
"""Controls that a text of several lines has."""
_STEP = r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*"
FILE_PATTERN = rf"^{_STEP}(/{_STEP})*/?$"
"""A path below the repository: no root, no `..`, nothing that a shell or a page takes for more."""


def hidden(text: str) -> str | None:
    """The first character of a text that nobody sees, as `U+200B`; None if all are seen."""
    if text.isascii() and text.isprintable():
        return None
    for character in text:
        if unicodedata.category(character) in INVISIBLE and character not in LINES:
            return f"U+{ord(character):04X}"
    return None


def parse_text(value: object) -> object:
    """A text without invisible characters; raises for one that has some."""
    if isinstance(value, str) and (found := hidden(value)):
        raise PydanticCustomError("hidden_character", "{code} is invisible", {"code": found})
    return value


def parse_word(value: object) -> object:
    """A name in its one spelling: white space only inside and single, compatible characters one.

    So `"grid "` is `grid`, and a full-width letter the usual one (Unicode's form NFKC).
    """
    if not isinstance(value, str):
        return value
    parse_text(value)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", value)).strip()


def _schema(longest: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": 1, "maxLength": longest})


# The limits come first: what is read is normalised before it is measured.
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), BeforeValidator(parse_text)]
Word = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_WORD),
    BeforeValidator(parse_word),
    _schema(LONGEST_WORD),
]
File = Annotated[str, Field(pattern=FILE_PATTERN, max_length=200)]
