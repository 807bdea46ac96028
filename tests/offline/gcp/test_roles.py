"""Changes of role of emulated databases, as Cloud SQL and AlloyDB do them."""

from time import sleep

import pytest

from tests.offline.gcp.conftest import PROJECT, Google, Json, instance
from tricenter.offline.gcp.server.sql.returning import LASTS_S

pytestmark = pytest.mark.cloud

ROLE = ("instanceType", "masterInstanceName", "replicaNames")


def roles(google: Google, name: str) -> Json:
    """What an instance says of its role."""
    _, body = google.ask("GET", google.sql(name))
    return {field: body[field] for field in ROLE if field in body}


def cluster(google: Google, name: str) -> Json:
    """The replication cluster as an instance sees it."""
    return google.ask("GET", google.sql(name))[1].get("replicationCluster", {})


def test_switchover_reverses_the_pair(pair: Google) -> None:
    """Types, masters, replicas, designation and the write endpoint change sides; and back."""
    before = [roles(pair, name) for name in ("west", "east")]
    endpoint = cluster(pair, "west")["psaWriteEndpoint"]
    assert endpoint.endswith(".global.sql-psa.goog.")
    operation = pair.make(pair.sql("east/switchover"), {})
    assert (operation["status"], operation["operationType"]) == ("DONE", "SWITCHOVER")
    assert roles(pair, "east") == {"instanceType": "CLOUD_SQL_INSTANCE", "replicaNames": ["west"]}
    assert roles(pair, "west") == {
        "instanceType": "READ_REPLICA_INSTANCE",
        "masterInstanceName": f"{PROJECT}:east",
    }
    assert cluster(pair, "east") == {
        "psaWriteEndpoint": endpoint,
        "failoverDrReplicaName": f"{PROJECT}:west",
    }
    assert cluster(pair, "west") == {"drReplica": True}
    pair.make(pair.sql("west/switchover"), {})
    after = [roles(pair, name) for name in ("west", "east")]
    before[1]["masterInstanceName"] = f"{PROJECT}:west"
    assert after == before


def test_backups_follow_the_role(pair: Google) -> None:
    """The new primary is backed up, the new replica is not."""
    pair.make(pair.sql("east/switchover"), {})
    enabled = {
        name: pair.ask("GET", pair.sql(name))[1]["settings"]["backupConfiguration"]["enabled"]
        for name in ("west", "east")
    }
    assert enabled == {"west": False, "east": True}


def test_switchover_needs_a_designated_replica(pair: Google) -> None:
    """A primary cannot switch to itself, nor to a replica that nobody designated."""
    code, message = pair.refuse("POST", pair.sql("west/switchover"))
    assert (code, message) == (400, "Invalid request: instance is not a replica instance.")
    _, answer = pair.ask("POST", pair.sql("west/switchover"))
    assert answer["error"]["status"] == "FAILED_PRECONDITION"
    pair.ask("PATCH", pair.sql("west"), {"replicationCluster": {"failoverDrReplicaName": ""}})
    assert "not the designated DR replica" in pair.refuse("POST", pair.sql("east/switchover"))[1]


def test_switchover_needs_both_online(pair: Google) -> None:
    """A primary that was stopped, as fencing does it, can only be failed over."""
    stopped = {"settings": {"activationPolicy": "NEVER"}}
    assert pair.ask("PATCH", pair.sql("west"), stopped)[0] == 200
    assert "not online" in pair.refuse("POST", pair.sql("east/switchover"))[1]
    assert pair.ask("POST", pair.sql("east/promoteReplica?failover=true"))[0] == 200


