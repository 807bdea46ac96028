"""Roles of Aurora and RDS, changed by boto3 against the emulated AWS."""

import dataclasses
import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import runs
from tests.roles.conftest import client
from tricenter.components.aws import observe
from tricenter.roles.aws import open_roles
from tricenter.roles.aws.calls import Regions
from tricenter.roles.aws.rds import Rds
from tricenter.roles.interface import RoleError, Unfollowed, leaders
from tricenter.roles.services import CloudRoles
from tricenter.topology.aws_names import global_cluster_id, member_id, regional_id
from tricenter.topology.plan import Plan

pytestmark = pytest.mark.usefixtures("emulated_aws")

CITY, REMOTE = "ap-southeast-1", "ap-northeast-1"
NUMBERS = itertools.count(1)


def with_service(plan: Plan, service: str) -> Plan:
    """The plan with its first database alone, run by another service."""
    first = dataclasses.replace(plan.databases[0], service=service)
    return dataclasses.replace(plan, databases=(first,))


def make_aurora(plan: Plan, stack: str) -> None:
    """A global database for each of the plan, as the components make it: the preferred first."""
    regions = {CITY: ("jurong", "changi"), REMOTE: ("tokyo-1",)}
    for database in plan.databases:
        name, group = database.name, global_cluster_id(stack, database.name)
        client("rds", CITY).create_global_cluster(
            GlobalClusterIdentifier=group, Engine="aurora-postgresql", EngineVersion="16.8"
        )
        for region, sites in regions.items():
            rds = client("rds", region)
            begins: dict[str, Any] = (
                {"MasterUsername": "postgres", "MasterUserPassword": "of-this-test-1"}
                if region == CITY
                else {}
            )
            rds.create_db_cluster(
                DBClusterIdentifier=regional_id(stack, name, region),
                Engine="aurora-postgresql",
                EngineVersion="16.8",
                GlobalClusterIdentifier=group,
                **begins,
            )
            ordered = sorted(sites, key=lambda site: site != database.prefer)
            for site in ordered:
                rds.create_db_instance(
                    DBInstanceIdentifier=member_id(stack, name, site),
                    DBClusterIdentifier=regional_id(stack, name, region),
                    Engine="aurora-postgresql",
                    DBInstanceClass="db.r6g.large",
                )


class RdsOfTwoRegions:
    """RDS as its API describes it: moto leaves a promoted copy of another region a copy."""

    def __init__(self, stack: str) -> None:
        self.instances: dict[str, dict[str, Any]] = {}
        for region, source in ((CITY, None), (REMOTE, "arn:aws:rds:ap-southeast-1:1:db:first")):
            self.instances[region] = {
                "DBInstanceIdentifier": regional_id(stack, "ledger-a", region),
                "DBInstanceStatus": "available",
                "AvailabilityZone": f"{region}a",
                "Endpoint": {"Address": endpoint(stack, region)},
            }
            if source:
                self.instances[region]["ReadReplicaSourceDBInstanceIdentifier"] = source

    def make(self, service: str, region: str) -> Any:
        """The client of one region; CloudWatch knows nothing there, Route 53 is the emulated."""
        if service == "route53":
            return client("route53", region)
        stub: Any = type("Client", (), {})()
        held = self.instances[region]

        def describe(**request: Any) -> dict[str, Any]:
            assert request == {"DBInstanceIdentifier": held["DBInstanceIdentifier"]}
            return {"DBInstances": [dict(held)]}

        def reboot(**request: Any) -> dict[str, Any]:
            assert request["ForceFailover"] is True
            zones = {f"{region}a": f"{region}b", f"{region}b": f"{region}a"}
            held["AvailabilityZone"] = zones[held["AvailabilityZone"]]
            return {}

        stub.describe_db_instances = describe
        stub.reboot_db_instance = reboot
        stub.promote_read_replica = lambda **_: held.pop("ReadReplicaSourceDBInstanceIdentifier")
        stub.stop_db_instance = lambda **_: held.update(DBInstanceStatus="stopped")
        stub.get_metric_statistics = lambda **_: {"Datapoints": []}
        assert service in {"rds", "cloudwatch"}
        return stub


def endpoint(stack: str, region: str) -> str:
    """An instance's host, as RDS calls it: with a word of the account's in each region."""
    return f"{regional_id(stack, 'ledger-a', region)}.c{region[:4]}.{region}.rds.amazonaws.com"


