"""The one way out of the command: what a terminal or a build's runner would obey is only a sign.

Texts that are printed come from specs, records, names of files and engines, so from strangers. The
streams themselves are cleaned, and so no verb can forget it.
"""

import re
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from tricenter.policies.report.source import printable

SGR = re.compile(
    r"\x1b\[(?:0|[1-4]|2[2-4]|3[1-79]|9[0-7])?(?:;(?:0|[1-4]|2[2-4]|3[1-79]|9[0-7]))*m"
)
"""Colours and weights that a terminal may be given; none that hides, blinks or turns round."""
COMMAND = re.compile(r"(?m)^([^\S\n]*):(?=:)")
"""GitHub takes `::name::` at a line's start for a command, blanks before it or not (actions/runner,
ActionCommand.cs, read 2026-11-30)."""
ANYWHERE = re.compile(r"#(?=#(?:\[|vso\[|teamcity\[))")
"""GitHub's older form and Azure's anywhere in a line, TeamCity's at its start."""


def clean(text: str, *, colours: bool = False) -> str:
    """A text of whole lines in which nothing is obeyed; `colours` leaves those of a terminal."""
    kept = SGR.findall(text) if colours else []
    parts = SGR.split(text) if colours else [text]
    shown = [_shown(part) for part in parts]
    joined = "".join(a + b for a, b in zip(shown, [*kept, ""], strict=True))
    return ANYWHERE.sub("# ", COMMAND.sub(r"\1: ", joined))


def _shown(text: str) -> str:
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in text.split("\n"))


class Cleaned:
    """A text stream that writes through `clean`; all else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._held = ""
        self._within = False

    def write(self, text: str) -> int:
        """Write a text cleaned; a colon at a line's start waits for what follows it."""
        whole, self._held = self._held + text, ""
        _, broken, last = whole.rpartition("\n")
        if last.strip() == ":" and (broken or not self._within):
            whole, self._held = whole[: len(whole) - len(last)], last
            last = ""
        # In the midst of a line two colons are no command: IPv6's addresses have them.
        before = "." if self._within else ""
        self.stream.write(clean(before + whole, colours=self.stream.isatty())[len(before) :])
        self._within = bool(last.strip()) or (self._within and not broken)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each text."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write what waits, and flush."""
        if self._held:
            held, self._held, self._within = self._held, "", True
            self.stream.write(held)
        self.stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def cleaned_output() -> Generator[None]:
    """Have standard output and standard error cleaned meanwhile."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (Cleaned(raw(stream)) for stream in before)  # pyright: ignore[reportAttributeAccessIssue]
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        sys.stdout, sys.stderr = before


def raw(stream: TextIO) -> TextIO:
    """The stream itself, for what draws on a terminal and cleans each text by `printable`."""
    return stream.stream if isinstance(stream, Cleaned) else stream
