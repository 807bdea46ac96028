"""Watching roles: a thread that notes which site leads each database, whenever that changes."""

import threading
from types import TracebackType
from typing import Self

from tricenter.drills.history import Writer
from tricenter.lab.errors import LabError
from tricenter.lab.patroni import leader
from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan

EVERY_S = 0.4


class RoleWatch:
    """Notes `leader` events while its block runs; what is asked goes over Patroni's interface."""

    def __init__(self, stack: Stack, plan: Plan, history: Writer) -> None:
        self._stack, self._plan, self._history = stack, plan, history
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch, args=(index,), daemon=True)
            for index in range(len(plan.databases))
        ]

    def _watch(self, index: int) -> None:
        database = self._plan.databases[index]
        last: str | None = ""
        while not self._stop.wait(EVERY_S):
            try:
                now = leader(self._stack, database)
            except LabError as error:
                self._history.add("leader-unknown", database=database.name, reason=str(error))
                continue
            if now != last:
                self._history.add("leader", database=database.name, site=now)
                last = now

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
