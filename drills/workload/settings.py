"""What a client is told: one line of JSON on standard input, since passwords are in it."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAccess:
    """How to write to one database. `tls` is libpq's sslmode."""

    name: str
    writer: str
    port: int
    application: str
    password: str
    tls: str
    authority: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicName:
    """A public record, and the port that its addresses serve."""

    name: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a client of a drill needs; times in seconds.

    `rate` is the transfers a second that one worker tries, `timeout` the client library's
    patience with a silent server (tcp_user_timeout). `source` is the address from which name
    servers are asked, where that is not clear by itself.
    """

    client: str
    folder: str
    servers: tuple[str, ...]
    databases: tuple[DatabaseAccess, ...]
    public: tuple[PublicName, ...]
    workers: int
    rate: float
    accounts: int
    timeout: float
    server_port: int = 53
    source: str | None = None
    server_timeout: float = 0.3
    watch_every: float = 0.5
    sum_every: int = 20

    def line(self) -> str:
        """The settings as a line of JSON."""
        return json.dumps(asdict(self)) + "\n"


def read_settings(line: str) -> Settings:
    """The settings in a line; raises ValueError or TypeError for another text."""
    data: dict[str, Any] = json.loads(line)
    data["databases"] = tuple(DatabaseAccess(**entry) for entry in data["databases"])
    data["public"] = tuple(PublicName(**entry) for entry in data["public"])
    data["servers"] = tuple(data["servers"])
    return Settings(**{field.name: data[field.name] for field in fields(Settings)})


def worker_name(client: str, database: str, number: int) -> str:
    """The name of a worker, which stands in its transfers."""
    return f"{client}/{database}/{number}"
