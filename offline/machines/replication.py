"""What an emulated leader says of those who stream from it: the view pg_stat_replication."""

from typing import Any

from tricenter.offline.machines.postgres import Server

USER = "replicator"


def followers(server: Server) -> list[dict[str, Any]]:
    """A row for each standby that streams from a server, by the columns of the view.

    https://www.postgresql.org/docs/16/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW
    """
    rows: list[dict[str, Any]] = []
    for other in server.wire.others(server.name):
        data = other.data
        if data is None or data.follows != server.name or not other.receive():
            continue
        state, priority = _synchronous(server.synchronous, other.name)
        rows.append(
            {
                "pid": 1000 * (1 + len(rows)) + other.process,
                "usename": USER,
                "application_name": other.name,
                "client_addr": other.address,
                "state": "streaming",
                "sync_state": state,
                "sync_priority": priority,
                "write_lsn": data.log,
                "flush_lsn": data.log,
                "replay_lsn": data.log,
            }
        )
    return _only_so_many(server.synchronous, rows)


def _synchronous(setting: str, name: str) -> tuple[str, int]:
    parsed = _parsed(setting)
    if parsed.sync_type == "off" or not (parsed.has_star or name in parsed.members):
        return "async", 0
    return ("quorum", 1) if parsed.sync_type == "quorum" else ("sync", 1)


def _only_so_many(setting: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By priority only the first ones are synchronous, the rest might become so."""
    parsed = _parsed(setting)
    if parsed.sync_type == "priority":
        found = [row for row in rows if row["sync_state"] == "sync"]
        for row in found[int(parsed.num) :]:
            row["sync_state"] = "potential"
    return rows


def _parsed(setting: str) -> Any:
    """The setting as Patroni's own reader has it."""
    from patroni.postgresql.sync import parse_sync_standby_names

    return parse_sync_standby_names(setting)