def named(plan: Plan, host: str) -> str:
    """A zone of the plan's name, in which the leader's name leads to a host; returns its id."""
    route53 = client("route53", "us-east-1")
    made = route53.create_hosted_zone(Name=plan.zone.name, CallerReference=host)
    zone = made["HostedZone"]["Id"].rpartition("/")[2]
    record = {
        "Name": plan.databases[0].writer,
        "Type": "CNAME",
        "TTL": 5,
        "ResourceRecords": [{"Value": host}],
    }
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    return zone


def led_to(zone: str) -> list[str]:
    """Where the leader's name of a zone leads."""
    told = client("route53", "us-east-1").list_resource_record_sets(HostedZoneId=zone)
    return [
        value["Value"]
        for record in told["ResourceRecordSets"]
        if record["Type"] == "CNAME"
        for value in record["ResourceRecords"]
    ]


def new_stack() -> str:
    """A stack that no other test has."""
    return f"ledger-t{next(NUMBERS)}"


def test_nothing_is_observed_where_nothing_is(aws_plan: Plan) -> None:
    """Before the first deployment nobody leads, and no call fails."""
    assert open_roles(new_stack()).observe(aws_plan) == {}


def test_aurora_moves_within_and_between_regions(aws_plan: Plan) -> None:
    """Planned and forced, to every site and back; the other database stays where it is."""
    stack = new_stack()
    make_aurora(aws_plan, stack)
    roles = open_roles(stack)
    assert leaders(roles.observe(aws_plan)) == {"ledger-a": "jurong", "ledger-b": "changi"}
    for site in ("changi", "tokyo-1", "jurong"):
        roles.switchover(aws_plan, "ledger-a", site)
        assert leaders(roles.observe(aws_plan)) == {"ledger-a": site, "ledger-b": "changi"}
    roles.failover(aws_plan, "ledger-a", "tokyo-1")
    roles.failover(aws_plan, "ledger-a", "tokyo-1")
    seen = roles.observe(aws_plan)["ledger-a"]
    health = {member.site: member.health for member in seen.members}
    assert health == {"tokyo-1": "leads", "jurong": "follows", "changi": "follows"}


def test_aurora_says_what_may_be_lost(aws_plan: Plan) -> None:
    """Nothing inside the writer's region; elsewhere what CloudWatch last saw, or unknown."""
    stack = new_stack()
    make_aurora(aws_plan, stack)
    roles = open_roles(stack)
    inside = roles.expected_loss(aws_plan, "ledger-a", "changi")
    assert (inside.seconds, inside.transactions) == (0.0, 0)
    unknown = roles.expected_loss(aws_plan, "ledger-a", "tokyo-1")
    assert (unknown.seconds, unknown.transactions) == (None, None)
    client("cloudwatch", REMOTE).put_metric_data(
        Namespace="AWS/RDS",
        MetricData=[
            {
                "MetricName": "AuroraGlobalDBRPOLag",
                "Dimensions": [
                    {"Name": "DBClusterIdentifier", "Value": regional_id(stack, "ledger-a", REMOTE)}
                ],
                "Value": 2500.0,
                "Unit": "Milliseconds",
            }
        ],
    )
    assert roles.expected_loss(aws_plan, "ledger-a", "tokyo-1").seconds == 2.5


