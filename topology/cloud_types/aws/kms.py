"""Key Management Service."""

from tricenter.topology.cloud_types.row import ByName, ByTags, CloudType

TYPES = (
    CloudType(
        type="aws:kms/alias:Alias",
        known=ByName(id="{name}"),
    ),
    CloudType(
        type="aws:kms/key:Key",
        kind="kms key",
        holds="the key without which encrypted data cannot be read",
        known=ByTags(),
        removal="kms schedule-key-deletion --key-id {name} --pending-window-in-days 7",
    ),
    CloudType(
        type="aws:kms/replicaKey:ReplicaKey",
        holds="the key without which a region's data cannot be read",
    ),
)
