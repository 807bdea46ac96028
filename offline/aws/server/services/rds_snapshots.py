"""Automated snapshots of a cluster go with it, which moto forgets."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from typing import Any

from moto.rds.models import rds_backends

from tricenter.offline.aws.server.call import Call

SERVICE = "rds"


def go_with_the_cluster(call: Call) -> None:
    """Drop a deleted cluster's automated snapshots, unless they were to be kept.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html says that
    they are removed by default (checked 2026-11-24).
    """
    if call.params.get("DeleteAutomatedBackups") is False:
        return
    kept: Any = rds_backends[call.account][call.region].cluster_snapshots
    name = call.params["DBClusterIdentifier"]
    for key, snapshot in list(kept.items()):
        if snapshot.snapshot_type == "automated" and snapshot.db_cluster_identifier == name:
            del kept[key]


AFTER = {"DeleteDBCluster": go_with_the_cluster}
