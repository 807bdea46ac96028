"""From a spec's text to a checked Topology, or everything that is wrong with it at once."""

from collections.abc import Iterable, Iterator
from pathlib import Path as FilePath

from pydantic import ValidationError

from tricenter.topology import document
from tricenter.topology.document import Document, parse
from tricenter.topology.errors import Diagnostic, Path, Position, SpecError, join_path
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology

Source = Document | FilePath | str


def load(path: str | FilePath) -> Topology:
    """Read and check a spec file; raises SpecError with everything wrong, in file order."""
    return validate(document.load(path))


def validate(source: Source) -> Topology:
    """The topology of a document, of the file at a Path or of a text; raises SpecError."""
    read = _document(source)
    problems: Iterable[Problem] = ()
    topology = None
    try:
        topology = Topology.model_validate(read.data, by_alias=True, by_name=False)
    except ValidationError as error:
        from tricenter.topology.problems import problems_of

        problems = problems_of(error, Topology)
    else:
        # What was refused is not in the data, so references to it would look wrong as well.
        if not read.problems:
            from tricenter.topology.references import check_references

            problems = check_references(topology)
    diagnostics = [*read.problems, *diagnose(read, problems)]
    if topology is None or diagnostics:
        raise SpecError(diagnostics)
    return topology


def diagnose(read: Document, problems: Iterable[Problem]) -> Iterator[Diagnostic]:
    """The problems with their positions; none about what the reader has refused already."""
    for problem in problems:
        if any(problem.path[: len(path)] == path for path in read.spoiled):
            continue
        here = read.existing(problem.path)
        missing = problem.id == "missing-key"
        shown = problem.path if missing else here
        yield Diagnostic(
            file=read.file,
            position=_position(read, here, problem),
            path=join_path(shown),
            id=problem.id,
            message=problem.message,
        )


def _position(read: Document, here: Path, problem: Problem) -> Position:
    """A value's place, a key's for a problem of the key; what is absent is at its parent's key."""
    absent = here != problem.path and isinstance(read.value(here), dict | list)
    if problem.at == "key" or absent:
        return read.key_position(here)
    return read.value_position(here)


def _document(source: Source) -> Document:
    if isinstance(source, Document):
        return source
    if isinstance(source, FilePath):
        return document.load(source)
    return parse(source)
