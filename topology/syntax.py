"""What the YAML parser says of broken text, in words that tell a user what to do."""

from yaml import YAMLError
from yaml.error import MarkedYAMLError

from tricenter.topology.positions import Mark

CLOSE = "check that quotes, brackets and braces are closed"
ADVICE = {
    "mapping values are not allowed": "a ':' cannot stand here: put a text that contains ': ' "
    "in quotes, or mend the ':' or the indentation of the line above",
    "did not find expected key": "this does not fit the lines above: mend the "
    f"indentation, and {CLOSE}",
    "did not find expected ',' or": "expected ',' or the closing bracket",
    "did not find expected '-' indicator": "expected '- ': all entries of a list have "
    "one indentation",
    "could not find expected ':'": "expected ':' after this key",
    "block sequence entries are not allowed": "a list cannot start here: put it on lines "
    "of its own",
    "found unknown escape character": "no such escape: use single quotes for a text with "
    "a backslash",
    "did not find expected <document start>": "nothing may follow here: mend the indentation",
    "did not find expected alphabetic": "a text that starts with '*' or '&' goes in quotes: \"*\" "
    "(or a quote above is not closed)",
    "did not find expected node content": "expected a value here",
    "found unexpected end of stream": f"the file ends too early: {CLOSE}",
    "found unexpected document indicator": f"'---' or '...' within a text: {CLOSE}",
    "found incompatible YAML document": "only YAML 1.1 and 1.2 can be read: remove the %YAML line",
    "found a tab character": "a tab cannot indent: use spaces",
    "found invalid mapping key": "a key must be on one line",
}
"""What is said for a problem of the parser, by the words that it starts with."""


def explain(error: YAMLError, text: str) -> tuple[Mark | None, str, str]:
    """Where an error of the parser is, its id and its message."""
    if not isinstance(error, MarkedYAMLError):
        return None, "bad-yaml", f"cannot be read as YAML: {error}"
    mark = error.problem_mark or error.context_mark
    problem = error.problem or ""
    if "tag" in problem.split() or "tag" in (error.context or "").split():
        return mark, "unknown-tag", f"tags have no meaning here, remove it ({problem})"
    if problem.startswith("found character that cannot start any token"):
        return mark, "bad-yaml", _cannot_start(text[mark.index : mark.index + 1] if mark else "")
    advice = next((said for start, said in ADVICE.items() if problem.startswith(start)), None)
    message = advice or f"cannot be read as YAML: {problem}"
    return mark, "bad-yaml", message + _opened(error, mark)


def _cannot_start(character: str) -> str:
    if character == "\t":
        return "a tab cannot indent: use spaces"
    return f"a text cannot start with {character}: put it in quotes"


def _opened(error: MarkedYAMLError, mark: Mark | None) -> str:
    """Where the thing started that is broken, if that is on another line."""
    opened = error.context_mark
    if opened is None or mark is None or opened.line == mark.line:
        return ""
    return f" (what is read here started at {opened.line + 1}:{opened.column + 1})"