def test_failover_brings_the_old_primary_back_as_replica(pair: Google) -> None:
    """Later, in an operation of its own; the next DR replica is for its owner to name."""
    endpoint = cluster(pair, "west")["psaWriteEndpoint"]
    pair.make(pair.sql("east/promoteReplica?failover=true"), {})
    assert roles(pair, "west") == roles(pair, "east") == {"instanceType": "CLOUD_SQL_INSTANCE"}
    assert pair.refuse("PATCH", pair.sql("west"), {"settings": {"userLabels": {}}})[0] == 409
    sleep(LASTS_S)
    assert roles(pair, "west")["masterInstanceName"] == f"{PROJECT}:east"
    assert roles(pair, "east")["replicaNames"] == ["west"]
    assert cluster(pair, "east") == {"psaWriteEndpoint": endpoint}
    again = {"replicationCluster": {"failoverDrReplicaName": "west"}}
    assert pair.ask("PATCH", pair.sql("east"), again)[0] == 200
    assert cluster(pair, "west") == {"drReplica": True}


def test_a_stopped_primary_does_not_come_back(pair: Google) -> None:
    """It is a primary until it is started, and nobody can ask for its users and databases."""
    pair.ask("PATCH", pair.sql("west"), {"settings": {"activationPolicy": "NEVER"}})
    for what in ("users", "databases"):
        code, message = pair.refuse("GET", pair.sql(f"west/{what}"))
        assert (code, "not running" in message) == (400, True)
    pair.make(pair.sql("east/promoteReplica?failover=true"), {})
    sleep(LASTS_S)
    assert roles(pair, "west") == {"instanceType": "CLOUD_SQL_INSTANCE"}
    pair.ask("PATCH", pair.sql("west"), {"settings": {"activationPolicy": "ALWAYS"}})
    assert roles(pair, "west") == {"instanceType": "CLOUD_SQL_INSTANCE"}
    sleep(LASTS_S)
    assert roles(pair, "west")["instanceType"] == "READ_REPLICA_INSTANCE"
    listed = pair.ask("GET", f"{pair.sql().removesuffix('instances')}operations?instance=west")
    assert listed[1]["items"][0]["operationType"] == "RECONFIGURE_OLD_PRIMARY"


def test_promotion_without_failover_splits_the_pair(pair: Google) -> None:
    """Without the flag there are two primaries: what tools must never do."""
    pair.make(pair.sql("east/promoteReplica"), {})
    assert {roles(pair, name)["instanceType"] for name in ("west", "east")} == {
        "CLOUD_SQL_INSTANCE"
    }
    assert "replicaNames" not in roles(pair, "west")


def test_settings_version_moves_with_the_role(pair: Google) -> None:
    """A client that knew the old settings is told so (412), and changes nothing."""
    version = pair.ask("GET", pair.sql("east"))[1]["settings"]["settingsVersion"]
    pair.make(pair.sql("east/switchover"), {})
    stale = {"settings": {"settingsVersion": version, "userLabels": {"a": "b"}}}
    code, message = pair.refuse("PATCH", pair.sql("east"), stale)
    assert code == 412
    assert "settingsVersion" in message
    assert "userLabels" not in pair.ask("GET", pair.sql("east"))[1]["settings"]


def test_what_only_roles_may_change(pair: Google) -> None:
    """An update cannot make a replica a primary, nor follow another master."""
    for field, value in (("instanceType", "CLOUD_SQL_INSTANCE"), ("masterInstanceName", "other")):
        code, message = pair.refuse("PATCH", pair.sql("east"), {field: value})
        assert code == 400
        assert field in message


def test_zone_failover_proves_what_it_saw(pair: Google) -> None:
    """The standby takes over only for the version of the settings that the client names."""
    body = pair.ask("GET", pair.sql("west"))[1]
    right = {"failoverContext": {"settingsVersion": body["settings"]["settingsVersion"]}}
    wrong = {"failoverContext": {"settingsVersion": "999"}}
    assert pair.refuse("POST", pair.sql("west/failover"), wrong)[0] == 412
    pair.make(pair.sql("west/failover"), right)
    assert pair.ask("GET", pair.sql("west"))[1]["gceZone"] != body["gceZone"]


