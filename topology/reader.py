"""YAML 1.2 text to a Document: parser events go straight into plain data, in one pass."""

import re
from collections.abc import Callable
from typing import Any, cast

from yaml import CBaseLoader, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from tricenter.topology.errors import START, Diagnostic, Path, Position, SpecError, join_path
from tricenter.topology.positions import Document, Mark, Marks, inside
from tricenter.topology.scalars import NumberError, resolve
from tricenter.topology.syntax import explain

DEEPEST = 40
"""Levels of nesting that are read; the spec's own deepest value is on the eighth."""
MOST_ALIASED = 10_000
"""Values that aliases may repeat in one file, so that a few lines cannot become millions."""
# Control characters, line separators that only YAML 1.1 knows, marks that reverse what a reviewer
# sees, halves of surrogate pairs, and what is no character at all.
REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)
Event = Any
"""PyYAML has no types for its C events."""


class _UnreadableError(Exception):
    """Reading cannot go on; the reason is already among the problems."""


class _Anchor:
    """What an anchor stands for: its value once complete, and how many values that is."""

    __slots__ = ("complete", "size", "value")

    def __init__(self) -> None:
        self.complete = False
        self.size = 1
        self.value: Any = None


def parse(text: str, file: str = "<text>") -> Document:
    """Read a spec's text; raises SpecError where the text cannot be read to its end."""
    text = text.removeprefix("\ufeff")
    found = REFUSED.search(text)
    if found is not None:
        raise SpecError([_bad_character(text, file, found.start())])
    return _Reader(text, file).read()


def _bad_character(text: str, file: str, index: int) -> Diagnostic:
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    position = Position(line=before.count("\n") + 1, column=index - _line_start(text, index) + 1)
    message = f"the character U+{ord(text[index]):04X} is invisible or reserved; remove it"
    return Diagnostic(file=file, position=position, path="", id="bad-character", message=message)


def _line_start(text: str, index: int) -> int:
    return max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1


