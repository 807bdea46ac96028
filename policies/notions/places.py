"""Whether the spec says where vaults and partners stand."""

from tricenter.topology.spec import Partner
from tricenter.topology.spec_backups import Vault


def is_placed(thing: Vault | Partner) -> bool:
    """Whether the spec says where it stands."""
    return thing.city is not None or thing.at is not None
