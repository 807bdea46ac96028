"""Patroni's own etcd client, whose requests are answered by the emulated store.

Keys, leases, transactions and what follows from their answers are patroni/dcs/etcd3.py.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import etcd
from patroni.dcs.etcd3 import Etcd3, LeaseNotFound, PatroniEtcd3Client

from tricenter.offline.machines.errors import LeaseGone, NoMajority, NoVoice

Call = Callable[[Sequence[str], str, Mapping[str, Any]], Mapping[str, Any]]
"""Sends a request to the first of these addresses that has a running voice."""


class Client(PatroniEtcd3Client):
    """Patroni's client without its connections."""

    def __init__(self, hosts: Sequence[str], call: Call) -> None:
        # The base would look for the store's machines by network.
        self._hosts, self._call = hosts, call
        self._kv_cache = None
        self._cluster_version = (3, 5)
        self._reauthenticate = False
        self._token = self.username = self.password = None

    def call_rpc(self, method: str, fields: dict[str, Any], retry: Any = None) -> Any:
        """The store's answer, or what Patroni's client raises where there is none."""
        del retry
        try:
            return self._call(self._hosts, method, fields)
        except LeaseGone:
            raise LeaseNotFound from None
        except (NoVoice, NoMajority) as error:
            raise etcd.EtcdConnectionFailed(str(error)) from None

    def start_watcher(self) -> None:
        """Every question is answered by the store: no copy of it is kept."""

    def reload_config(self, config: Any) -> None:
        """Nothing of a connection can change."""

    def set_read_timeout(self, timeout: float) -> None:
        """The store answers at once."""

    def set_machines_cache_ttl(self, cache_ttl: int) -> None:
        """The voices are those that run."""


class Store3(Etcd3):
    """Patroni's store, reached without a network."""

    def __init__(self, config: dict[str, Any], mpp: Any, call: Call) -> None:
        self._reach = call
        super().__init__(config, mpp)

    def get_etcd_client(self, config: dict[str, Any], client_cls: Any) -> Any:
        """The client for the addresses of the member's own settings."""
        del client_cls
        return Client([str(host) for host in config["hosts"]], self._reach)


def open_store(config: Any, mpp: Any, call: Call) -> Store3:
    """The store as Patroni's `get_dcs` opens it from a member's settings."""
    own = dict(config["etcd3"])
    shared = ("namespace", "name", "scope", "loop_wait", "ttl", "retry_timeout")
    own.update({key: config[key] for key in shared if key in config})
    return Store3(own, mpp, call)
