"""DynamoDB."""

from tricenter.topology.cloud_types.row import CloudType

TYPES = (
    CloudType(
        type="aws:dynamodb/globalTable:GlobalTable",
        holds="the state of the failover automation",
    ),
    CloudType(
        type="aws:dynamodb/table:Table",
        kind="dynamodb table",
        holds="the state of the failover automation",
        removal="dynamodb delete-table --table-name {name}",
    ),
)
