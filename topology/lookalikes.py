"""Names that a reader takes for one: told apart by case, by dashes, by letters of another script.

The core of Unicode's "confusables" (UTS #39, section 4), for the scripts whose letters look like
Latin ones; the rest of a word in another script is compared as it stands.
"""

import re
import unicodedata

CYRILLIC = "аa еe оo рp сc хx уy іi јj ѕs һh ԁd ԛq ԝw кk мm тt нh вb ӏl ѵv"
GREEK = "αa οo ρp νv υu ιi κk τt χx εe ηh βb γy μm ζz"
DIGITS = "0o 1l |l"
LIKE_LATIN = {ord(pair[0]): pair[1] for pair in f"{CYRILLIC} {GREEK} {DIGITS}".split()}
"""Small letters of Cyrillic and Greek, and digits, by the Latin letter that they look like."""
BETWEEN = re.compile(r"[\s_.\-\u2010-\u2015\u2212/]+")
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Scripts with letters that look alike."""


def looks(text: str) -> str:
    """What a text looks like: the same for two texts that a reader takes for one."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return BETWEEN.sub("-", plain).strip("-").translate(LIKE_LATIN)


def mixed_scripts(text: str) -> str | None:
    """Two scripts in one word of a text whose letters look alike, as 'Latin and Cyrillic'."""
    for word in BETWEEN.split(text):
        found = {name for letter in word if (name := _script(letter))}
        if len(found) > 1:
            return " and ".join(name.capitalize() for name in SCRIPTS if name in found)
    return None


def _script(character: str) -> str | None:
    if character.isascii() or not character.isalpha():
        return "LATIN" if character.isalpha() else None
    name = unicodedata.name(character, "")
    return next((script for script in SCRIPTS if name.startswith(script)), None)
