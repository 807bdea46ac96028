"""Whose a vault is: in the account or project of the sites, or apart in one of its own."""

from collections.abc import Mapping

from tricenter.topology.spec import Topology
from tricenter.topology.spec_backups import Vault

OWNERS: Mapping[str, str] = {"aws": "account", "gcp": "project"}
"""What owns resources on each cloud: the key of a place that names it."""


def is_apart(topology: Topology, vault: Vault, cloud: str) -> bool:
    """Whether the vault's place on a cloud is in none of the accounts or projects of its sites.

    A place that states none is in that of the credentials, as sites without one are.
    """
    owner = OWNERS[cloud]
    sites = [getattr(site, cloud) for site in topology.sites.values()]
    owners = {getattr(site, owner) for site in sites if site is not None}
    return getattr(getattr(vault, cloud), owner) not in owners
