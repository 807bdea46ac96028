"""How a member with an empty data directory comes to its data."""

from collections.abc import Mapping
from typing import Any

from patroni.postgresql.misc import PostgresqlState


class Bootstrap:
    """A new cluster, or a copy of one."""

    running_custom_bootstrap = False

    def __init__(self, database: Any) -> None:
        # The Database that has this: naming its class would close a circle.
        self._database = database

    def bootstrap(self, config: Mapping[str, Any]) -> bool:
        """A new cluster: `initdb`, then the first start."""
        del config
        self._database.set_state(PostgresqlState.INITDB)
        self._database.server.initialize()
        return self._database.start()

    def clone(self, member: Any, from_leader: object) -> bool:
        """A copy of a member that runs."""
        del from_leader
        self._database.set_state(PostgresqlState.CREATING_REPLICA)
        source = self._database.server.wire.server(member.name) if member else None
        return source is not None and self._database.server.copy_of(source)

    def post_bootstrap(self, config: Mapping[str, Any], task: Any) -> bool:
        """The users and the application's database: there is nothing to make."""
        del config
        task.complete(True)
        return True
