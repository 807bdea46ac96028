"""Spec files as documents: their text as UTF-8, or in a user's words why it cannot be had."""

from pathlib import Path as FilePath

from tricenter.topology.errors import START, Diagnostic, Position, SpecError
from tricenter.topology.positions import Document
from tricenter.topology.reader import parse

__all__ = ["Document", "load", "parse"]

LARGEST_FILE = 4 * 1024 * 1024
"""Bytes of the largest spec that is read; the example has ten thousand."""


def load(path: str | FilePath) -> Document:
    """Read a spec file; raises SpecError naming the path as given if nothing can be read."""
    return parse(_read(path), str(path))


def _read(path: str | FilePath) -> str:
    try:
        with FilePath(path).open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise SpecError([unreadable(str(path), error)]) from None
    if len(raw) > LARGEST_FILE:
        message = "the file is larger than 4 MiB; a spec has some hundred lines"
        raise SpecError([_refusal(str(path), "cannot-read", message)])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SpecError([_not_utf8(str(path), raw, error)]) from None


def unreadable(file: str, error: OSError | ValueError) -> Diagnostic:
    """Why a file cannot be read at all, in the words of a user."""
    reasons: dict[type[Exception], str] = {
        FileNotFoundError: "there is no such file (`tricenter init` writes a template)",
        IsADirectoryError: "this is a directory; name the spec file in it",
        PermissionError: "you may not read this file; change its permissions",
        ValueError: "this is not a file name: it has a NUL character",
    }
    reason = reasons.get(type(error)) or f"the file cannot be read: {error}"
    return _refusal(file.replace("\0", "\\0"), "cannot-read", reason)


def _not_utf8(file: str, raw: bytes, error: UnicodeDecodeError) -> Diagnostic:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _refusal(file, "not-utf8", "the file is UTF-16; save it as UTF-8")
    before = raw[: error.start].decode("utf-8")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    message = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
    place = Position(line=line, column=column)
    return Diagnostic(file=file, position=place, path="", id="not-utf8", message=message)


def _refusal(file: str, name: str, message: str) -> Diagnostic:
    return Diagnostic(file=file, position=START, path="", id=name, message=message)
