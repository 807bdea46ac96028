"""What every format says of a difference: the verdict in a line, the names of its two sides."""

from tricenter.policies.diff.consents import ConsentLine
from tricenter.policies.diff.danger import Danger
from tricenter.policies.diff.difference import Difference
from tricenter.policies.diff.grades import GradeChange
from tricenter.policies.diff.side import Side
from tricenter.policies.report.checked import count, summary


def verdict(difference: Difference) -> str:
    """The whole difference in a line: dangers, promises, violations by what becomes of them."""
    said: list[str] = []
    if difference.dangers:
        verb = "destroys" if len(difference.dangers) == 1 else "destroy"
        through = len(difference.dangers) - len(difference.forbidden)
        let = f" ({through} let through)" if through else ""
        said.append(f"{count(len(difference.dangers), 'change')} {verb} data{let}")
    if difference.new.diagnostics:
        problems = count(len(difference.new.diagnostics), "problem")
        said.append(f"the new spec is not valid ({problems}), so it cannot be judged")
        return "; ".join(said)
    if difference.weaker:
        said.append(f"{count(len(difference.weaker), 'promise')} weakened")
    elif difference.values:
        verb = "changes" if len(difference.values) == 1 else "change"
        said.append(f"{count(len(difference.values), 'value')} {verb}")
    found = difference.violations
    if found.new:
        said.append(f"new: {summary(found.new)}")
    if found.staying:
        said.append(f"still there: {summary(found.staying)}")
    if found.gone:
        said.append(f"{len(found.gone)} fixed")
    if difference.same:
        said.append("nothing changes")
    if not (difference.dangers or found.new or found.staying or found.gone):
        said.append("no data is lost, no rule is broken")
    return "; ".join(said)


def let_through(danger: Danger) -> str:
    """Who lets a loss of data through, in words; empty where nobody does."""
    consent = danger.consent
    if consent is not None:
        return f"let through by {consent.owner} until {consent.expires}: {consent.reason}"
    return "let through by --allow" if danger.allowed else ""


def way_through(difference: Difference) -> tuple[str, str] | None:
    """The line of the spec and the option that would let the first forbidden loss through."""
    if not difference.forbidden or difference.new.diagnostics:
        return None
    name = difference.forbidden[0].loss.name
    line = f'may_destroy: [{{loss: "{name}", reason: ..., owner: ..., expires: YYYY-MM-DD}}]'
    return line, f"--allow '{name}'"


BEFORE = "in a change before this one, since the spec goes"
"""When the line that lets a loss through must come, where the new spec cannot have one."""


def goes(difference: Difference) -> bool:
    """Whether the whole spec goes, so that no line of its own can let anything through."""
    return difference.new.absent


def idle_consent(line: ConsentLine) -> str:
    """Why a line of `may_destroy` lets nothing through in this change; empty where it does."""
    consent = line.consent
    why = {
        "counts": "",
        "expired": f"its last day was {consent.expires}",
        "spent": "it stood in the old spec, so it was for an earlier change: change it",
        "needless": "this change loses nothing of that name",
    }[line.state]
    return f"{consent.loss}: {why}" if why else ""


def side_words(side: Side) -> str:
    """A side that has no spec, in words; empty where it has one."""
    if side.judged is not None:
        return ""
    if side.absent:
        return "no such file"
    return f"not valid: {count(len(side.diagnostics), 'problem')}"


def old_note(difference: Difference) -> str:
    """What a reader must know where there is nothing to compare with; else empty."""
    old = difference.old
    if old.absent:
        return "There was no spec before: all of it is new."
    if old.diagnostics:
        problems = count(len(old.diagnostics), "problem")
        if difference.new.diagnostics:
            return f"The old spec is not valid either ({problems})."
        return f"The old spec is not valid ({problems}), so only the new one is shown."
    return ""


def way(change: GradeChange) -> str:
    """The arrow in a word, and which end of the scale is the highest."""
    if change.trend not in ("rises", "falls"):
        return ""
    return f" ({change.trend}{f'; {change.highest} is the highest' if change.highest else ''})"
