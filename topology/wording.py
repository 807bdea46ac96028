"""Values, lists and suggestions as the messages of diagnostics show them."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 40
"""Characters of a value that a message repeats."""


def show(value: object) -> str:
    """A value as the spec writes it, shortened: a text in quotes, a container by its kind."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case str():
            cut = value if len(value) <= LONGEST else value[:LONGEST] + "..."
            return repr(cut)
        case _:
            return str(value)


def kind(value: object) -> str:
    """What a value is, with the value: "the text 'ct'", 'the number 5', 'a list', 'nothing'."""
    if isinstance(value, str):
        return f"the text {show(value)}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"the number {show(value)}"
    return show(value)


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words with commas between them; a long list is cut."""
    found = list(words)
    return ", ".join(found[:most]) + (", ..." if len(found) > most else "")


def suggest(word: str, known: Iterable[str]) -> str:
    """' (did you mean ...?)' if a known word is near, else nothing."""
    by_lower = {str(name).lower(): str(name) for name in known}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f" (did you mean '{by_lower[found[0]]}'?)" if found else ""


def suggest_or_list(word: str, known: Iterable[str], what: str) -> str:
    """The nearest known word, else all of them: ' (known sites: a, b)'."""
    names = sorted(known)
    if near := suggest(word, names):
        return near
    return f" (known {what}: {listed(names)})" if names else f" (there are no {what})"
