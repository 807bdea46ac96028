"""The emulated Google Cloud as the provider, and our own clients, find it."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from shutil import which

PROJECT = "tricenter-offline"
TOKEN = "no-token-is-asked-for"  # noqa: S105 - it opens nothing, and no file may have its name
PLUGIN = "pulumi-resource-gcp"
INSTALLED = re.compile(r"resource-gcp-v9\.[\d.]+")
ADVICE = "pulumi plugin install resource gcp 9.35.0"

# The addresses that terraform-provider-google 7.45 uses without an endpoint of its own
# (checked 2026-11-24 against the plugin 9.35.0); here they follow the emulator's address.
ENDPOINTS = {
    "ALLOYDB": "alloydb.googleapis.com/v1beta/",
    "BACKUP_DR": "backupdr.googleapis.com/v1beta/",
    "CLOUD_RESOURCE_MANAGER": "cloudresourcemanager.googleapis.com/",
    "CLOUD_SCHEDULER": "cloudscheduler.googleapis.com/v1/",
    "COMPUTE": "compute.googleapis.com/compute/beta/",
    "DNS": "dns.googleapis.com/dns/v1beta2/",
    "EVENTARC": "eventarc.googleapis.com/v1/",
    "IAM": "iam.googleapis.com/v1/",
    "IAM_BETA": "iam.googleapis.com/v1/",
    "KMS": "cloudkms.googleapis.com/v1/",
    "LOGGING": "logging.googleapis.com/v2/",
    "MONITORING": "monitoring.googleapis.com/",
    "PUBSUB": "pubsub.googleapis.com/v1/",
    "RESOURCE_MANAGER": "cloudresourcemanager.googleapis.com/v1/",
    "RESOURCE_MANAGER_V3": "cloudresourcemanager.googleapis.com/v3/",
    "SECRET_MANAGER": "secretmanager.googleapis.com/v1/",
    "SERVICE_NETWORKING": "servicenetworking.googleapis.com/v1/",
    "SERVICE_USAGE": "serviceusage.googleapis.com/v1beta1/",
    "SQL": "sqladmin.googleapis.com/sql/v1beta4/",
    "STORAGE": "storage.googleapis.com/storage/v1/",
    "STORAGE_TRANSFER": "storagetransfer.googleapis.com/v1/",
    "WORKFLOWS": "workflows.googleapis.com/v1/",
}


def environment(url: str) -> dict[str, str]:
    """The variables by which the provider and our own clients use the emulator at `url`."""
    return {
        f"GOOGLE_{name}_CUSTOM_ENDPOINT": f"{url}/{path}" for name, path in ENDPOINTS.items()
    } | {
        "GOOGLE_OAUTH_ACCESS_TOKEN": TOKEN,
        "GOOGLE_PROJECT": PROJECT,
        "PULUMI_GCP_SKIP_REGION_VALIDATION": "true",
    }


def provider_plugin(path: str | None = None, base: Mapping[str, str] = os.environ) -> Path | None:
    """The real provider plugin: on PATH, or installed by `pulumi plugin install`."""
    if found := which(PLUGIN, path=path if path is not None else base.get("PATH")):
        return Path(found)
    home = Path(base.get("PULUMI_HOME") or Path.home() / ".pulumi")
    folders = (place for place in (home / "plugins").glob("resource-gcp-v9*") if place.is_dir())
    installed = (place / PLUGIN for place in folders if INSTALLED.fullmatch(place.name))
    return max((one for one in installed if one.is_file()), default=None)
