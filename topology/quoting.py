"""Texts inside other formats: a filter for each, by which every placeholder of a template goes.

A filter gives the value as that format writes it, so that it reads back as the same value. Where a
format has no quotes it raises UnsafeTextError instead. No value of a valid spec comes to that: its
names and addresses are plain. The filters keep it so when a field of the spec becomes freer.
"""

import ast
import json
import math
import re
import shlex
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, cast

from tricenter.topology.errors import TricenterError

WORD = re.compile(r"[A-Za-z0-9.][A-Za-z0-9._:/=@,+-]*")
"""Characters that mean nothing in any of the formats, wherever they stand."""
CRON = re.compile(r"[0-9*,/-]+( [0-9*,/-]+){4}")
YAML_PLAIN = re.compile(
    r"[A-Za-z/][A-Za-z0-9._/-]*(:[A-Za-z0-9/.-]+)*( [A-Za-z0-9._/-]+)*"
    r"|[0-9]{1,3}(\.[0-9]{1,3}){3}(:[0-9]+|/[0-9]+)?"
)
"""Texts that YAML 1.1 and 1.2 read as texts without quotes, but for these words."""
YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
LUA_PLAIN = re.compile(r"[A-Za-z0-9_.:/-]")
ZONE_PLAIN = re.compile(r"[A-Za-z0-9_.*-]")
MARKDOWN = re.compile(r"([\\`*_\[\]<>|~$!&])")


class UnsafeTextError(TricenterError):
    """A value that a format cannot hold; the text names the format and shows the value."""

    def __init__(self, value: object, form: str) -> None:
        super().__init__(f"{_cut(value)} cannot stand in {form}")


def word(value: object) -> str:
    """A text that means nothing anywhere: in an address, a command's option, a comment."""
    return _whole(WORD, value, "the middle of a line")


def number(value: object) -> str:
    """A number in digits that every format reads."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnsafeTextError(value, "the place of a number")
    # No exponent: YAML 1.1 takes 1e-07 for a text.
    digits = f"{Decimal(repr(value)):f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def comment(value: object) -> str:
    """A text on the line of a comment."""
    return _line(value, "a comment")


def yaml(value: object) -> str:
    """A scalar of YAML: plain where it reads back as that text everywhere, else in quotes."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number(value)
        case _:
            text = str(value)
            plain = YAML_PLAIN.fullmatch(text) and text.lower() not in YAML_WORDS
            return text if plain else _double_quoted(text)


def yaml_block(value: object, indent: int = 0) -> str:
    """A mapping as YAML's lines, all but the first indented."""
    from yaml import safe_dump

    lines = safe_dump(value, sort_keys=False, allow_unicode=True).rstrip("\n").split("\n")
    return f"\n{' ' * indent}".join(lines)


def json_text(value: object) -> str:
    """Any value as JSON on one line, in which nothing ends an HTML page either."""
    text = json.dumps(value)
    return "".join(f"\\u{ord(c):04x}" if c in "<>&'" else c for c in text)


def toml(value: object) -> str:
    """A basic string of TOML."""
    return _double_quoted(str(value))


def python(value: object) -> str:
    """A literal of Python."""
    text = repr(value)
    if ast.literal_eval(text) != value:
        raise UnsafeTextError(value, "a program in Python")
    return text


def python_source(value: object) -> str:
    """Lines that are Python: what is no whole statement is refused."""
    text = str(value)
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        raise UnsafeTextError(value, "a program in Python") from None
    return text


def python_name(value: object) -> str:
    """A name of Python, of a module or a variable."""
    text = str(value)
    if not text.isidentifier() or not text.isascii():
        raise UnsafeTextError(value, "a name of Python")
    return text


def lua(value: object) -> str:
    """A string of Lua without blanks, quotes or backslashes, which a zone file can carry.

    What is not plain is its bytes by string.char, so that no layer around it has to be escaped.
    """
    text = str(value)
    if LUA_PLAIN.sub("", text) == "":
        return f"'{text}'"
    return f"string.char({','.join(str(byte) for byte in text.encode())})"


def zone_name(value: object) -> str:
    """A name in a zone file (RFC 1035, section 5.1); without one the line is about another name."""
    if not str(value):
        raise UnsafeTextError(value, "a name in a zone file")
    return "".join(c if ZONE_PLAIN.fullmatch(c) else _decimal(c) for c in str(value))


def zone_string(value: object) -> str:
    """A character string of a zone file, in quotes."""
    inner = (c if c.isascii() and c.isprintable() and c not in '"\\' else _decimal(c)
             for c in str(value))  # fmt: skip
    return f'"{"".join(inner)}"'


def ini(value: object) -> str:
    """A setting's value to the end of its line, for programs that have no quotes there."""
    text = _line(value, "a line of settings")
    if text != text.strip() or set(text) & set("#;\"'\\[]"):
        raise UnsafeTextError(value, "a line of settings")
    return text


