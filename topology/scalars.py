"""Plain YAML scalars by the core schema of YAML 1.2: `NO` and `12:30` stay texts, `010` is ten."""

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
OCTAL = re.compile(r"0o[0-7]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
LONGEST_NUMBER = 40
"""More characters than any number of a spec needs; Python refuses to read very long ones."""


class LongNumberError(ValueError):
    """A plain scalar is a number with more characters than a spec may have."""


def resolve(text: str) -> Scalar:
    """The value of a plain scalar; raises LongNumberError for a number nobody can mean."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMBER_STARTS:
        return text
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
        raise LongNumberError(text)
    return text
