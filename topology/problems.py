"""Errors of the model in the words of a user: one diagnostic for each mistake."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from tricenter.topology.errors import PLAIN_KEY, Path
from tricenter.topology.outline import describe, field_at, keys_of, model_at, words_of
from tricenter.topology.patterns import explain_name, explain_pattern
from tricenter.topology.problem import Problem
from tricenter.topology.quantities import explain_quantity
from tricenter.topology.spec import Failover
from tricenter.topology.spec_backups import Schedule
from tricenter.topology.units import LONGEST_NAME
from tricenter.topology.wording import kind, listed, show, suggest

WANTED = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "dict": "a mapping",
    "model": "a mapping",
    "tuple": "a list",
    "list": "a list",
}
"""What the spec should have, by the first part of the model's type of error."""
SHORT_FORMS: dict[type[BaseModel], str] = {
    Failover: "automatic, approve or a mapping",
    Schedule: "five cron fields or a mapping",
}
"""Mappings that a single text may stand for."""
SUGGESTED = re.compile(r"\(did you mean '(.+)'\?\)$")
QUOTED = re.compile(r"'([^']*)'")
BOUNDS = {"ge": "at least", "gt": "greater than", "le": "at most", "lt": "less than"}
PAIR = 2
"""Entries of coordinates and of the ends of a link; longer lists only have a limit."""
KEY_MARK = "[key]"
"""The last step of an error about the key of a free mapping."""

Details = Sequence[dict[str, Any]]
"""pydantic's ErrorDetails, as plain dictionaries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One error of the model: its type, where it is, the value, and the model that was asked."""

    said: str
    path: Path
    at: Literal["key", "value"]
    value: Any
    context: dict[str, Any]
    root: type[BaseModel]


def problems_of(error: ValidationError, root: type[BaseModel]) -> Iterator[Problem]:
    """What the model refused, in its order; the root is the model that was asked."""
    details: Details = [dict(detail) for detail in error.errors(include_url=False)]
    problems = [_problem(detail, root) for detail in details if not _is_echo(detail, details)]
    meant = {
        (*problem.path[:-1], found[1])
        for problem in problems
        if problem.id == "unknown-key" and (found := SUGGESTED.search(problem.message))
    }
    for problem in problems:
        if problem.id != "missing-key" or problem.path not in meant:
            yield problem


def _is_echo(detail: dict[str, Any], details: Details) -> bool:
    """Whether an error only repeats another: a list short of its bad entries, a pair of nothing."""
    path, said = detail["loc"], detail["type"]
    if said == "too_short":
        return len(detail["input"]) >= detail["ctx"]["min_length"]
    if said == "missing" and isinstance(path[-1], int):
        further = (*path[:-1], path[-1] + 1)
        return any(other["loc"] == further and other["type"] == said for other in details)
    return False


def _problem(detail: dict[str, Any], root: type[BaseModel]) -> Problem:
    path: Path = detail["loc"]
    at_key = bool(path) and path[-1] == KEY_MARK
    refused = Refused(
        said=detail["type"],
        path=path[:-1] if at_key else path,
        at="key" if at_key else "value",
        value=detail["input"],
        context=detail.get("ctx", {}),
        root=root,
    )
    found = (explain for start, explain in EXPLAIN.items() if refused.said.startswith(start))
    return next(found, _wrong_type)(refused)


def _missing(refused: Refused) -> Problem:
    path = refused.path
    if isinstance(path[-1], int):
        message = f"expected {path[-1] + 1} entries, not {len(refused.value)}"
        return Problem(path=path[:-1], id="wrong-length", message=message)
    field = field_at(refused.root, path)
    words = words_of(field) if field is not None else ()
    about = f"one of {listed(words)}" if len(words) > 1 else f"always {words[0]}" if words else ""
    if field is not None and not about:
        about = describe(field).rstrip(".")
    message = "this key is missing" + (f" ({about[0].lower()}{about[1:]})" if about else "")
    return Problem(path=path, id="missing-key", message=message, at="key")


def _unknown_key(refused: Refused) -> Problem:
    model = model_at(refused.root, refused.path[:-1])
    known = list(keys_of(model)) if model is not None else []
    near = suggest(str(refused.path[-1]), known) or f" (known keys: {listed(known, 16)})"
    return Problem(path=refused.path, id="unknown-key", message=f"no such key{near}", at="key")


