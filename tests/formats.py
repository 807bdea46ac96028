"""What a rendered file is to the program that reads it: its structure, without its texts.

Two files of one structure differ in what they say, never in what they do.
"""

import ast
import configparser
import json
import re
import shlex
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import dns.tokenizer
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.luajit import Lua
from tricenter.offline.machines.first_boot import by_startup_script

LUA_TEXT = re.compile(r"string\.char\([0-9,]*\)|'[^'\\\n]*'")
LUA_TOKEN = re.compile(r"'|[A-Za-z_]\w*|[0-9.]+|[^\sA-Za-z0-9_']")


def shape(path: str, text: str) -> Any:
    """The structure of a file, by the parser of its format; the format by the file's name."""
    name = f"/{path}"
    parse = next((parse for end, parse in PARSERS.items() if name.endswith(end)), None)
    if parse is None:
        raise ValueError(f"no parser for {path}")
    return parse(text)


def _tree(value: Any) -> Any:
    """A tree with the types of its leaves; of a mapping the number of its keys."""
    if isinstance(value, dict):
        return ["{}", *(_tree(one) for one in value.values())]
    if isinstance(value, list):
        return ["[]", *map(_tree, value)]
    return type(value).__name__


def _user_data(text: str) -> Any:
    data = yaml.safe_load(text)
    inner: list[Any] = []
    for file in data.pop("write_files"):
        path, content = file["path"], file["content"]
        if path.endswith("files.json"):
            inner += sorted(repr(shape(p, t)) for p, t in json.loads(content).items())
        elif not path.startswith(("/etc/apt", "/etc/postgresql-common")):
            inner.append(shape(path, content))
    return _tree(data), inner


def _startup_script(text: str) -> Any:
    first = by_startup_script(text.encode())
    inner: list[Any] = []
    for path, content in first.files.items():
        if path.endswith("files.json"):
            inner += sorted(repr(shape(p, t)) for p, t in json.loads(content).items())
        elif path.startswith(("/etc/tricenter", "/etc/systemd")):
            inner.append(shape(path, content))
    return [len(words) for words in first.commands], inner


def _settings(text: str) -> Any:
    read = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    read.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
    # One key may come several times; how often is part of the structure.
    lines = [line for line in text.splitlines() if "=" in line and line[0] not in "#["]
    keys = [line.partition("=")[0] for line in lines]
    read.read_string(text)
    return len(read.sections()), keys


def _zone(text: str) -> Iterator[Any]:
    """The kinds of tokens on each line; the code of a record by LuaJIT and its own tokens."""
    read = dns.tokenizer.Tokenizer(text)
    line: list[int] = []
    code = b""
    while not (token := read.get()).is_eof():
        if token.is_eol():
            yield line, lua_shape(code.decode()) if code else ""
            line, code = [], b""
            continue
        # How many pieces a code has says nothing: PowerDNS puts them together.
        if not token.is_quoted_string():
            line.append(1)
        else:
            code += token.unescape_to_bytes().value


def lua_shape(code: str) -> list[str]:
    """The kinds of tokens of a chunk, which LuaJIT must be able to compile."""
    assert Lua().load(code.removeprefix(";")) is None, code
    return LUA_TOKEN.findall(LUA_TEXT.sub("''", code))


def _page(tokens: list[Token]) -> Iterator[str]:
    """The kinds of a page's tokens; of code the number of words on each line."""
    last = ""
    for token in tokens:
        kind = "text" if token.type == "text_special" else token.type
        if kind in ("fence", "code_block"):
            words = [len(_words(line)) for line in token.content.splitlines()]
            kind += repr(words)
        if not (kind == last == "text"):
            yield kind
        last = kind
        yield from _page(token.children or [])


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _named(text: str) -> bool:
    pattern = r'zone "[^"\\\n]+" \{ type native; file "[^"\n]+"; \};\n'
    return re.fullmatch(pattern, text) is not None


def _keys(text: str) -> list[str]:
    return [line.partition("=")[0] for line in text.splitlines() if line[:1] != "#"]


def _lines_of_words(text: str) -> list[int]:
    return [len(shlex.split(line, comments=True)) for line in text.splitlines()]


PARSERS: dict[str, Callable[[str], Any]] = {
    "/user-data": _user_data,
    "/startup-script": _startup_script,
    "/zone": lambda text: list(_zone(text)),
    "/named.conf": _named,
    "/pdns.conf": _keys,
    ".conf": _settings,
    ".service": _settings,
    ".timer": _settings,
    ".yml": lambda text: _tree(yaml.safe_load(text)),
    ".yaml": lambda text: _tree(yaml.safe_load(text)),
    ".json": lambda text: _tree(json.loads(text)),
    ".py": lambda text: [type(node).__name__ for node in ast.walk(ast.parse(text))],
    ".md": lambda text: list(_page(MarkdownIt("commonmark").enable("table").parse(text))),
    ".svg": lambda text: [one.tag for one in ElementTree.fromstring(text).iter()],
    "/tricenter-backup": _lines_of_words,
    ".txt": _lines_of_words,
    "/SHA256SUMS": _lines_of_words,
}
"""What reads a file, by how its path ends; the first that fits."""
