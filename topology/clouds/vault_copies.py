"""Which vaults a copy of a managed database's snapshot reaches on AWS. Pure."""

from collections.abc import Collection

from tricenter.topology.aws_names import partition_of
from tricenter.topology.plan import PlannedPlace

ONE_OF_BOTH = frozenset({"aws-cn"})
"""Partitions in which a copy of Aurora or RDS goes to another account or to another region.

Since the autumn of 2025 one copy action of AWS Backup does both in the partition `aws`; the pages
of the partition `aws-cn` still say that it does not (checked 2026-11-30; docs/clouds.md has the
command that settles it in an account).
https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-a-copy.html
https://docs.amazonaws.cn/en_us/aws-backup/latest/devguide/recov-point-create-a-copy.html
"""


def reached_from(vault: PlannedPlace, regions: Collection[str]) -> tuple[str, ...]:
    """The regions whose snapshots are copied into a vault in one action, by name."""
    if vault.owner and partition_of(vault.region) in ONE_OF_BOTH:
        return tuple(region for region in sorted(regions) if region == vault.region)
    return tuple(sorted(regions))
