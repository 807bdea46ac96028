"""Everything that a change of a spec means, for whoever must say yes to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from tricenter.policies.diff.consents import ConsentLine, consent_lines, consented
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
    consents: tuple[ConsentLine, ...]
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
    def forbidden(self) -> tuple[Danger, ...]:
        """The losses of data that nobody lets through."""
        return tuple(one for one in self.dangers if not one.allowed)

    @property
    def refused(self) -> bool:
        """Whether the new spec is none, a violation of it refuses, or data would be lost that
        nobody lets through."""
        found = self.new.judged.found if self.new.judged else ()
        bad = bool(self.new.diagnostics or self.forbidden)
        return bad or any(one.violation.refuses(self.fail_on) for one in found)


def difference(
    old: Side,
    new: Side,
    target: str,
    fail_on: Severity,
    today: date,
    *,
    allowed: Collection[str] = (),
) -> Difference:
    """The difference of two sides, both judged on a target and a day; `allowed` names losses."""
    before, after = old.judged, new.judged
    if new.diagnostics:
        # What cannot be judged is not compared: all that the old one has would look lost.
        before = None
    was, now = before.found if before else (), after.found if after else ()
    facts = (before and before.facts, after and after.facts)
    dangers = _dangers(old, new)
    consents = _consents(old, new, dangers, today)
    return Difference(
        old=old,
        new=new,
        target=target,
        fail_on=fail_on,
        dangers=consented(dangers, consents, allowed),
        consents=consents,
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


def _consents(
    old: Side, new: Side, dangers: Sequence[Danger], today: date
) -> tuple[ConsentLine, ...]:
    """The new spec's lines. One that goes has none any more: the old one's speak for it, which a
    change before must have brought."""
    if new.judged is not None:
        before = old.judged.topology if old.judged else None
        judged = new.judged
    elif new.absent and old.judged is not None:
        before, judged = None, old.judged
    else:
        return ()
    return consent_lines(judged.topology, judged.read, dangers, today, before=before)


def _picture(judged: Judged | None) -> str | None:
    return mermaid(judged.topology) if judged else None
