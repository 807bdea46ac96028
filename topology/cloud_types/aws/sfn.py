"""Step Functions."""

from tricenter.topology.cloud_types.row import ByTags, CloudType

TYPES = (
    CloudType(
        type="aws:sfn/stateMachine:StateMachine",
        kind="states stateMachine",
        known=ByTags(arn=True),
        removal="stepfunctions delete-state-machine --state-machine-arn {reference}",
    ),
)
