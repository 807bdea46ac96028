"""Everything that a change of a spec means, for whoever must say yes to it."""

from dataclasses import dataclass
from datetime import date

from tricenter.policies.diff.danger import Change, Danger, all_gone, find_dangers
from tricenter.policies.diff.grades import GradeChange, changed_grades
from tricenter.policies.diff.grid import Grid
from tricenter.policies.diff.redundancy import holdings, losses
from tricenter.policies.diff.side import Judged, Side
from tricenter.policies.diff.values import ValueChange, value_changes
from tricenter.policies.diff.violations import Compared, compare
from tricenter.policies.diff.waivers import WaiverChange, waiver_changes
from tricenter.policies.rule import Severity
from tricenter.topology.graph import mermaid


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changes from `old` to `new`. Grids and grades are None where both sides lack a spec."""

    old: Side
    new: Side
    target: str
    fail_on: Severity
    dangers: tuple[Danger, ...]
    violations: Compared
    unknown: Compared
    values: tuple[ValueChange, ...]
    waivers: tuple[WaiverChange, ...]
    losses: Grid
    holdings: Grid
    grades: tuple[GradeChange, ...]
    pictures: tuple[str | None, str | None]

    @property
    def same(self) -> bool:
        """Whether the two specs mean the same."""
        return bool(self.old.judged and self.new.judged) and not self.values

    @property
    def weaker(self) -> tuple[ValueChange, ...]:
        """The values that promise less than they did."""
        return tuple(one for one in self.values if one.trend == "weaker")

    @property
    def refused(self) -> bool:
        """Whether the new spec is none, or a violation of it refuses; dangers alone do not."""
        found = self.new.judged.found if self.new.judged else ()
        bad = bool(self.new.diagnostics)
        return bad or any(one.violation.refuses(self.fail_on) for one in found)


def difference(old: Side, new: Side, target: str, fail_on: Severity, today: date) -> Difference:
    """The difference of two sides, both judged on a target and a day."""
    before, after = old.judged, new.judged
    if new.diagnostics:
        # What cannot be judged is not compared: all that the old one has would look lost.
        before = None
    was, now = before.found if before else (), after.found if after else ()
    facts = (before and before.facts, after and after.facts)
    return Difference(
        old=old,
        new=new,
        target=target,
        fail_on=fail_on,
        dangers=_dangers(old, new),
        violations=compare(was, now, "violation"),
        unknown=compare(was, now, "unknown"),
        values=value_changes(before, after),
        waivers=waiver_changes(before, after, today),
        losses=losses(*facts),
        holdings=holdings(*facts),
        grades=changed_grades(before, after),
        pictures=(_picture(before), _picture(after)),
    )


def _dangers(old: Side, new: Side) -> tuple[Danger, ...]:
    if old.judged is None:
        return ()
    if new.judged is None:
        return all_gone(old.judged.topology, old.judged.read) if new.absent else ()
    change = Change(
        old=old.judged.topology,
        new=new.judged.topology,
        old_target=old.judged.facts.target,
        new_target=new.judged.facts.target,
    )
    return find_dangers(change, old.judged.read, new.judged.read)


def _picture(judged: Judged | None) -> str | None:
    return mermaid(judged.topology) if judged else None
