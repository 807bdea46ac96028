"""Arrivals: which copies of a site that is built anew stream already, and how they came to be."""

import re
import threading
import time
from types import TracebackType
from typing import Any, Self

from tricenter.drills import rejoin
from tricenter.drills.history import Writer
from tricenter.lab.errors import LabError
from tricenter.lab.patroni import is_settled, member_state
from tricenter.lab.stack import Stack

ASK_EVERY_S = 0.3
METHOD = re.compile(r"replica has been created using (\w+)")
"""What Patroni 4.1 logs of a copy that it has made from nothing, and by which means."""


class Arrivals:
    """Notes each copy of a destroyed site as soon as it streams, while its block runs."""

    def __init__(
        self,
        stack: Stack,
        copies: tuple[rejoin.Before, ...],
        history: Writer,
        broken: float,
        began: float,
    ) -> None:
        self.left = copies
        self._stack, self._history = stack, history
        self._broken, self._began = broken, began
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while self.left and not self._stop.wait(ASK_EVERY_S):
            self.left = tuple(copy for copy in self.left if not self._arrived(copy))

    def _arrived(self, copy: rejoin.Before) -> bool:
        try:
            if not is_settled(member_state(self._stack, copy.member)):
                return False
            took = round(time.monotonic() - self._began, 2)
            self._history.add("rebuilt", **self._seen(copy), seconds=took)
        except LabError:
            return False  # its host has no power yet
        return True

    def _seen(self, copy: rejoin.Before) -> dict[str, Any]:
        said, births = (
            rejoin.log_of(self._stack, copy.member),
            rejoin.births_of(self._stack, copy.member),
        )
        by = METHOD.search(said)
        copied = bool(rejoin.FULL_COPY.search(said))
        return {
            "database": copy.member.database,
            "site": copy.member.site,
            "how": f"full copy by {by[1]}" if by else "full copy" if copied else "unknown",
            "full_copy_logged": copied,
            "system_before": copy.system,
            "system_after": rejoin.system_of(self._stack, copy.member),
            "files": len(births),
            "files_old": sum(birth < self._broken for birth in births),
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(10)
