"""The zone on Route 53, under mocks: each record's arguments, checks, parents, order, names."""

import re
from pathlib import Path
from typing import Any

import pulumi_aws as aws
import pytest

from tests.components.geodns_mocks import WRITERS, Asked, register
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.geodns import deploy_dns, make_zone
from tricenter.components.tree import Tree
from tricenter.topology.dns import compile_route53
from tricenter.topology.plan import Plan

ROLE = re.compile(r"(^|[-._])(leader|primary|replica|standby|master|slave|secondary)([-._]|$)")
RECORD, CHECK, ZONE = (f"aws:route53/{kind}" for kind in (
    "record:Record", "healthCheck:HealthCheck", "zone:Zone"))  # fmt: skip


def ask(
    profile: str = "production", roles: dict[str, str] | None = None, spec: Path | None = None
) -> tuple[Plan, Any]:
    """The plan, and what the zone of the example asks for."""

    def deploy(tree: Tree, plan: Plan) -> None:
        deployment = Deployment(
            tree=tree,
            plan=plan,
            stack="ledger-dev",
            profile=profile,
            provider=aws.Provider("aws", region="ap-southeast-1"),
            account="123456789012",
            run={},
        )
        zone = make_zone(deployment)
        assert zone is not None
        deploy_dns(deployment, zone, writers=WRITERS)

    plan, asked = register("aws", deploy, profile=profile, roles=roles, spec=spec)
    return plan, [one for one in asked if one.type.startswith("aws:route53")]


@pytest.fixture(scope="module")
def example() -> tuple[Plan, list[Asked]]:
    """The zone of the example in production."""
    return ask()


def of(asked: list[Asked], kind: str) -> list[Asked]:
    return [one for one in asked if one.type == kind]


def test_every_record_set_is_one_record_with_its_arguments(example) -> None:
    """What the pure tree has is what Route 53 is asked for: one policy each, no overwriting."""
    plan, asked = example
    records = {
        (one.inputs["name"], one.inputs.get("setIdentifier")): one.inputs
        for one in of(asked, RECORD)
        if one.inputs["type"] != "CNAME"
    }
    tree = compile_route53(plan.zone)
    assert len(records) == len(tree.records) >= 20
    for wanted in tree.records:
        found = records[wanted.name, wanted.set_identifier]
        assert found["type"] == wanted.type
        assert found["zoneId"] == "Z1"
        assert found["allowOverwrite"] is False
        assert len([key for key in found if key.lower().endswith(("policy", "policies"))]) == 1
        if wanted.alias is None:
            assert found["records"] == list(wanted.values)
            assert found["ttl"] == 10
            assert "aliases" not in found
        else:
            alias = {
                "name": wanted.alias.target,
                "zoneId": "Z1",
                "evaluateTargetHealth": wanted.alias.evaluate,
            }
            assert found["aliases"] == [alias]
            assert "ttl" not in found and "records" not in found


def test_rules_are_places_and_orders_are_pairs(example) -> None:
    """SG and everyone at the top; below each a chain of exactly one first and one second."""
    plan, asked = example
    inputs = [one.inputs for one in of(asked, RECORD)]
    places = [
        one["geolocationRoutingPolicies"][0]["country"]
        for one in inputs
        if "geolocationRoutingPolicies" in one
    ]
    assert sorted(places) == ["*", "SG"]
    pairs: dict[str, list[str]] = {}
    for one in inputs:
        for policy in one.get("failoverRoutingPolicies", ()):
            pairs.setdefault(one["name"], []).append(policy["type"])
    assert {name.partition(".")[0] for name in pairs} == {
        "_sg", "_sg-2", "_everyone", "_everyone-2"
    }  # fmt: skip
    assert all(sorted(pair) == ["PRIMARY", "SECONDARY"] for pair in pairs.values())
    assert plan.zone.name == "pay.example.com"


def test_each_address_has_its_own_health_check(example) -> None:
    """TCP every 10 s from three regions, and each leaf record is tied to its own address's."""
    plan, asked = example
    addresses = [a for record in plan.zone.records for _, found in record.addresses for a in found]
    checks = {one.inputs["ipAddress"]: one for one in of(asked, CHECK)}
    assert sorted(checks) == sorted(addresses)
    for check in checks.values():
        assert check.inputs["type"] == "TCP"
        assert check.inputs["port"] == 443
        assert check.inputs["requestInterval"] == 10
        assert check.inputs["failureThreshold"] == 3
        assert len(set(check.inputs["regions"])) == 3
        assert check.inputs["tags"]["tricenter:site"] in check.name
    leaves = [one.inputs for one in of(asked, RECORD) if "healthCheckId" in one.inputs]
    assert {one["records"][0] for one in leaves} == set(addresses)
    for leaf in leaves:
        assert leaf["healthCheckId"] == f"{checks[leaf['records'][0]].name}-id"


def test_aliases_come_after_what_they_point_to(example) -> None:
    """Route 53 refuses an alias to a name that is not there yet."""
    _, asked = example
    by_name: dict[str, set[str]] = {}
    for one in of(asked, RECORD):
        by_name.setdefault(one.inputs["name"], set()).add(one.name)
    aliases = [one for one in of(asked, RECORD) if "aliases" in one.inputs]
    assert aliases
    for one in aliases:
        targets = by_name[one.inputs["aliases"][0]["name"]]
        assert targets and targets <= one.after


def test_writers_are_names_of_the_services_endpoints(example) -> None:
    """`<database>-rw` points to a name that the service moves by itself."""
    _, asked = example
    names = {
        one.inputs["name"]: (one.inputs["records"], one.inputs["ttl"])
        for one in of(asked, RECORD)
        if one.inputs["type"] == "CNAME"
    }
    assert names == {
        f"{database}-rw.pay.example.com": ([endpoint], 5) for database, endpoint in WRITERS.items()
    }


def test_parents_provider_and_protection(example) -> None:
    """All are children of the GeoDns component, of the account's provider; the zone is kept."""
    plan, asked = example
    assert {one.parent for one in asked} == {f"{plan.topology}-dns"}
    assert {one.provider for one in asked} == {"aws"}
    assert {one.type for one in asked if one.protect} == {ZONE}
    (zone,) = of(asked, ZONE)
    assert zone.inputs["forceDestroy"] is False
    _, drill = ask("drill")
    assert [one for one in drill if one.protect] == []
    assert of(drill, ZONE)[0].inputs["forceDestroy"] is True


def test_names_say_no_role_and_outlive_a_failover(example) -> None:
    """Other leaders change nothing of the zone, not even an argument."""
    plan, asked = example
    assert len({(one.type, one.name) for one in asked}) == len(asked)
    identifiers = [str(one.inputs.get("setIdentifier", "")) for one in asked]
    assert [text for text in (*identifiers, *(o.name for o in asked)) if ROLE.search(text)] == []
    others = {d.name: d.members[-1].site for d in plan.databases}
    _, moved = ask(roles=others)
    assert sorted(moved, key=lambda one: one.name) == sorted(asked, key=lambda one: one.name)
