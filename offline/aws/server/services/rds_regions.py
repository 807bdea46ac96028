"""Regions from which RDS replicates into another one, which moto does not tell."""

from collections.abc import Mapping
from typing import Any

from tricenter.offline.aws.server.call import Call
from tricenter.topology.aws_names import partition_of
from tricenter.topology.clouds.catalog import catalog

SERVICE = "rds"


def sources(call: Call) -> Mapping[str, Any]:
    """The other regions of the partition; the emulated RDS replicates between all of them."""
    others = [
        name
        for name in catalog("aws").zones
        if name != call.region and partition_of(name) == partition_of(call.region)
    ]
    wanted = call.params.get("RegionName")
    return {
        "SourceRegions": [
            {
                "RegionName": name,
                "Endpoint": f"https://rds.{name}.amazonaws.com",
                "Status": "available",
                "SupportsDBInstanceAutomatedBackupsReplication": True,
            }
            for name in sorted(others)
            if wanted in {None, name}
        ]
    }


ANSWERS = {"DescribeSourceRegions": sources}
