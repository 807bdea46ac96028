"""The emulated PostgreSQL as Patroni handles one: the interface of its class Postgresql.

Patroni's decisions are its own; here is what they are decided by, and what they have done.
Follows patroni/postgresql/__init__.py of 4.1.5.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from patroni.collections import CaseInsensitiveDict
from patroni.exceptions import PostgresConnectionException
from patroni.postgresql.cancellable import CancellableSubprocess
from patroni.postgresql.misc import PostgresqlRole, PostgresqlState
from patroni.postgresql.mpp import Null
from patroni.postgresql.sync import SyncHandler

from tricenter.offline.machines.bootstrap import Bootstrap
from tricenter.offline.machines.postgres import Server
from tricenter.offline.machines.replication import followers
from tricenter.offline.machines.settings import Settings, Slots

Row = tuple[Any, ...]


class Database:
    """What Patroni calls its state handler."""

    POSTMASTER_START_TIME = "started"
    TL_LSN = "timeline and log"
    wal_name, lsn_name, wal_flush = "wal", "lsn", "_flush"
    supports_multiple_sync = supports_quorum_commit = True
    proxy_url: str | None = None
    can_advance_slots = False

    def __init__(self, server: Server, scope: str, address: str, major: int) -> None:
        self.server, self.scope, self.name = server, scope, server.name
        self.connection_string = f"postgres://{address}/postgres"
        self.major_version = major * 10000
        self.server_version = major * 10000
        self._state, self._since = PostgresqlState.STOPPED, time.time()
        self.role = PostgresqlRole.UNINITIALIZED
        if server.data is not None:
            self.role = PostgresqlRole.REPLICA if server.data.standby else PostgresqlRole.PRIMARY
        self.bootstrapping = self.cb_called = False
        self.pending_restart_reason: Any = CaseInsensitiveDict()
        self.cancellable = CancellableSubprocess()
        self.config, self.slots_handler = Settings(server), Slots()
        self.bootstrap = Bootstrap(self)
        self.sync_handler = SyncHandler(self)  # pyright: ignore[reportArgumentType]
        self.mpp_handler: Any = Null().get_handler_impl(self)  # pyright: ignore

    @property
    def state(self) -> PostgresqlState:
        """Where it is between start and stop."""
        return self._state

    def set_state(self, value: PostgresqlState) -> None:
        self._state, self._since = value, time.time()

    def set_role(self, value: PostgresqlRole) -> None:
        self.role = value

    def time_in_state(self) -> float:
        return time.time() - self._since

    @property
    def sysid(self) -> str:
        return "" if self.bootstrapping or not self.server.data else self.server.data.system

    def data_directory_empty(self) -> bool:
        return self.server.data is None

    def is_running(self) -> bool:
        return self.server.runs

    is_healthy = is_running

    def is_starting(self) -> bool:
        return False

    check_for_startup = is_starting
    was_restored_from_backup = is_starting

    def is_primary(self) -> bool:
        return self.server.leads

    def get_primary_timeline(self) -> int:
        return self.server.data.timeline if self.server.leads and self.server.data else 0

    def timeline_wal_position(self) -> tuple[int, int, int | None, int | None, int | None]:
        """Timeline of a primary else 0, the place in the log, what was received and replayed."""
        log = self.last_operation()
        if self.server.leads:
            return self.get_primary_timeline(), log, None, None, None
        return 0, log, None, log, log

    def last_operation(self) -> int:
        self.server.receive()
        return self.server.data.log if self.server.data else 0

    def replication_state(self) -> str | None:
        return "streaming" if self.server.receive() else None

    def replication_state_from_parameters(
        self, is_primary: object, receiver_state: str | None, restore_command: object
    ) -> str | None:
        del restore_command
        return "streaming" if not is_primary and receiver_state == "streaming" else None

    def received_timeline(self) -> int | None:
        return self.server.data.timeline if self.server.receive() and self.server.data else None

    def replica_cached_timeline(self, primary_timeline: int | None) -> int | None:
        del primary_timeline
        self.server.receive()
        return self.server.data.timeline if self.server.data else None

    def pg_control_timeline(self) -> int | None:
        return self.server.data.timeline if self.server.data else None

    def get_history(self, timeline: int) -> list[tuple[Any, ...]]:
        """The lines of a timeline's history file, the last with its time and this name."""
        data = self.server.data
        lines = [line for line in data.history if line[0] < timeline] if data else []
        found = [(line[0], line[1], line[2]) for line in lines]
        if lines and lines[-1][0] == timeline - 1:
            found[-1] = (*found[-1], lines[-1][3], self.name)  # pyright: ignore
        return found

    def controldata(self) -> Mapping[str, str]:
        return self.server.control()

    def latest_checkpoint_locations(self, *_: object) -> tuple[int | None, int | None]:
        data = self.server.data
        if data is None or data.state != "shut down":
            return None, None
        return data.checkpoint, data.before

    def slots(self) -> dict[str, int]:
        return {}

    def synchronous_standby_names(self) -> str:
        return self.server.synchronous

    def synchronous_commit(self) -> str:
        return "on"

    def pg_stat_replication(self) -> list[dict[str, Any]]:
        return followers(self.server) if self.server.leads else []

    def reset_cluster_info_state(self, *_: object) -> None:
        """Nothing is remembered: each question looks."""

    def query(self, statement: str, *_: object) -> list[Row]:
        """Patroni's one statement outside the views: some traffic, so that followers move."""
        del statement
        self.server.write()
        return []

    def status_row(self) -> Row:
        """What Patroni's REST interface asks for, in the order of its statement."""
        if not self.server.runs or self.server.data is None:
            raise PostgresConnectionException("the server does not run")
        data, leads = self.server.data, self.server.leads
        streams = self.server.receive()
        keys = ("usename", "application_name", "client_addr", "state", "sync_state")
        told = [
            {key: row[key] for key in (*keys, "sync_priority")}
            for row in self.pg_stat_replication()
        ]
        nobody = (None, None, None, None)
        if leads:
            places = (data.timeline, data.log, 0, 0, False, None)
            return (self.server.started, *places, *nobody, told or None)
        received = (data.log, "streaming", None, data.log) if streams else nobody
        return (self.server.started, 0, 0, data.log, data.log, False, None, *received, None)

    def start(self, timeout: float | None = None, task: Any = None, **named: Any) -> bool:
        """Start PostgreSQL; False where there is nothing to start."""
        del timeout
        data = self.server.data
        own = PostgresqlRole.REPLICA if data and data.standby else PostgresqlRole.PRIMARY
        self.set_role(named.get("role") or own)
        done = self.server.start()
        self.set_state(PostgresqlState.RUNNING if done else PostgresqlState.START_FAILED)
        if task is not None:
            with task:
                task.complete(done)
        return done

    def stop(
        self,
        mode: str = "fast",
        *,
        block_callbacks: bool = False,
        checkpoint: bool | None = None,
        on_safepoint: Callable[[], Any] | None = None,
        on_shutdown: Callable[[int, int], Any] | None = None,
        before_shutdown: Callable[[], Any] | None = None,
        stop_timeout: int | None = None,
    ) -> bool:
        """Stop PostgreSQL; in order it writes a checkpoint, which those who stream still get."""
        del checkpoint, stop_timeout
        if self.server.runs:
            if not block_callbacks:
                self.set_state(PostgresqlState.STOPPING)
            if before_shutdown:
                before_shutdown()
            if mode != "immediate":
                leads = self.server.leads
                places = self.server.write_shutdown()
                if on_shutdown and leads:
                    on_shutdown(*places)
            self.server.stop()
        if on_safepoint:
            on_safepoint()
        if not block_callbacks:
            self.set_state(PostgresqlState.STOPPED)
        return True

    def restart(self, timeout: float | None = None, task: Any = None, **named: Any) -> bool:
        """Stop and start."""
        self.set_state(PostgresqlState.RESTARTING)
        before = named.pop("before_shutdown", None)
        return self.stop(block_callbacks=True, before_shutdown=before) and self.start(
            timeout, task, **named
        )

    def follow(
        self, member: Any, role: Any = PostgresqlRole.REPLICA, timeout: Any = None, **named: Any
    ) -> bool:
        """Be a standby of a member, or of nobody yet; without a restart where that is enough."""
        data = self.server.data
        if data is None:
            return False
        was_standby = data.standby
        data.standby, data.follows = True, member.name if member else None
        self.server.save()
        if not self.server.runs:
            return self.start(timeout, role=role)
        if named.get("do_reload") and was_standby:
            return True
        return self.restart(role=role)

    def promote(
        self, wait_seconds: float, task: Any, before_promote: Callable[[], Any] | None = None
    ) -> bool:
        """Take writes on a new timeline."""
        del wait_seconds
        if self.role in (PostgresqlRole.PROMOTED, PostgresqlRole.PRIMARY):
            return True
        with task:
            if task.is_cancelled:
                return False
            task.complete(None)
        if self.cancellable.is_cancelled:
            return False
        if before_promote:
            before_promote()
        done = self.server.promote()
        if done:
            self.set_role(PostgresqlRole.PROMOTED)
        return done

    def can_create_replica_without_replication_connection(self, *_: object) -> bool:
        return False

    def remove_data_directory(self) -> None:
        self.server.remove()

    move_data_directory = remove_data_directory

    def call_nowait(self, action: Any) -> None:
        """No program is called when a role changes; that it would have been is remembered."""
        del action
        self.cb_called = self.cb_called or not self.bootstrapping

    def handle_parameter_change(self) -> None: ...

    def schedule_sanity_checks_after_pause(self) -> None: ...

    def terminate_starting_postmaster(self, *_: object) -> None: ...
