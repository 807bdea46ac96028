"""What every format says of a difference: the verdict in a line, the names of its two sides."""

from tricenter.policies.diff.difference import Difference
from tricenter.policies.diff.side import Side
from tricenter.policies.report.checked import count, summary


def verdict(difference: Difference) -> str:
    """The whole difference in a line: dangers, promises, violations by what becomes of them."""
    said: list[str] = []
    if difference.dangers:
        verb = "destroys" if len(difference.dangers) == 1 else "destroy"
        said.append(f"{count(len(difference.dangers), 'change')} {verb} data")
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
