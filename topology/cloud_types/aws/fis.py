"""Fault Injection Service."""

from tricenter.topology.cloud_types.row import ByTags, CloudType

TYPES = (
    CloudType(
        type="aws:fis/experimentTemplate:ExperimentTemplate",
        kind="fis experiment-template",
        known=ByTags(),
        removal="fis delete-experiment-template --id {name}",
    ),
)
