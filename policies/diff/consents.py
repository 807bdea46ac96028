"""Who lets a change destroy data: lines of the spec that the change brings, or an option."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from tricenter.policies.diff.danger import Danger
from tricenter.topology.document import Document
from tricenter.topology.errors import Position
from tricenter.topology.spec import Consent, Topology

State = Literal["counts", "expired", "spent", "needless"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """A line of `may_destroy` and what it does in this change.

    `counts`: it lets a loss through. `expired`: its last day is over. `spent`: it stood in the
    old spec already, so it was for an earlier change. `needless`: nothing of that name is lost.
    """

    consent: Consent
    state: State
    file: str
    position: Position


def consent_lines(
    topology: Topology,
    read: Document,
    dangers: Sequence[Danger],
    today: date,
    *,
    before: Topology | None = None,
) -> tuple[ConsentLine, ...]:
    """The lines of a spec and what each does on a day; those that `before` has too are spent."""
    spent = before.may_destroy if before is not None else ()
    lost = {danger.loss.name for danger in dangers}
    return tuple(
        ConsentLine(
            consent=consent,
            state=_state(consent, spent, lost, today),
            file=read.file,
            position=read.value_position(("may_destroy", index)),
        )
        for index, consent in enumerate(topology.may_destroy)
    )


def consented(
    dangers: Sequence[Danger], lines: Sequence[ConsentLine], allowed: Collection[str]
) -> tuple[Danger, ...]:
    """The dangers with who lets each through: a line that counts, or the option that names it."""
    counting = {line.consent.loss: line.consent for line in lines if line.state == "counts"}
    return tuple(
        replace(
            danger,
            consent=counting.get(danger.loss.name),
            allowed=danger.loss.name in counting or danger.loss.name in allowed,
        )
        for danger in dangers
    )


def _state(
    consent: Consent, spent: Collection[Consent], lost: Collection[str], today: date
) -> State:
    if consent.loss not in lost:
        return "needless"
    if today > consent.expires:
        return "expired"
    return "spent" if consent in spent else "counts"
