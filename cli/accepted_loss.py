"""`--accept-loss`: what an operator is ready to lose, against what a forced failover may lose."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tricenter.topology.errors import TricenterError

if TYPE_CHECKING:
    from tricenter.roles.interface import Loss

TRANSACTIONS = re.compile(r"(\d+)tx")
UNKNOWN = "unknown"
DECIDE_S = 60.0
"""What a person is given between reading what may be lost and typing that it is accepted."""


class LossNotAccepted(TricenterError):
    """A forced failover may lose more than the operator has accepted; the text says how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedLoss:
    """At most so many seconds or transactions; `anything` also where nobody knows."""

    seconds: float | None = None
    transactions: int | None = None
    anything: bool = False

    def covers(self, loss: "Loss") -> bool:
        """Whether the loss expected, an upper end, is at most what is accepted."""
        if self.anything or is_nothing(loss):
            return True
        if self.seconds is not None and loss.seconds is not None:
            return loss.seconds <= self.seconds
        if self.transactions is not None and loss.transactions is not None:
            return loss.transactions <= self.transactions
        return False


NOTHING = AcceptedLoss()


def read_accepted(text: str | None) -> AcceptedLoss:
    """The loss that `5s`, `200tx` or `unknown` accepts; ValueError for another text."""
    from pydantic_core import PydanticCustomError

    from tricenter.topology.units import parse_duration

    if text is None:
        return NOTHING
    if text == UNKNOWN:
        return AcceptedLoss(anything=True)
    if found := TRANSACTIONS.fullmatch(text):
        return AcceptedLoss(transactions=int(found[1]))
    try:
        return AcceptedLoss(seconds=parse_duration(text))
    except PydanticCustomError:
        raise ValueError(f"{text!r} is none of 5s (a duration), 200tx, unknown") from None


def is_nothing(loss: "Loss") -> bool:
    """Whether it is certain that nothing is lost."""
    return loss.seconds == 0 and loss.transactions == 0


def words(loss: "Loss") -> str:
    """The loss as a person reads it."""
    from tricenter.topology.forecast.words import seconds

    if is_nothing(loss):
        return "nothing"
    parts = [] if loss.seconds is None else [seconds(loss.seconds)]
    parts += [] if loss.transactions is None else [f"{loss.transactions} transactions"]
    return f"up to {' or '.join(parts)}" if parts else "unknown"


def needed(loss: "Loss") -> str:
    """An `--accept-loss` that covers a loss, and what it grows by while someone decides.

    Where nobody leads, each second that passes is one more.
    """
    from math import ceil

    if loss.seconds is not None:
        minutes = ceil((loss.seconds + DECIDE_S) / 60)
        return f"{ceil(loss.seconds)}s" if loss.seconds <= 5 else f"{minutes}min"
    return UNKNOWN if loss.transactions is None else f"{loss.transactions}tx"
