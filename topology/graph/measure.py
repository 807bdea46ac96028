"""How wide a text of the picture is at most, since no font is asked while it is drawn."""

from unicodedata import east_asian_width

NARROW, WIDE = frozenset("iljtfrI.,:;|'!()[]-· "), frozenset("mwMW@%+>")
NARROW_EM, USUAL_EM, CAPITAL_EM, WIDE_EM, FULL_EM = 0.4, 0.58, 0.74, 0.95, 1.02
"""Widths in parts of the font's size, above those of Helvetica, Arial and Noto Sans."""
BOLD = 1.08


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a text takes at most in a font of that size."""
    return sum(map(_em, text)) * size * (BOLD if bold else 1.0)


def _em(character: str) -> float:
    if character in NARROW:
        return NARROW_EM
    if character in WIDE:
        return WIDE_EM
    if east_asian_width(character) in "WF":
        return FULL_EM
    return CAPITAL_EM if character.isupper() else USUAL_EM
