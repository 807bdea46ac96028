"""What Patroni sets on an emulated PostgreSQL: whom it follows, who is synchronous, its slots."""

from typing import Any

from tricenter.offline.machines.postgres import Server


class Settings:
    """What Patroni writes into PostgreSQL's configuration."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.synchronous_standby_names: str | None = None

    def recovery_conf_exists(self) -> bool:
        """Whether the data directory is a standby's."""
        return bool(self._server.data and self._server.data.standby)

    def check_recovery_conf(self, member: Any) -> tuple[bool, bool]:
        """Whether who is followed has to change, and whether that takes a restart."""
        data = self._server.data
        if data is None or not data.standby:
            return True, True
        return data.follows != (member.name if member else None), False

    def set_synchronous_standby_names(self, value: str | None) -> bool:
        """Set it; whether it was another one before."""
        changed = self._server.synchronous != (value or "")
        self._server.synchronous = value or ""
        return changed


class Slots:
    """Replication slots, of which the emulated server keeps none: its log is never taken away."""

    def sync_replication_slots(self, *_: object) -> list[str]:
        """The slots to be copied from the leader: none."""
        return []
