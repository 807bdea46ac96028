"""One member as a process of its machine: Patroni's own loop and REST interface.

What is Patroni's here: its reading of the settings, its client of the store, its decisions (`Ha`),
its interface (`RestApiServer`) with TLS, passwords and answers. What is emulated is below them.
"""

import logging
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from threading import Thread
from typing import Any, cast
from urllib.parse import urlsplit

from patroni import thread_pool
from patroni.__main__ import Patroni
from patroni.api import RestApiServer
from patroni.config import Config
from patroni.ha import Ha
from patroni.postgresql.mpp import get_mpp
from patroni.version import __version__

from tricenter.offline.machines import scope as scopes
from tricenter.offline.machines.database import Database
from tricenter.offline.machines.dcs import Call, open_store
from tricenter.offline.machines.postgres import Server, Wire
from tricenter.offline.machines.rewind import Rewind
from tricenter.setup.callers import OwnCallers

logger = logging.getLogger(__name__)
LOCAL = "127.0.0.1"
DEFAULT_MAJOR = 15
"""Debian 12's PostgreSQL, where the settings name none."""
THREADS = 32
RESTART_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a member finds around it: the store, the others, and ports of other machines.

    `port` gives the local port of an address inside the sites' networks, None for one that nobody
    listens at.
    """

    scope: str
    disk: Path
    wire: Wire
    store: Call
    port: Callable[[str, int], int | None]


class PowerLost(SystemExit):
    """The machine is off: whatever a thread was doing for it ends."""


class NoWatchdog:
    """No device that would restart a machine."""

    is_running = is_healthy = True

    def activate(self) -> bool:
        return True

    def disable(self) -> None: ...

    def keepalive(self) -> None: ...

    def reload_config(self, config: object) -> None: ...


class Log:
    """The state of Patroni's log queue, of which nothing is ever lost."""

    NORMAL_LOG_QUEUE_SIZE = 2
    queue_size = records_lost = 0

    def reload_config(self, config: object) -> None: ...


