"""Which disks a machine series of Google Cloud takes."""

import re

ONLY_HYPERDISK = frozenset({"c4", "c4a", "c4d", "n4", "n4a", "n4d"})
"""Series to which no Persistent Disk can be attached. Checked 2026-11-30:
https://docs.cloud.google.com/compute/docs/disks/hyperdisks#machine-type-support,
https://docs.cloud.google.com/compute/docs/general-purpose-machines"""


def series(machine: str) -> str:
    """The series of a machine type or tier: `c4a` of `c4a-standard-4` and `db-c4a-highmem-4`."""
    return re.sub(r"^db-", "", machine).partition("-")[0]


def takes_hyperdisk_alone(machine: str) -> bool:
    """Whether a machine's disks must be Hyperdisks."""
    return series(machine) in ONLY_HYPERDISK


def data_disk(machine: str) -> str:
    """The type of a machine's data disk, in Compute Engine's word."""
    return "hyperdisk-balanced" if takes_hyperdisk_alone(machine) else "pd-ssd"


def boot_disk(machine: str) -> str:
    """The type of a machine's boot disk, in Compute Engine's word."""
    return "hyperdisk-balanced" if takes_hyperdisk_alone(machine) else "pd-balanced"


def sql_disk(machine: str | None) -> str:
    """The type of an instance's disk, in Cloud SQL's word."""
    return "HYPERDISK_BALANCED" if machine and takes_hyperdisk_alone(machine) else "PD_SSD"
