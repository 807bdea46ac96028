"""Cloud Monitoring."""

from tricenter.topology.cloud_types.row import ByTitle, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:monitoring/alertPolicy:AlertPolicy",
        kind="alert policy",
        known=ByTitle(member="alertPolicies"),
        removal="monitoring policies delete {reference}",
        listing=Listing(
            service="MONITORING",
            path="v3/projects/{project}/alertPolicies",
            member="alertPolicies",
            labels="userLabels",
        ),
    ),
    CloudType(
        type="gcp:monitoring/notificationChannel:NotificationChannel",
        kind="notification channel",
        known=ByTitle(member="notificationChannels"),
        removal="beta monitoring channels delete {reference}",
        listing=Listing(
            service="MONITORING",
            path="v3/projects/{project}/notificationChannels",
            member="notificationChannels",
            labels="userLabels",
        ),
    ),
    CloudType(
        type="gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
        kind="uptime check",
        known=ByTitle(member="uptimeCheckConfigs"),
        removal="monitoring uptime delete {reference}",
        listing=Listing(
            service="MONITORING",
            path="v3/projects/{project}/uptimeCheckConfigs",
            member="uptimeCheckConfigs",
            labels="userLabels",
        ),
    ),
)