def bind(value: object) -> str:
    """A name of BIND's configuration, which PowerDNS reads too: one without characters is none."""
    text = _line(value, "a string of BIND's configuration")
    if not text or set(text) & set('"\\'):
        raise UnsafeTextError(value, "a string of BIND's configuration")
    return f'"{text}"'


def sql_text(value: object) -> str:
    """A literal of SQL (standard_conforming_strings is on)."""
    text = str(value)
    if "\0" in text:
        raise UnsafeTextError(value, "a literal of SQL")
    return "'" + text.replace("'", "''") + "'"


def sql_name(value: object) -> str:
    """A name of SQL, in quotes."""
    text = str(value)
    if "\0" in text or not text:
        raise UnsafeTextError(value, "a name of SQL")
    return '"' + text.replace('"', '""') + '"'


def shell(value: object) -> str:
    """One word of a shell's command line, or of one that a person pastes."""
    return shlex.quote(_line(value, "a command"))


def shell_words(value: object) -> str:
    """A command line of the shell, of words."""
    if not isinstance(value, list | tuple):
        raise UnsafeTextError(value, "a command")
    return " ".join(map(shell, cast(list[object], value)))


def shell_text(value: object) -> str:
    """One word of a script of the shell, which may have several lines."""
    text = str(value)
    if "\0" in text:
        raise UnsafeTextError(value, "a script of the shell")
    return shlex.quote(text)


def expression(value: object) -> str:
    """A string in an expression of Google's Workflows, on a line of YAML without quotes around."""
    text = _line(value, "an expression of a workflow")
    if ": " in text or " #" in text or text.endswith(":"):
        raise UnsafeTextError(value, "an expression of a workflow")
    return _double_quoted(text)


def cron_fields(value: object) -> str:
    """The five fields of a schedule."""
    return _whole(CRON, value, "a schedule")


def cron_word(value: object) -> str:
    """One word of a command in a crontab, where a percent sign ends the line."""
    return shell(value).replace("%", "\\%")


def systemd(value: object) -> str:
    """A text of a systemd unit, in which specifiers are only signs."""
    text = _line(value, "a unit of systemd")
    if text.endswith("\\"):
        raise UnsafeTextError(value, "a unit of systemd")
    return text.replace("%", "%%")


def systemd_command(value: object) -> str:
    """A command line of a systemd unit, of words that need no quotes."""
    text = systemd(value)
    if set(text) & set("\\\"';"):
        raise UnsafeTextError(value, "a command of systemd")
    return text.replace("$", "$$")


def markdown(value: object) -> str:
    """A text of a page in Markdown, on one line, with no power over the page."""
    return MARKDOWN.sub(r"\\\1", _line(value, "a page"))


def markdown_code(value: object) -> str:
    """A text between the backticks of a page in Markdown."""
    text = _line(value, "code in a page")
    if "`" in text or "|" in text:
        raise UnsafeTextError(value, "code in a page")
    return text


def markdown_block(value: object) -> str:
    """Lines between the fences of a page in Markdown."""
    lines = [_line(line, "code in a page") for line in str(value).split("\n")]
    if any(line.lstrip().startswith(("```", "~~~")) for line in lines):
        raise UnsafeTextError(value, "code in a page")
    return "\n".join(lines)


Filter = Callable[..., str]
FILTERS: Mapping[str, Filter] = {
    "as_word": word, "as_number": number, "as_comment": comment,
    "as_yaml": yaml, "as_yaml_block": yaml_block, "as_json": json_text, "as_toml": toml,
    "as_python": python, "as_python_source": python_source, "as_python_name": python_name,
    "as_lua": lua, "as_zone_name": zone_name, "as_zone_string": zone_string,
    "as_ini": ini, "as_bind": bind, "as_sql_text": sql_text, "as_sql_name": sql_name,
    "as_shell": shell, "as_shell_words": shell_words, "as_shell_text": shell_text,
    "as_expression": expression, "as_cron_fields": cron_fields, "as_cron_word": cron_word,
    "as_systemd": systemd, "as_systemd_command": systemd_command, "as_markdown": markdown,
    "as_markdown_code": markdown_code, "as_markdown_block": markdown_block,
}  # fmt: skip
"""The filters of every environment of templates, by the name that templates use."""


def _whole(pattern: re.Pattern[str], value: object, form: str) -> str:
    text = str(value)
    if pattern.fullmatch(text) is None:
        raise UnsafeTextError(value, form)
    return text


def _line(value: object, form: str) -> str:
    text = str(value)
    if not text.isprintable():
        raise UnsafeTextError(value, form)
    return text


def _decimal(character: str) -> str:
    return "".join(f"\\{byte:03d}" for byte in character.encode())


def _double_quoted(text: str) -> str:
    """A text in double quotes, as JSON, YAML and TOML read it alike; beyond them by its code."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _cut(value: object) -> str:
    shown: Any = ascii(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}..."
