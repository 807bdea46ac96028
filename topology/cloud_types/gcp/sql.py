"""Cloud SQL."""

from tricenter.topology.cloud_types.row import ByName, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:sql/database:Database",
        holds="the application's data in a database instance",
        known=ByName(id="projects/{project}/instances/{instance}/databases/{name}"),
    ),
    CloudType(
        type="gcp:sql/databaseInstance:DatabaseInstance",
        kind="sql instance",
        holds="a database with its storage and backups",
        known=ByName(id="{name}"),
        removal="sql instances delete {name}",
        listing=Listing(
            service="SQL",
            path="projects/{project}/instances",
            member="items",
            labels="settings.userLabels",
        ),
    ),
    CloudType(
        type="gcp:sql/user:User",
        known=ByName(id="{name}//{instance}"),
    ),
)
