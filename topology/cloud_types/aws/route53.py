"""Route 53."""

from tricenter.topology.cloud_types.row import ByAsking, ByName, ByTags, CloudType

TYPES = (
    CloudType(
        type="aws:route53/cidrCollection:CidrCollection",
        kind="route53 cidrcollection",
        known=ByAsking(look="cidr_collection"),
        removal="route53 delete-cidr-collection --id {name}",
    ),
    CloudType(
        type="aws:route53/cidrLocation:CidrLocation",
        known=ByName(id="{cidrCollectionId},{name}"),
    ),
    CloudType(
        type="aws:route53/healthCheck:HealthCheck",
        kind="route53 healthcheck",
        known=ByTags(),
        removal="route53 delete-health-check --health-check-id {name}",
    ),
    CloudType(
        type="aws:route53/record:Record",
        known=ByAsking(look="record"),
    ),
    CloudType(
        type="aws:route53/zone:Zone",
        kind="route53 hostedzone",
        known=ByTags(),
        removal="route53 delete-hosted-zone --id {name}",
    ),
)
