"""What `up` asks of an account, asked of the emulated one."""

from typing import Any

import pytest

from tests.components.aws_program import CITY, EXAMPLE
from tricenter.components.aws.account import refuse_unready
from tricenter.topology.compile import compile_plan
from tricenter.topology.errors import TricenterError
from tricenter.topology.validate import load

pytestmark = pytest.mark.cloud


class Asks:
    """Asks the cloud of a test."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud

    def call(self, region: str, service: str, operation: str, **request: Any) -> dict[str, Any]:
        """The answer of an operation."""
        return getattr(self.cloud.client(service, region), operation)(**request)


def test_a_region_that_opts_out_of_aurora_is_refused(cloud: Any) -> None:
    """A new account is ready; after an opt-out the text says how to take it back."""
    plan = compile_plan(load(EXAMPLE), "aws")
    refuse_unready(plan, Asks(cloud))
    backup = cloud.client("backup", CITY)
    backup.update_region_settings(ResourceTypeOptInPreference={"Aurora": False})
    with pytest.raises(TricenterError, match=f"--region {CITY}"):
        refuse_unready(plan, Asks(cloud))
    backup.update_region_settings(ResourceTypeOptInPreference={"Aurora": True})
    refuse_unready(plan, Asks(cloud))


def test_every_other_region_of_the_partition_replicates(cloud: Any) -> None:
    """As the emulated RDS tells it."""
    told = cloud.client("rds", CITY).describe_source_regions()["SourceRegions"]
    names = {one["RegionName"] for one in told}
    assert "ap-northeast-1" in names and CITY not in names and "cn-north-1" not in names
    assert all(one["SupportsDBInstanceAutomatedBackupsReplication"] for one in told)
