"""The machines of the emulated clouds: Patroni itself on them, PostgreSQL and etcd emulated.

A machine is what the emulated AWS or Google Cloud holds: an instance that runs, with its user data,
its data disk and its addresses. It becomes a site as its user data says. Nothing of it is rendered
a second time here, so that a broken user data, certificate or setting is noticed.
"""

from pathlib import Path

EMULATES = (
    "Patroni itself decides and answers on emulated machines; PostgreSQL and etcd are emulated"
)
PROXY = "TRICENTER_SITES_PROXY"
"""The variable that names a proxy which reaches the addresses inside the sites' networks."""


def environment(url: str) -> dict[str, str]:
    """The variable by which role verbs reach the machines: through a proxy, told which stack."""
    return {PROXY: url.replace("://", "://{stack}@", 1)}


def provider_plugin(path: str | None = None) -> Path | None:
    """None: there is no provider of machines."""
    del path
