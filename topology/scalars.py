"""Plain YAML scalars by the core schema of YAML 1.2: `NO` and `12:30` stay texts.

`010` is refused: it is ten there, and eight to whoever reads YAML 1.1.
"""

import re

Scalar = str | int | float | bool | None

WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# Nothing but these characters can begin a number, so most texts need no regular expression.
NUMBER_STARTS = frozenset("0123456789+-.")
INTEGER = re.compile(r"[-+]?[0-9]+")
ZERO_FIRST = re.compile(r"[-+]?0[0-9]+")
OCTAL = re.compile(r"0o[0-7]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
LONGEST_NUMBER = 40
"""More characters than any number of a spec needs; Python refuses to read very long ones."""


class NumberError(ValueError):
    """A plain scalar is a number that a spec may not have; the text says why."""


def resolve(text: str) -> Scalar:
    """The value of a plain scalar; raises NumberError for a long or ambiguous number."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMBER_STARTS:
        return text
    if ZERO_FIRST.match(text) and FLOAT.fullmatch(text):
        short = re.sub(r"^([-+]?)0+(?=[0-9])", r"\1", text)[:LONGEST_NUMBER]
        raise NumberError(f"a zero before a number means eights to some readers: write {short}")
    if INTEGER.fullmatch(text):
        return int(_bounded(text))
    if FLOAT.fullmatch(text):
        return float(_bounded(text))
    if OCTAL.fullmatch(text):
        return int(_bounded(text), 0)
    if HEXADECIMAL.fullmatch(text):
        return int(_bounded(text), 0)
    if INFINITE.fullmatch(text):
        return float(text.replace(".", "", 1).lower())
    return text


def _bounded(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        raise NumberError(f"a number of {len(text)} characters; put a text in quotes")
    return text
