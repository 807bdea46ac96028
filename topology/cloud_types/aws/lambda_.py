"""Lambda."""

from tricenter.topology.cloud_types.row import ByName, CloudType

TYPES = (
    CloudType(
        type="aws:lambda/function:Function",
        kind="lambda function",
        known=ByName(id="{name}"),
        removal="lambda delete-function --function-name {name}",
    ),
)
