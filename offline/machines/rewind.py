"""Whether an emulated copy has log that the new leader has not, and giving it up.

The interface and the states of patroni/postgresql/rewind.py of 4.1.5.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from tricenter.offline.machines.postgres import Server


class State(Enum):
    """Where the question is."""

    INITIAL = auto()
    CHECKPOINT = auto()
    CHECK = auto()
    NEEDED = auto()
    NOT_NEEDED = auto()
    DONE = auto()
    FAILED = auto()


class Rewind:
    """What Patroni asks before a former leader, or one that was away, follows another."""

    can_rewind = enabled = can_rewind_or_reinitialize_allowed = True
    should_remove_data_directory_on_diverged_timelines = False

    def __init__(self, server: Server) -> None:
        self._server = server
        self._state = State.INITIAL

    def trigger_check_diverged_lsn(self) -> None:
        """Look at the next occasion."""
        if self._state is not State.NEEDED:
            self._state = State.CHECK

    def rewind_or_reinitialize_needed_and_possible(self, leader: Any) -> bool:
        """Whether something is to be given up, and there is a leader to be like."""
        if leader and leader.name and leader.conn_url and self._state is State.CHECK:
            source = self._server.wire.server(leader.name)
            if source is not None and source.leads and source.data and self._server.data:
                same = source.data.contains(self._server.data)
                self._state = State.NOT_NEEDED if same else State.NEEDED
        return bool(leader and leader.conn_url) and self._state is State.NEEDED

    def execute(self, leader: Any) -> bool:
        """Become like the leader; the server is stopped in order first."""
        if self._server.runs:
            self._server.write_shutdown()
            self._server.stop()
        source = self._server.wire.server(leader.name)
        done = source is not None and self._server.rewind(source)
        self._state = State.DONE if done else State.FAILED
        return done

    def ensure_clean_shutdown(self) -> bool:
        """What PostgreSQL does in single-user mode after a crash: replay, and end in order."""
        self._server.recover()
        return True

    def ensure_checkpoint_after_promote(self, wakeup: Callable[[], Any]) -> None:
        """A new leader writes a checkpoint, before anybody becomes like it."""
        del wakeup
        self._state = State.CHECKPOINT

    def checkpoint_after_promote(self) -> bool:
        """Whether it has."""
        return self._state is State.CHECKPOINT

    def reset_state(self) -> None:
        """Forget."""
        self._state = State.INITIAL

    @property
    def is_needed(self) -> bool:
        """Whether it is to be done, or was found to be."""
        return self._state in (State.CHECK, State.NEEDED)

    @property
    def executed(self) -> bool:
        """Whether it was tried."""
        return self._state in (State.DONE, State.FAILED)

    @property
    def failed(self) -> bool:
        """Whether it did not succeed."""
        return self._state is State.FAILED

    def get_archive_command(self) -> str | None:
        """None: nothing is archived."""
        return None
