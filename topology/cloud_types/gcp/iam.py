"""IAM, identities and services of a project."""

from tricenter.topology.cloud_types.row import Again, ByName, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:projects/iAMCustomRole:IAMCustomRole",
        endpoint="IAM",
        kind="iam role",
        known=ByName(id="projects/{project}/roles/{roleId}"),
        removal="iam roles delete {name}",
        listing=Listing(
            service="IAM", path="projects/{project}/roles", member="roles", labels=None
        ),
    ),
    CloudType(
        type="gcp:projects/iAMMember:IAMMember",
        endpoint="RESOURCE_MANAGER",
        known=Again(why="who has a role has it still"),
    ),
    CloudType(
        type="gcp:projects/service:Service",
        endpoint="SERVICE_USAGE",
        known=ByName(id="{project}/{service}"),
    ),
    CloudType(
        type="gcp:projects/serviceIdentity:ServiceIdentity",
        endpoint="SERVICE_USAGE",
        known=Again(why="a service has one identity in a project"),
    ),
    CloudType(
        type="gcp:serviceaccount/account:Account",
        endpoint="IAM",
        kind="service account",
        known=ByName(
            id="projects/{project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com"
        ),
        removal="iam service-accounts delete {name}",
        listing=Listing(
            service="IAM", path="projects/{project}/serviceAccounts", member="accounts", labels=None
        ),
    ),
)
