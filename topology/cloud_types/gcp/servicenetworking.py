"""Service Networking."""

from tricenter.topology.cloud_types.row import ByAsking, CloudType

TYPES = (
    CloudType(
        type="gcp:servicenetworking/connection:Connection",
        endpoint="SERVICE_NETWORKING",
        known=ByAsking(look="connection"),
    ),
)
