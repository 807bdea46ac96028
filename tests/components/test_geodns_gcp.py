"""The zone on Cloud DNS, under mocks: policies, checks, parents, order, names."""

import re
from pathlib import Path
from typing import Any

import pulumi_gcp as gcp
import pytest
import yaml

from tests.components.geodns_mocks import ROOT, WRITERS, Asked, register
from tricenter.components.gcp.deployment import Deployment
from tricenter.components.gcp.geodns import deploy_dns
from tricenter.components.tree import Tree
from tricenter.topology.dns import compile_clouddns
from tricenter.topology.dns.regions import REGIONS
from tricenter.topology.plan import Plan

ROLE = re.compile(r"(^|[-._])(leader|primary|replica|standby|master|slave|secondary)([-._]|$)")
RECORD, ZONE = "gcp:dns/recordSet:RecordSet", "gcp:dns/managedZone:ManagedZone"
CHECK = "gcp:compute/healthCheck:HealthCheck"
CITY = ["203.0.113.11", "203.0.113.12", "203.0.113.21", "203.0.113.22"]
REMOTE = ["203.0.113.31", "203.0.113.32"]


def ask(
    profile: str = "production", roles: dict[str, str] | None = None, spec: Path | None = None
) -> tuple[Plan, list[Asked]]:
    """The plan, and what the zone of the example asks for."""

    def deploy(tree: Tree, plan: Plan) -> None:
        deployment = Deployment(
            apis={},
            tree=tree,
            plan=plan,
            stack="ledger-dev",
            profile=profile,
            run=None,
            expires=None,
            project="acme-ledger",
            providers={"acme-ledger": gcp.Provider("google", project="acme-ledger")},
        )
        deploy_dns(deployment, writers=WRITERS)

    plan, asked = register("gcp", deploy, profile=profile, roles=roles, spec=spec)
    return plan, [one for one in asked if one.type in {RECORD, ZONE, CHECK}]


@pytest.fixture(scope="module")
def example() -> tuple[Plan, list[Asked]]:
    """The zone of the example in production."""
    return ask()


def records(asked: list[Asked]) -> dict[str, dict[str, Any]]:
    """The record sets by their name in the zone."""
    found = [one.inputs for one in asked if one.type == RECORD]
    return {one["name"].removesuffix(".pay.example.com."): one for one in found}


def test_every_record_set_is_one_record(example) -> None:
    """What the pure tree has is what Cloud DNS is asked for, beside the writers' names."""
    plan, asked = example
    found = records(asked)
    tree = compile_clouddns(plan.zone)
    wanted = {r.name.removesuffix(f".{plan.zone.name}"): r for r in tree.records}
    writers = {"ledger-a-rw", "ledger-b-rw"}
    assert set(found) == set(wanted) | writers
    for name, record in wanted.items():
        assert (found[name]["type"], found[name]["ttl"]) == (record.type, 10)
        assert "rrdatas" not in found[name]
        kinds = {"geos", "primaryBackup", "wrrs"} & set(found[name]["routingPolicy"])
        assert len(kinds) == 1


def test_a_rule_is_its_first_step_with_all_that_it_has_behind(example) -> None:
    """The city's addresses, and fenced behind them everything, without a trickle."""
    _, asked = example
    policy = records(asked)["_hk.api"]["routingPolicy"]
    backup = policy["primaryBackup"]
    assert sorted(backup["primary"]["externalEndpoints"]) == CITY
    (item,) = backup["backupGeos"]
    assert sorted(item["healthCheckedTargets"]["externalEndpoints"]) == sorted(CITY + REMOTE)
    assert "rrdatas" not in item
    assert backup["enableGeoFencingForBackups"] is True
    assert backup["trickleRatio"] == 0


