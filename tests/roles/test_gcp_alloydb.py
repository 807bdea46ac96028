"""Roles of AlloyDB against the emulated Google Cloud: of two primary clusters one leads."""

import dataclasses
import itertools
from typing import Any

import pytest

from tests.roles.test_gcp import points
from tricenter.components.gcp import observe
from tricenter.roles.gcp import open_roles
from tricenter.roles.gcp.alloydb import AlloyDb
from tricenter.roles.gcp.rest import Google
from tricenter.roles.interface import RoleError, Unfollowed, leaders
from tricenter.topology.dns.leader_name import google_zone
from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.managed_instances import instance_of, managed_instances
from tricenter.topology.plan import Plan

pytestmark = pytest.mark.usefixtures("emulated_gcp")

NUMBERS = itertools.count(1)
HOME = "projects/tricenter-offline"


@pytest.fixture
def plan(gcp_plan: Plan) -> Plan:
    """The ledger on AlloyDB."""
    moved = (dataclasses.replace(d, service="alloydb") for d in gcp_plan.databases)
    return dataclasses.replace(gcp_plan, databases=tuple(moved))


@pytest.fixture
def stack(plan: Plan) -> str:
    """Clusters that nobody has touched since they were made, the preferred one the primary."""
    google, name = Google(), f"ledger-l{next(NUMBERS)}"
    network = f"{HOME}/global/networks/{name}"
    google.change("POST", "COMPUTE", f"{HOME}/global/networks", {"name": name})
    made = {
        "name": f"range-{name}", "purpose": "VPC_PEERING", "addressType": "INTERNAL",
        "prefixLength": 16, "network": network,
    }  # fmt: skip
    google.change("POST", "COMPUTE", f"{HOME}/global/addresses", made)
    connect(google, network, f"range-{name}")
    google.change("POST", "DNS", f"{HOME}/managedZones", zone_of(name, plan))
    for database in plan.databases:
        instances = managed_instances(plan, database)
        first = instance_of(instances, database.prefer)
        paths = {
            one: (f"{HOME}/locations/{one.region}", gcp_name(name, one.site, database.name))
            for one in instances
        }
        parent, own = paths[first]
        config = {"networkConfig": {"network": network}}
        google.change("POST", "ALLOYDB", f"{parent}/clusters", config, {"clusterId": own})
        for other in (one for one in instances if one != first):
            where, second = paths[other]
            follows = {"secondaryConfig": {"primaryClusterName": f"{parent}/clusters/{own}"}}
            google.change(
                *("POST", "ALLOYDB", f"{where}/clusters:createsecondary"),
                config | follows,
                {"clusterId": second},
            )
        for where, cluster in paths.values():
            there = f"{where}/clusters/{cluster}"
            kind = "" if there == f"{parent}/clusters/{own}" else ":createsecondary"
            body = {"machineConfig": {"cpuCount": 2}, "availabilityType": "REGIONAL"}
            role = {} if kind else {"instanceType": "PRIMARY"}
            google.change(
                *("POST", "ALLOYDB", f"{there}/instances{kind}"),
                body | role,
                {"instanceId": cluster},
            )
        record = {
            "name": f"{database.writer}.", "type": "A", "ttl": 5,
            "rrdatas": [address(google, f"{parent}/clusters/{own}")],
        }  # fmt: skip
        google.change("POST", "DNS", f"{HOME}/managedZones/{google_zone(name)}/rrsets", record)
    return name


def zone_of(stack: str, plan: Plan) -> dict[str, str]:
    """The zone of a stack's clients."""
    return {"name": google_zone(stack), "dnsName": f"{plan.zone.name}.", "description": stack}


def address(google: Google, cluster: str) -> str:
    """Where the instance of a cluster is."""
    instance = google.get("ALLOYDB", f"{cluster}/instances/{cluster.rpartition('/')[2]}")
    return str(instance["ipAddress"])


def led_to(plan: Plan, stack: str) -> list[str]:
    """What the leader's name of the ledger leads to."""
    own = f"rrsets/{plan.databases[0].writer}./A"
    return Google().get("DNS", f"{HOME}/managedZones/{google_zone(stack)}/{own}")["rrdatas"]


def place_of(plan: Plan, stack: str, site: str) -> str:
    """The cluster of the ledger that stands for a site."""
    instance = instance_of(managed_instances(plan, plan.databases[0]), site)
    name = gcp_name(stack, instance.site, instance.database)
    return f"{HOME}/locations/{instance.region}/clusters/{name}"


def connect(google: Google, network: str, allocated: str) -> None:
    """Private services access of a network."""
    body = {"network": network, "reservedPeeringRanges": [allocated]}
    google.change(
        *("POST", "SERVICE_NETWORKING", "services/servicenetworking.googleapis.com/connections"),
        body,
    )


def remote(plan: Plan) -> str:
    """The site of the far region."""
    return next(i.site for i in managed_instances(plan, plan.databases[0]) if len(i.sites) == 1)


