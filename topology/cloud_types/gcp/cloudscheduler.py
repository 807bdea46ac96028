"""Cloud Scheduler."""

from tricenter.topology.cloud_types.row import ByName, CloudType

TYPES = (
    CloudType(
        type="gcp:cloudscheduler/job:Job",
        endpoint="CLOUD_SCHEDULER",
        known=ByName(id="projects/{project}/locations/{region}/jobs/{name}"),
    ),
)