def test_the_public_name_sends_every_region_to_a_rule(example) -> None:
    """Clients near Hong Kong to its rule, all others to everyone's; it comes after both."""
    _, asked = example
    policy = records(asked)["api"]["routingPolicy"]
    sent = {item["location"]: item["rrdatas"] for item in policy["geos"]}
    assert set(sent) == set(REGIONS)
    assert sent.pop("asia-east2") == ["_hk.api.pay.example.com."]
    assert {tuple(names) for names in sent.values()} == {("_everyone.api.pay.example.com.",)}
    assert "healthCheck" not in policy
    (top,) = (one for one in asked if one.inputs["name"] == "api.pay.example.com.")
    rules = {one.name for one in asked if one.inputs["name"].startswith(("_hk.", "_everyone."))}
    assert len(rules) == 2
    assert rules <= top.after


def test_addresses_are_checked_from_three_regions(example) -> None:
    """One check, at every address by itself: TCP, 30 s or more, exactly three source regions."""
    _, asked = example
    (check,) = (one for one in asked if one.type == CHECK)
    assert check.inputs["tcpHealthCheck"] == {"port": 443, "portSpecification": "USE_FIXED_PORT"}
    assert len(set(check.inputs["sourceRegions"])) == 3
    assert set(check.inputs["sourceRegions"]) <= set(REGIONS)
    assert check.inputs["checkIntervalSec"] == 30
    assert check.inputs["timeoutSec"] == 5
    assert check.inputs["unhealthyThreshold"] == 3
    assert check.inputs["logConfig"] == {"enable": True}
    using = [one for one in records(asked).values() if "routingPolicy" in one]
    checked = [one for one in using if one["type"] != "CNAME"]
    assert checked
    assert {one["routingPolicy"]["healthCheck"] for one in checked} == {f"{check.name}-id"}


def test_the_zone_is_public_logged_and_kept(example) -> None:
    """Production protects the zone; a drill's goes with whatever is in it."""
    plan, asked = example
    (zone,) = (one for one in asked if one.type == ZONE)
    assert zone.inputs["dnsName"] == "pay.example.com."
    assert zone.inputs["visibility"] == "public"
    assert zone.inputs["cloudLoggingConfig"] == {"enableLogging": True}
    assert zone.inputs["dnssecConfig"] == {"state": "off"}
    assert zone.inputs["forceDestroy"] is False
    assert [one.type for one in asked if one.protect] == [ZONE]
    assert {one.parent for one in asked} == {f"{plan.topology}-dns"}
    assert {one.provider for one in asked} == {"google"}
    _, drill = ask("drill")
    assert [one for one in drill if one.protect] == []
    assert next(one for one in drill if one.type == ZONE).inputs["forceDestroy"] is True


def test_writers_are_names_of_the_services_endpoints(example) -> None:
    """`<database>-rw` points to a name that the service moves by itself."""
    _, asked = example
    found = records(asked)
    for database, endpoint in WRITERS.items():
        record = found[f"{database}-rw"]
        assert (record["type"], record["ttl"]) == ("CNAME", 5)
        assert record["rrdatas"] == [f"{endpoint}."]


def test_names_say_no_role_and_outlive_a_failover(example) -> None:
    """Other leaders change nothing of the zone, not even an argument."""
    plan, asked = example
    names = [one.name for one in asked]
    assert len({(one.type, one.name) for one in asked}) == len(asked)
    assert [name for name in names if ROLE.search(name)] == []
    others = {d.name: d.members[-1].site for d in plan.databases}
    _, moved = ask(roles=others)
    assert sorted(moved, key=lambda one: one.name) == sorted(asked, key=lambda one: one.name)


def test_weights_are_round_robin(tmp_path: Path) -> None:
    """A rule of one step with weights is a weighted policy over its sites."""
    spec = yaml.safe_load((ROOT / "stacks" / "ledger-gcp.yaml").read_text(encoding="utf-8"))
    record = spec["dns"]["records"]["api"]
    record["weights"] = {"kowloon": 3, "lantau": 1}
    record["rules"] = [{"geo": "*", "order": [["kowloon", "lantau"]]}]
    (tmp_path / "ledger-gcp.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    _, asked = ask(spec=tmp_path / "ledger-gcp.yaml")
    buckets = records(asked)["api"]["routingPolicy"]["wrrs"]
    assert [bucket["weight"] for bucket in buckets] == [3, 1]
    assert buckets[0]["healthCheckedTargets"]["externalEndpoints"] == CITY[:2]