def test_instances_go_in_the_order_of_their_roles(pair: Google) -> None:
    """A primary with replicas stays; deletion protection holds anything."""
    assert "has replicas" in pair.refuse("DELETE", pair.sql("west"))[1]
    guard = {"settings": {"deletionProtectionEnabled": True}}
    pair.ask("PATCH", pair.sql("east"), guard)
    assert "protected" in pair.refuse("DELETE", pair.sql("east"))[1]
    guard["settings"]["deletionProtectionEnabled"] = False
    pair.ask("PATCH", pair.sql("east"), guard)
    assert pair.ask("DELETE", pair.sql("east"))[0] == 200
    assert cluster(pair, "west").get("failoverDrReplicaName") is None
    assert pair.ask("DELETE", pair.sql("west"))[0] == 200
    assert pair.refuse("GET", pair.sql("west"))[0] == 404


def test_dr_replica_is_in_another_region(google: Google) -> None:
    """A replica beside its primary, or one that is not its own, is no DR replica."""
    link = google.network()
    google.make(google.sql(), instance("west", "us-west1", link))
    google.make(google.sql(), instance("near", "us-west1", link, masterInstanceName="west"))
    for name, reason in (("near", "another region"), ("nobody", "not a direct replica")):
        body = {"replicationCluster": {"failoverDrReplicaName": name}}
        assert reason in google.refuse("PATCH", google.sql("west"), body)[1]


def alloydb(google: Google) -> str:
    """A primary and a secondary cluster, each with its instance; their base address."""
    link = google.network()
    base = f"alloydb.googleapis.com/v1/projects/{PROJECT}/locations"
    west = f"{base}/us-west1/clusters"
    google.make(f"{west}?clusterId=west", {"networkConfig": {"network": link}})
    google.make(f"{west}/west/instances?instanceId=w", {"instanceType": "PRIMARY"})
    name = f"projects/{PROJECT}/locations/us-west1/clusters/west"
    secondary = {
        "networkConfig": {"network": link},
        "secondaryConfig": {"primaryClusterName": name},
    }
    east = f"{base}/us-east1/clusters"
    google.make(f"{east}:createsecondary?clusterId=east", secondary)
    google.make(f"{east}/east/instances:createsecondary?instanceId=e", {})
    return base


def test_alloydb_switches_over(google: Google) -> None:
    """Clusters and instances change their types together; a dry run changes nothing."""
    base = alloydb(google)
    east, west = f"{base}/us-east1/clusters/east", f"{base}/us-west1/clusters/west"
    google.make(f"{east}:switchover", {"validateOnly": True})
    assert google.ask("GET", east)[1]["clusterType"] == "SECONDARY"
    google.make(f"{east}:switchover", {})
    types = [google.ask("GET", path)[1] for path in (east, west)]
    assert [one["clusterType"] for one in types] == ["PRIMARY", "SECONDARY"]
    assert google.ask("GET", f"{east}/instances/e")[1]["instanceType"] == "PRIMARY"
    assert google.ask("GET", f"{west}/instances/w")[1]["instanceType"] == "SECONDARY"
    assert "not a secondary cluster" in google.refuse("POST", f"{east}:switchover", {})[1]


def test_alloydb_promotion_is_a_fork(google: Google) -> None:
    """After a promotion there are two primaries and no tie between them."""
    base = alloydb(google)
    east, west = f"{base}/us-east1/clusters/east", f"{base}/us-west1/clusters/west"
    assert "secondary clusters" in google.refuse("DELETE", f"{west}?force=true")[1]
    google.make(f"{east}:promote", {})
    assert google.ask("GET", west)[1]["clusterType"] == "PRIMARY"
    assert google.ask("DELETE", f"{west}?force=true")[0] == 200


def test_alloydb_failover_brings_the_old_primary_back(google: Google) -> None:
    """With `failover` the old primary cluster is a secondary again, after a while."""
    base = alloydb(google).replace("/v1/", "/v1beta/")
    east, west = f"{base}/us-east1/clusters/east", f"{base}/us-west1/clusters/west"
    google.make(f"{east}:promote", {"failover": True})
    assert google.ask("GET", west)[1]["clusterType"] == "PRIMARY"
    sleep(LASTS_S)
    assert google.ask("GET", west)[1]["secondaryConfig"]["primaryClusterName"].endswith("/east")
    assert google.ask("GET", east)[1]["primaryConfig"]["secondaryClusterNames"][0].endswith("/west")
