"""Data Lifecycle Manager."""

from tricenter.topology.cloud_types.row import ByTags, CloudType

TYPES = (
    CloudType(
        type="aws:dlm/lifecyclePolicy:LifecyclePolicy",
        kind="dlm policy",
        known=ByTags(),
        removal="dlm delete-lifecycle-policy --policy-id {name}",
    ),
)