def _unknown_value(refused: Refused) -> Problem:
    value, field = refused.value, field_at(refused.root, refused.path)
    known = words_of(field) if field is not None else ()
    known = known or tuple(QUOTED.findall(refused.context["expected"]))
    if len(known) == 1:
        message = f"{show(value)} is not known here: write {known[0]}"
    else:
        near = suggest(value, known) if isinstance(value, str) else ""
        message = f"{show(value)} is not one of {listed(known, 20)}{near}"
    return Problem(path=refused.path, id="unknown-value", message=message)


def _out_of_range(refused: Refused) -> Problem:
    (key, bound) = next(iter(refused.context.items()))
    message = f"{show(refused.value)} is out of range: it must be {BOUNDS[key]} {bound}"
    return Problem(path=refused.path, id="out-of-range", message=message)


def _pattern(refused: Refused) -> Problem:
    kind_of, message = explain_pattern(refused.context["pattern"], refused.value, refused.path)
    return Problem(path=refused.path, id=kind_of, message=message, at=refused.at)


def _quantity(refused: Refused) -> Problem:
    kind_of, message = explain_quantity(refused.said, refused.value, refused.path)
    return Problem(path=refused.path, id=kind_of, message=message)


def _too_short(refused: Refused) -> Problem:
    return Problem(path=refused.path, id="empty", message="at least one entry is needed")


def _text_too_short(refused: Refused) -> Problem:
    least = refused.context["min_length"]
    if least == 1:
        message = "an empty text says nothing: write something, or remove the key"
        return Problem(path=refused.path, id="empty", message=message)
    message = f"{show(refused.value)} is too short: write at least {least} characters"
    return Problem(path=refused.path, id="too-short", message=message)


def _too_long(refused: Refused) -> Problem:
    most, found = refused.context["max_length"], len(refused.value)
    if most > PAIR:
        message = f"{found} entries are too many: a spec may have {most} here"
        return Problem(path=refused.path, id="too-many", message=message)
    message = f"expected {most} entries, not {found}"
    return Problem(path=refused.path, id="wrong-length", message=message)


def _text_too_long(refused: Refused) -> Problem:
    most = refused.context["max_length"]
    if most == LONGEST_NAME:
        name, message = explain_name(refused.value)
        return Problem(path=refused.path, id=name, message=message, at=refused.at)
    message = f"{show(refused.value)} is too long: write at most {most} characters"
    return Problem(path=refused.path, id="too-long", message=message, at=refused.at)


def _not_finite(refused: Refused) -> Problem:
    message = f"{show(refused.value)} is no number that can be reckoned with"
    return Problem(path=refused.path, id="out-of-range", message=message)


def _hidden(refused: Refused) -> Problem:
    message = f"the character {refused.context['code']} is invisible or reserved; remove it"
    return Problem(path=refused.path, id="bad-character", message=message)


def _wrong_type(refused: Refused) -> Problem:
    model = model_at(refused.root, refused.path)
    wanted = WANTED.get(refused.said.partition("_")[0], "another value")
    if model is not None and model in SHORT_FORMS:
        wanted = SHORT_FORMS[model]
    message = f"expected {wanted}, not {kind(refused.value)}{_advice(wanted, refused.value)}"
    return Problem(path=refused.path, id="wrong-type", message=message, at=refused.at)


def _advice(wanted: str, value: object) -> str:
    """What to write instead, where it is plain what was meant."""
    if wanted == "a text" and isinstance(value, int | float):
        return f' (put it in quotes: "{show(value)}")'
    if wanted == "a list" and isinstance(value, str | int | float):
        plain = isinstance(value, str) and PLAIN_KEY.fullmatch(value)
        return f" (write [{value if plain else show(value)}])"
    if wanted == "true or false" and isinstance(value, str):
        meant = {
            "yes": "true",
            "on": "true",
            "y": "true",
            "no": "false",
            "off": "false",
            "n": "false",
        }
        word = meant.get(value.lower())
        return f" (did you mean {word}?)" if word else ""
    if (
        wanted == "a whole number"
        and isinstance(value, str)
        and value.isascii()
        and value.isdigit()
    ):
        return f" (write {value} without quotes)"
    return ""


Explain = Callable[[Refused], Problem]
EXPLAIN: dict[str, Explain] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "literal_error": _unknown_value,
    "greater_than": _out_of_range,
    "less_than": _out_of_range,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _text_too_short,
    "string_too_long": _text_too_long,
    "hidden_character": _hidden,
    "finite_number": _not_finite,
    "bad_": _quantity,
    "long_": _quantity,
    "large_": _quantity,
    "too_short": _too_short,
    "too_long": _too_long,
}
"""Who explains which of the model's errors, by the start of its type; the rest are wrong types."""
