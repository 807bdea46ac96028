"""Secret Manager."""

from tricenter.topology.cloud_types.row import Again, ByAsking, ByName, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:secretmanager/secret:Secret",
        endpoint="SECRET_MANAGER",
        kind="secret",
        holds="a database's password, which nobody else knows",
        known=ByName(id="projects/{project}/secrets/{secretId}"),
        removal="secrets delete {name}",
        listing=Listing(
            service="SECRET_MANAGER", path="projects/{project}/secrets", member="secrets"
        ),
    ),
    CloudType(
        type="gcp:secretmanager/secretIamMember:SecretIamMember",
        endpoint="SECRET_MANAGER",
        known=Again(why="who has a role has it still"),
    ),
    CloudType(
        type="gcp:secretmanager/secretVersion:SecretVersion",
        endpoint="SECRET_MANAGER",
        known=ByAsking(look="version"),
    ),
)