class _Reader:
    """One pass over the events of one text."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.next: Callable[[], Event] = CBaseLoader(text).get_event
        self.marks: dict[int, Marks] = {}
        self.anchors: dict[str, _Anchor] = {}
        self.path: list[str | int] = []
        self.problems: list[Diagnostic] = []
        self.spoiled: set[Path] = set()
        self.count = 0
        self.aliased = 0

    def read(self) -> Document:
        """The document; problems that end the reading are raised, the others are kept in it."""
        try:
            data, root = self._stream()
        except YAMLError as error:
            mark, name, message = explain(error, self.text)
            self._problem(mark, name, message)
        except _UnreadableError:
            pass
        else:
            return Document(
                file=self.file,
                text=self.text,
                data=data,
                root=root,
                marks=self.marks,
                problems=tuple(self.problems),
                spoiled=frozenset(self.spoiled),
            )
        raise SpecError(self.problems)

    def _stream(self) -> tuple[Any, Mark]:
        self.next()
        start = self.next()
        event: Event = start if type(start) is StreamEndEvent else self.next()
        data = None if event is start else self._node(event)
        if data is None:
            self._problem(
                None, "empty-file", "nothing is in it (`tricenter init` writes a template)"
            )
            raise _UnreadableError
        self.next()
        further = self.next()
        if type(further) is DocumentStartEvent:
            message = "a second document starts here; a spec is one document, so remove '---'"
            self._problem(further.start_mark, "several-documents", message)
        return data, event.start_mark

    def _node(self, event: Event) -> Any:
        kind = cast(type[Any], type(event))
        self.count += 1
        if kind is AliasEvent:
            return self._alias(event)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!", 1)
            message = f"the tag {tag} has no meaning here; remove it"
            self._problem(event.start_mark, "unknown-tag", message, spoils=True)
        anchor, before = None, self.count + self.aliased
        if event.anchor is not None:
            anchor = self.anchors[event.anchor] = _Anchor()
        if kind is ScalarEvent:
            value = self._scalar(event)
        elif len(self.path) >= DEEPEST:
            self._problem(event.start_mark, "too-deep", f"nested deeper than {DEEPEST} levels")
            raise _UnreadableError
        else:
            value = self._mapping() if kind is MappingStartEvent else self._sequence()
        if anchor is not None:
            anchor.value, anchor.complete = value, True
            anchor.size = self.count + self.aliased - before + 1
        return value

    def _scalar(self, event: Event) -> Any:
        if not event.implicit[0]:
            return self._shown(event)
        try:
            return resolve(event.value)
        except NumberError as error:
            self._problem(event.start_mark, "bad-number", str(error), spoils=True)
            return 0

    def _shown(self, event: Event) -> str:
        """A quoted text, whose escapes may not bring in what the file itself may not have."""
        found = REFUSED.search(event.value)
        if found is None:
            return str(event.value)
        message = f"the escaped character U+{ord(found[0]):04X} is invisible or reserved; remove it"
        self._problem(event.start_mark, "bad-character", message, spoils=True)
        return ""

    def _mapping(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        marks: dict[str, tuple[Mark, Mark]] = {}
        self.marks[id(data)] = marks
        path = self.path
        while True:
            event = self.next()
            if type(event) is MappingEndEvent:
                return data
            key = self._key(event)
            following = self.next()
            path.append("?" if key is None else key)
            value = self._node(following)
            path.pop()
            if key is None:
                continue
            if key in data:
                self._duplicate(key, event.start_mark, marks[key][0])
            else:
                data[key] = value
                marks[key] = (event.start_mark, following.start_mark)

    def _sequence(self) -> list[Any]:
        data: list[Any] = []
        marks: list[Mark] = []
        self.marks[id(data)] = marks
        path = self.path
        while True:
            event = self.next()
            if type(event) is SequenceEndEvent:
                return data
            path.append(len(data))
            value = self._node(event)
            path.pop()
            data.append(value)
            marks.append(event.start_mark)

    def _key(self, event: Event) -> str | None:
        """The key's text, or None if it is refused; a key that is a container is read over."""
        if type(event) is not ScalarEvent:
            self._problem(event.start_mark, "bad-key", "a key must be a text, written out here")
            if type(event) is not AliasEvent:
                self.path.append("?")
                self._node(event)
                self.path.pop()
            return None
        if event.tag is None and event.anchor is None and not event.implicit[0]:
            before = len(self.problems)
            text = self._shown(event)
            return text if len(self.problems) == before else None
        value = self._node(event)
        if value == "<<" and event.implicit[0]:
            message = "merge keys are not part of YAML 1.2; write the keys out"
            self._problem(event.start_mark, "merge-key", message)
            self.spoiled.add(tuple(self.path))
            return None
        if not isinstance(value, str):
            shown = "an empty key" if value is None else f"the key {event.value}"
            message = f'{shown} is not a text; put it in quotes: "{event.value}"'
            self._problem(event.start_mark, "bad-key", message)
            return None
        return value

    def _alias(self, event: Event) -> Any:
        anchor = self.anchors.get(event.anchor)
        if anchor is None:
            message = (
                f'no anchor &{event.anchor} comes before; a text goes in quotes: "*{event.anchor}"'
            )
            self._problem(event.start_mark, "unknown-alias", message, spoils=True)
            return None
        if not anchor.complete:
            message = f"*{event.anchor} stands inside what it repeats; write the value out"
            self._problem(event.start_mark, "recursive-alias", message, spoils=True)
            return None
        self.aliased += anchor.size
        if self.aliased > MOST_ALIASED:
            message = f"aliases repeat more than {MOST_ALIASED} values; write them out"
            self._problem(event.start_mark, "alias-bomb", message)
            raise _UnreadableError
        return anchor.value

    def _duplicate(self, key: str, second: Mark, first: Mark) -> None:
        place = inside(self.text, first)
        message = f"this key is given twice; the first is at {place.line}:{place.column}"
        self.path.append(key)
        self._problem(second, "duplicate-key", message)
        self.path.pop()

    def _problem(self, mark: Mark | None, name: str, message: str, *, spoils: bool = False) -> None:
        path = tuple(self.path)
        if spoils:
            self.spoiled.add(path)
        position = inside(self.text, mark) if mark is not None else START
        self.problems.append(
            Diagnostic(
                file=self.file, position=position, path=join_path(path), id=name, message=message
            )
        )