def test_a_forced_failover_ends_with_one_leader(plan: Plan, stack: str) -> None:
    """The old cluster follows, and its sites can lead again."""
    roles, far = open_roles(stack), remote(plan)
    before = leaders(roles.observe(plan))
    roles.failover(plan, "ledger-a", far)
    seen = roles.observe(plan)["ledger-a"]
    assert seen.leader == far and {m.health for m in seen.members} == {"leads", "follows"}
    assert roles.fenced(plan) == () == roles.readmit(plan)
    google, near = Google(), before["ledger-a"]
    assert led_to(plan, stack) == [address(google, place_of(plan, stack, far))]
    roles.switchover(plan, "ledger-a", near)
    assert leaders(roles.observe(plan)) == before
    assert led_to(plan, stack) == [address(google, place_of(plan, stack, near))]


def test_a_new_leader_takes_a_leaders_backups(plan: Plan, stack: str) -> None:
    """With the window and the retention of the spec, in its own region, under its own labels."""
    roles, far = open_roles(stack), remote(plan)
    place = place_of(plan, stack, far)
    labels = {"tricenter-site": far, "goog-pulumi-provisioned": "true"}
    Google().change("PATCH", "ALLOYDB", place, {"labels": labels}, {"updateMask": "labels"})
    roles.failover(plan, "ledger-a", far)
    found, policy = Google().get("ALLOYDB", place), "automatedBackupPolicy"
    assert found[policy]["enabled"] and found["continuousBackupConfig"]["enabled"]
    assert found[policy]["location"] == place.split("/")[3]
    assert found[policy]["labels"] == {"tricenter-site": far}


def test_what_is_left_after_a_promotion_is_told(plan: Plan, stack: str) -> None:
    """A name that cannot be turned does not undo who leads, nor keep it from its backups."""
    own = f"rrsets/{plan.databases[0].writer}./A"
    Google().change("DELETE", "DNS", f"{HOME}/managedZones/{google_zone(stack)}/{own}")
    roles, far = open_roles(stack), remote(plan)
    with pytest.raises(Unfollowed, match="its name is not turned"):
        roles.failover(plan, "ledger-a", far)
    assert roles.observe(plan)["ledger-a"].leader == far
    assert Google().get("ALLOYDB", place_of(plan, stack, far))["automatedBackupPolicy"]["enabled"]


def test_of_two_primaries_the_promoted_one_leads(
    plan: Plan, stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the old cluster follows, and if it never does: the writer's name must not go back."""
    monkeypatch.setattr("tricenter.offline.gcp.server.services.alloydb.LASTS_S", 1000.0)
    monkeypatch.setattr("tricenter.roles.gcp.alloydb.OFFLINE_S", 0.3)
    roles, far = open_roles(stack), remote(plan)
    with pytest.raises(Unfollowed, match="delete it"):
        roles.failover(plan, "ledger-a", far)
    seen = roles.observe(plan)["ledger-a"]
    assert seen.leader == far and seen.contested == ()
    assert {m.health for m in seen.members if m.site != far} == {"gone"}
    assert set(roles.fenced(plan)) == {m.site for m in seen.members if m.site != far}
    assert observe(stack, plan).leaders["ledger-a"] == far


def test_where_nothing_tells_no_plan_is_made(
    plan: Plan, stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two lead and no operation is remembered: the preferred one may be the stale one."""
    monkeypatch.setattr("tricenter.offline.gcp.server.services.alloydb.LASTS_S", 1000.0)
    monkeypatch.setattr("tricenter.roles.gcp.alloydb.OFFLINE_S", 0.3)
    with pytest.raises(Unfollowed):
        open_roles(stack).failover(plan, "ledger-a", remote(plan))
    monkeypatch.setattr(AlloyDb, "_since", lambda *_: "")
    seen = open_roles(stack).observe(plan)["ledger-a"]
    assert seen.leader is None and len(seen.contested) == 2
    with pytest.raises(RoleError, match="nothing tells which is right"):
        observe(stack, plan)


@pytest.mark.parametrize(
    ("measured", "newest", "expected"),
    [([200, 1_800_000], 60, 1860), ([200], 120, 120.2), ([200], 600, None), ([], 60, None)],
)
def test_the_loss_is_what_the_leader_measured(
    plan: Plan, stack: str, monkeypatch: pytest.MonkeyPatch,
    measured: list[float], newest: float, expected: float | None,
) -> None:  # fmt: skip
    """In seconds, with the age of the newest sample; of that very secondary cluster."""
    get, far = Google.get, remote(plan)

    def monitored(self: Google, service: str, path: str, **query: str) -> dict[str, Any]:
        if service != "MONITORING":
            return get(self, service, path, **query)
        asked = f'secondary_cluster_id="{gcp_name(stack, far, "ledger-a")}"'
        return points(measured if asked in query["filter"] else [], "int64Value", newest)

    monkeypatch.setattr(Google, "get", monitored)
    roles = open_roles(stack)
    loss = roles.expected_loss(plan, "ledger-a", far)
    assert loss.seconds == (None if expected is None else pytest.approx(expected, abs=5))
    assert roles.expected_loss(plan, "ledger-a", plan.databases[0].prefer).seconds == 0