def test_the_forced_call_is_another_one(aws_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planned change never allows loss, and asks the region that leads; a forced one asks the
    region that takes over."""
    stack = new_stack()
    make_aurora(aws_plan, stack)
    asked: list[tuple[str, str, dict[str, Any]]] = []
    usual = Regions.call

    def noted(self: Regions, region: str, service: str, operation: str, **request: Any) -> Any:
        asked.append((region, operation, request))
        return usual(self, region, service, operation, **request)

    monkeypatch.setattr(Regions, "call", noted)
    roles = open_roles(stack)
    roles.switchover(aws_plan, "ledger-a", "tokyo-1")
    roles.failover(aws_plan, "ledger-a", "jurong")
    moves = [(r, o, q.get("AllowDataLoss")) for r, o, q in asked if o.endswith("global_cluster")]
    assert moves == [
        (CITY, "switchover_global_cluster", None),
        (CITY, "failover_global_cluster", True),
    ]


def test_rds_is_promoted_by_force_alone(aws_plan: Plan) -> None:
    """No planned handover to another region; the old leader is stopped, so that one leads."""
    plan, stack = with_service(aws_plan, "rds"), new_stack()
    regions = Regions(make=RdsOfTwoRegions(stack).make)
    roles = CloudRoles("aws", {"rds": Rds(stack, regions)})
    assert roles.observe(plan)["ledger-a"].leader == "jurong"
    assert roles.expected_loss(plan, "ledger-a", "changi").seconds == 0
    assert roles.expected_loss(plan, "ledger-a", "tokyo-1").seconds is None
    roles.switchover(plan, "ledger-a", "changi")
    assert roles.observe(plan)["ledger-a"].leader == "changi"
    with pytest.raises(RoleError, match="no planned handover to another region"):
        roles.switchover(plan, "ledger-a", "tokyo-1")
    with pytest.raises(Unfollowed, match="its name is not turned: no zone"):
        roles.failover(plan, "ledger-a", "tokyo-1")
    # Somebody else's deployment has a zone of that name, too.
    foreign, own = named(plan, endpoint("other", CITY)), named(plan, endpoint(stack, CITY))
    roles.failover(plan, "ledger-a", "tokyo-1")
    assert led_to(own) == [endpoint(stack, REMOTE)]
    assert led_to(foreign) == [endpoint("other", CITY)]
    roles.failover(plan, "ledger-a", "tokyo-1")
    seen = roles.observe(plan)["ledger-a"]
    assert seen.leader == "tokyo-1"
    assert {m.health for m in seen.members if m.site != "tokyo-1"} == {"gone"}


def test_of_two_that_stand_alone_the_named_one_leads(
    aws_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lost region is back with its old leader: clients, `up` and verbs stay with the new one.

    Where nothing tells which of two is right no plan is made: the preferred one may be the stale
    one.
    """
    plan, stack = with_service(aws_plan, "rds"), new_stack()
    cloud = RdsOfTwoRegions(stack)
    roles = CloudRoles("aws", {"rds": Rds(stack, Regions(make=cloud.make))})
    monkeypatch.setattr("tricenter.roles.interface.load_roles", lambda *_: roles)
    zone = named(plan, endpoint(stack, CITY))
    roles.failover(plan, "ledger-a", "tokyo-1")
    cloud.instances[CITY]["DBInstanceStatus"] = "available"
    seen = roles.observe(plan)["ledger-a"]
    assert (seen.leader, seen.contested) == ("tokyo-1", ())
    assert {m.health for m in seen.members if m.site != "tokyo-1"} == {"gone"}
    assert observe(stack, plan).leaders == {"ledger-a": "tokyo-1"}
    with pytest.raises(RoleError, match="a leader of an earlier time"):
        roles.failover(plan, "ledger-a", "jurong")
    with pytest.raises(RoleError, match="no planned handover"):
        roles.switchover(plan, "ledger-a", "jurong")
    assert led_to(zone) == [endpoint(stack, REMOTE)]
    elsewhere = dataclasses.replace(plan, zone=dataclasses.replace(plan.zone, services=()))
    seen = roles.observe(elsewhere)["ledger-a"]
    assert (seen.leader, seen.contested) == (None, ("jurong", "tokyo-1"))
    with pytest.raises(RoleError, match="nothing tells which is right"):
        observe(stack, elsewhere)


def test_a_refusal_is_a_sentence(aws_plan: Plan) -> None:
    """What AWS refuses ends as RoleError with its code, never as an exception of the SDK."""
    regions = Regions()
    with pytest.raises(RoleError, match="describe_db_clusters in ap-southeast-1"):
        regions.call(CITY, "rds", "describe_db_clusters", DBClusterIdentifier="no-such")
    roles = open_roles(new_stack())
    with pytest.raises(RoleError, match="ledger-a is not deployed on AWS"):
        roles.switchover(aws_plan, "ledger-a", "tokyo-1")


def test_offline_never_calls_aws_itself(monkeypatch: pytest.MonkeyPatch, aws_plan: Plan) -> None:
    """Without the emulator's address the verbs refuse, instead of asking the real cloud."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with pytest.raises(RoleError, match="AWS_ENDPOINT_URL is not"):
        open_roles("ledger-dev").observe(aws_plan)


VERBS = st.lists(
    st.tuples(
        st.sampled_from(["switchover", "failover"]),
        st.sampled_from(["ledger-a", "ledger-b"]),
        st.sampled_from(["jurong", "changi", "tokyo-1"]),
    ),
    max_size=6,
)


@settings(
    max_examples=runs(3, 10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(VERBS)
def test_any_sequence_of_verbs_leaves_one_leader(
    aws_plan: Plan, verbs: list[tuple[str, str, str]]
) -> None:
    """After each verb the site leads, alone, and whatever was not named has not moved."""
    stack = new_stack()
    make_aurora(aws_plan, stack)
    roles = open_roles(stack)
    expected = {"ledger-a": "jurong", "ledger-b": "changi"}
    for verb, database, site in verbs:
        getattr(roles, verb)(aws_plan, database, site)
        expected[database] = site
        observed = roles.observe(aws_plan)
        assert leaders(observed) == expected
        for seen in observed.values():
            assert [m.site for m in seen.members if m.health == "leads"] == [seen.leader]
