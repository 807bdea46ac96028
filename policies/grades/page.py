"""The tables of docs/grades.md: every criterion of every standard, and what it is judged by."""

from collections.abc import Iterator

from tricenter.policies.standards import find_standards
from tricenter.policies.standards.model import Criterion, Standard

HEAD = ("criterion", "clause", "judged by", "confidence")


def tables() -> str:
    """A section for each standard, in their order."""
    return "\n\n".join("\n".join(_section(standard)) for standard in find_standards()) + "\n"


def _section(standard: Standard) -> Iterator[str]:
    yield f"### {standard.title} (`{standard.id}`)"
    yield ""
    judged = "each site, the weakest counts" if standard.of == "site" else "the topology"
    yield f"- edition {standard.edition}; judged: {judged}"
    yield f"- source: {standard.source} ({standard.confidence}, checked {standard.checked})"
    yield from (f"- {note}" for note in standard.notes)
    if standard.recorded:
        return
    first = standard.level_word if standard.levels else "id"
    yield from ("", _row(first, *HEAD), _row(*("---",) * (len(HEAD) + 1)))
    for level, criterion in standard.criteria:
        yield _row(level or f"`{criterion.id}`", *_cells(criterion))
    if standard.beside is not None:
        other = standard.beside
        yield ""
        yield (
            f"Edition {other.edition} ({other.note}; {other.confidence}, from {other.source}) is "
            "shown beside and not graded by:"
        )
        yield ""
        yield from (f"- level {level}: {asks}" for level, asks in other.levels.items())


def _cells(criterion: Criterion) -> tuple[str, str, str, str]:
    applies = f" (binds {criterion.applies})" if criterion.applies else ""
    sure = criterion.confidence + (f": {criterion.source}" if criterion.source else "")
    return f"{criterion.asks}{applies}", criterion.clause or "-", _judged_by(criterion), sure


def _judged_by(criterion: Criterion) -> str:
    if criterion.not_checkable:
        return f"not checkable here: {criterion.not_checkable}"
    checks = [
        f"`{name}`" + (f" {_shown(given)}" if given else "") for name, given in criterion.checks
    ]
    return ", ".join((*checks, *(f"rule `{rule}`" for rule in criterion.rules)))


def _shown(parameters: dict[str, object]) -> str:
    hidden = ("because", "wanted", "unclear")
    shown = [_value(value) for name, value in parameters.items() if name not in hidden]
    unclear = _value(parameters.get("unclear", []))
    return " ".join(filter(None, (*shown, unclear and f"({unclear}: not checkable)")))


def _value(value: object) -> str:
    if isinstance(value, list):
        return " or ".join(str(one).lower() if isinstance(one, bool) else str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(value)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