class Interface(OwnCallers, RestApiServer):
    """Patroni's REST interface, whose questions to PostgreSQL the emulated one answers."""

    def query(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """The one row of Patroni's statement of a server's state."""
        del sql, params
        return [cast(Any, self.patroni).postgresql.status_row()]

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer with the configuration of this database."""
        answer = super().process_request_thread
        scopes.within(cast(Any, self.patroni).scope, answer)(request, client_address)


class Member(Patroni):
    """Patroni with its parts, as its own constructor puts them together.

    Raises whatever Patroni raises for settings that it cannot use.
    """

    def __init__(self, folder: Path, around: Surroundings) -> None:
        # Not the base's: it would open a watchdog, a real PostgreSQL and a real store.
        install()
        self.around, self.scope, self.powered = around, around.scope, True
        self.config = Config(str(folder))
        self.name = str(self.config["name"])
        self.logger = cast(Any, Log())
        self.version = __version__
        self.scheduled_restart = {}
        self._tags = self._get_tags()
        told = str(self.config["restapi"]["connect_address"])
        self.address, _, port = told.rpartition(":")
        self.port = int(port)
        self.server = Server(
            name=self.name, address=self.address, disk=around.disk, wire=around.wire
        )
        self.ready = False
        self.told = ""
        self.local = 0

    def boot(self) -> None:
        """Start in a thread of its own, which waits for the store as Patroni does."""
        name = f"{self.scope}/{self.name}"
        Thread(target=scopes.within(self.scope, self.live), name=name, daemon=True).start()

    def live(self) -> None:
        """The life of the process, until its machine loses power."""
        while self.powered:
            try:
                self.start()
                while self.powered:
                    self.cycle()
            except PowerLost:
                logger.info("%s: %s is off", self.scope, self.name)
            except Exception as error:  # noqa: BLE001 - Patroni ends by any of them
                # As its unit says: Restart=always, RestartSec=2.
                if repr(error) != self.told:
                    self.told = repr(error)
                    logger.warning("%s: Patroni on %s ended: %s", self.scope, self.name, self.told)
                self.stop_serving()
                time.sleep(RESTART_S)

    def start(self) -> None:
        """What Patroni's constructor does."""
        self.dcs = open_store(self.config, get_mpp(self.config), self._ask_store)
        cluster = self.ensure_dcs_access()
        self.watchdog = cast(Any, NoWatchdog())
        self.apply_dynamic_configuration(cluster)
        scopes.shared().update(None, self.config.dynamic_configuration)
        postgresql = self.config["postgresql"]
        self.postgresql = cast(
            Any,
            Database(
                self.server,
                str(self.config["scope"]),
                str(postgresql["connect_address"]),
                _major(str(postgresql.get("bin_dir", ""))),
            ),
        )
        self.request = cast(Any, self._ask_member)
        self.api = Interface(self, {**self.config["restapi"], "listen": f"{LOCAL}:0"})
        self.ha = Ha(self)
        self._emulate(cast(Any, self.ha))
        self.local = self.api.server_port
        self.next_run = time.time()
        self.api.start()
        self.ready = True

    def _emulate(self, ha: Any) -> None:
        """Put what is emulated below Patroni's decisions, and its threads into their scope."""
        ha._rewind = Rewind(self.server)  # noqa: SLF001 - Ha makes its own
        executor = ha._async_executor  # noqa: SLF001
        executor.run = scopes.within(self.scope, executor.run)

    def cycle(self) -> None:
        """One cycle of Patroni's loop, and its rest."""
        told = self.ha.run_cycle()
        if told != self.told:
            self.told = told
            logger.info("%s on %s: %s", self.scope, self.name, told)
        cluster = self.dcs.cluster
        found = cluster and cluster.config
        if found and found.data and self.config.set_dynamic_configuration(found):
            self.dcs.reload_config(self.config)
        if self.powered:
            self.schedule_next_run()

    def wake(self) -> None:
        """The leader's key has changed: the next cycle is now."""
        if self.ready:
            self.dcs.event.set()

    def lose_power(self) -> None:
        """Everything ends at once; the disk stays as it is."""
        self.powered = False
        self.server.lose_power()
        self.stop_serving()

    def stop_serving(self) -> None:
        """Close the REST interface, without waiting for what it is answering."""
        self.ready, had, self.local = False, self.local, 0
        if had:
            Thread(target=_close, args=(self.api,), daemon=True).start()

    def _ask_store(self, hosts: Any, method: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self.powered:
            raise PowerLost
        return self.around.store(hosts, method, fields)

    def _ask_member(
        self,
        member: Any,
        method: str = "get",
        endpoint: str | None = None,
        data: Any = None,
        **named: Any,
    ) -> "Answer":
        """Another member's answer, over TLS with the certificates of the settings."""
        del data
        if not self.powered:
            raise PowerLost
        place = urlsplit(str(member.get_endpoint_url(endpoint)))
        local = self.around.port(str(place.hostname), place.port or 0)
        if local is None:
            raise OSError(f"{place.netloc}: no route to host")
        own = self.config["ctl"]
        context = ssl.create_default_context(cafile=own["cacert"])
        context.load_cert_chain(own["certfile"], own["keyfile"])
        connection = Reached(str(place.hostname), local, context, float(named.get("timeout", 2)))
        try:
            connection.request(method.upper(), place.path or "/")
            found = connection.getresponse()
            return Answer(status=found.status, data=found.read())
        finally:
            connection.close()


def _close(interface: Interface) -> None:
    interface.shutdown()
    interface.server_close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a member answered."""

    status: int
    data: bytes


class Reached(HTTPSConnection):
    """A connection to an address inside the sites' networks, by the local port it stands for."""

    def __init__(self, host: str, local: int, context: ssl.SSLContext, timeout: float) -> None:
        super().__init__(host, timeout=timeout, context=context)
        self._local, self._tls, self._longest = local, context, timeout

    def connect(self) -> None:
        """Connect to the port; the certificate has to be that of the address."""
        plain = socket.create_connection((LOCAL, self._local), self._longest)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def install() -> None:
    """Ready Patroni's code for many members in one process; repeatable."""
    scopes.install()
    try:
        thread_pool.get_executor()
    except NameError:
        thread_pool.configure_global_pool(THREADS)
        logging.getLogger("patroni").setLevel(logging.CRITICAL)


def _major(programs: str) -> int:
    """PostgreSQL's major in the folder of its programs, `/usr/lib/postgresql/16/bin`."""
    found = [part for part in programs.split("/") if part.partition(".")[0].isdigit()]
    return int(found[-1].partition(".")[0]) if found else DEFAULT_MAJOR
