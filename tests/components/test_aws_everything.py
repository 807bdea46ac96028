"""What holds for every resource on AWS: its region, parent, provider, protection, name, tags."""

import inspect
import json
import re
from importlib import import_module
from typing import Any

import pulumi
import pytest

from tests.components.aws_program import (
    ACCOUNT,
    CITY,
    PEOPLE,
    REMOTE,
    ROOT,
    RUN,
    VAULT,
    Asked,
    ask,
    example,
    of,
)
from tests.conftest import Golden

ROLE = re.compile(
    r"(^|[-_/])(leader|primary|replica|standby|master|slave|secondary|writer|reader)([-_/]|$)"
)
NAMED = ("name", "identifier", "clusterIdentifier", "globalClusterIdentifier", "bucket")
HOLDING = {
    "backup/vault:Vault",
    "kms/key:Key",
    "rds/cluster:Cluster",
    "rds/clusterInstance:ClusterInstance",
    "rds/globalCluster:GlobalCluster",
    "route53/zone:Zone",
    "s3/bucket:Bucket",
    "secretsmanager/secret:Secret",
    "secretsmanager/secretVersion:SecretVersion",
}
SERVING = {
    "ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "ec2/route:Route",
    "ec2/routeTable:RouteTable",
    "ec2/routeTableAssociation:RouteTableAssociation",
    "ec2/securityGroup:SecurityGroup",
    "ec2/subnet:Subnet",
    "ec2/vpc:Vpc",
    "ec2/vpcPeeringConnection:VpcPeeringConnection",
    "ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
    "rds/subnetGroup:SubnetGroup",
    "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
}
GLOBAL = ("iam/", "route53/")


def _on_aws(profile: str = "production") -> list[Asked]:
    return [one for one in example(profile) if one.type.startswith("aws:")]


def _class(kind: str) -> Any:
    """The SDK's class of a type token, such as aws:rds/cluster:Cluster."""
    module, _, name = kind.removeprefix("aws:").partition(":")
    module = module.partition("/")[0]
    return getattr(import_module(f"pulumi_aws.{'lambda_' if module == 'lambda' else module}"), name)


def _arguments(one: Asked) -> set[str]:
    return set(inspect.signature(_class(one.type)._internal_init).parameters)


def test_types_names_and_parents_are_the_golden_ones(golden: Golden) -> None:
    """A change of a type, name or parent would make users' resources anew."""
    lines = [f"{one.type}  {one.name}  {one.parent}" for one in example()]
    golden(ROOT / "tests" / "golden_plan" / "ledger-aws.txt", "\n".join(lines) + "\n")


def test_there_is_something() -> None:
    """The checks below are about many resources in three regions."""
    regions = {one.inputs.get("region") for one in _on_aws()}
    assert regions >= {CITY, REMOTE, VAULT} and len(_on_aws()) > 100


@pytest.mark.parametrize("profile", ["production", "drill"])
def test_every_regional_resource_names_its_region(profile: str) -> None:
    """Nothing is left to the provider's default; what is global has no region."""
    for one in _on_aws(profile):
        kind = one.type.removeprefix("aws:")
        assert ("region" in _arguments(one)) is not kind.startswith(GLOBAL), one.type
        assert ("region" in one.inputs) is not kind.startswith(GLOBAL), (one.type, one.name)


def test_a_site_is_in_its_own_region() -> None:
    """What is named by a site or region stands there."""
    homes = {"jurong": CITY, "changi": CITY, "tokyo-1": REMOTE, CITY: CITY, REMOTE: REMOTE}
    homes |= {"cold-vault": VAULT, VAULT: VAULT}
    for one in _on_aws():
        place = next((p for p in homes if one.name.startswith(f"ledger-{p}-")), None)
        accepter = one.type.endswith("VpcPeeringConnectionAccepter")
        if place and "region" in one.inputs and not accepter:
            assert one.inputs["region"] == homes[place], one.name


def test_every_resource_has_a_component_above_it() -> None:
    """Nothing stands directly in the stack, and what belongs to a site is below the site."""
    names = {one.name for one in example()}
    assert all(one.parent in names for one in _on_aws())
    for site in ("jurong", "changi", "tokyo-1"):
        for kind in ("ec2/subnet:Subnet", "ec2/routeTable:RouteTable", "ec2/route:Route"):
            below = [one.parent for one in of(example(), kind) if f"-{site}-" in one.name]
            assert set(below) == {f"ledger-{site}-network"}, kind
    for one in of(example(), "rds/clusterInstance:ClusterInstance"):
        assert one.parent == one.name.replace("-instance-", "-member-")
    for kind in ("rds/cluster:Cluster", "rds/globalCluster:GlobalCluster"):
        assert {one.parent for one in of(example(), kind)} == {
            "ledger-database-ledger-a",
            "ledger-database-ledger-b",
        }


def test_one_account_has_one_provider() -> None:
    """Regions need no provider of their own; nothing falls back to a default one."""
    assert {one.provider for one in _on_aws()} == {"ledger-aws"}
    assert [one.name for one in example() if one.type == "pulumi:providers:aws"] == ["ledger-aws"]


def test_production_protects_what_holds_data() -> None:
    """Protected with the ways to it, and kept if it leaves the program; a drill has neither."""
    protected = {one.type for one in _on_aws() if one.protect}
    assert protected == {f"aws:{kind}" for kind in HOLDING | SERVING}
    for one in _on_aws():
        kind = one.type.removeprefix("aws:")
        assert one.kept is (kind in HOLDING), one.name
        assert one.protect is (kind in HOLDING | SERVING), one.name
    assert not [one.name for one in _on_aws("drill") if one.protect or one.kept]


@pytest.mark.parametrize("profile", ["production", "drill"])
def test_no_name_says_a_role(profile: str) -> None:
    """Neither a logical name nor one that AWS knows outlives its meaning."""
    for one in _on_aws(profile):
        assert not ROLE.search(one.name), one.name
        for key in NAMED:
            assert not ROLE.search(str(one.inputs.get(key, ""))), (one.name, key)


@pytest.mark.parametrize("profile", ["production", "drill"])
def test_everything_that_can_be_tagged_is(profile: str) -> None:
    """By its tags a stack is found in every region; a drill by its run and its end."""
    for one in _on_aws(profile):
        if "tags" not in _arguments(one):
            continue
        tags = one.inputs["tags"]
        assert tags["tricenter:stack"] == "ledger-dev", one.name
        assert tags["tricenter:topology"] == "ledger" and tags["tricenter:profile"] == profile
        assert (RUN.items() <= tags.items()) is (profile == "drill"), one.name


def test_the_digest_is_nowhere() -> None:
    """It changes with every word of the spec, and would change every resource."""
    (root,) = (one for one in example() if one.type == "tricenter:index:Topology")
    digest = root.inputs.get("digest")
    assert all(str(digest) not in json.dumps(one.inputs, default=str) for one in _on_aws())


@pytest.mark.parametrize("leader", ["changi", "tokyo-1"])
def test_other_roles_rename_and_change_nothing(leader: str) -> None:
    """After a failover the same resources are asked for, with the same inputs that count."""

    def told(asked: tuple[Asked, ...]) -> list[tuple[str, str, str, dict[str, Any]]]:
        return [
            (one.type, one.name, one.parent, _counting(one))
            for one in asked
            if one.type.startswith("aws:")
        ]

    assert told(example(leader=leader)) == told(example())


def _counting(one: Asked) -> dict[str, Any]:
    """The inputs that the engine compares; of files, what is in them."""
    return {
        key: _paths(value) if isinstance(value, pulumi.Archive) else value
        for key, value in one.inputs.items()
        if key not in one.ignored
    }


def _paths(archive: pulumi.Archive) -> dict[str, str]:
    assert isinstance(archive, pulumi.AssetArchive)
    return {
        path: str(getattr(asset, "text", None) or getattr(asset, "path", ""))
        for path, asset in archive.assets.items()
    }


def test_a_first_preview_knows_no_outputs() -> None:
    """The program works before anything exists, and asks for the same."""
    first = ask(config=PEOPLE, preview=True)
    assert [(one.type, one.name) for one in first] == [(one.type, one.name) for one in example()]


def test_every_role_is_for_this_account_alone() -> None:
    """No other customer's resource can make a service take one of our roles."""
    roles = of(example(), "iam/role:Role")
    assert len(roles) > 5
    for one in roles:
        (statement,) = json.loads(one.inputs["assumeRolePolicy"])["Statement"]
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}, one.name


def test_no_right_is_for_everything() -> None:
    """No policy allows every action, and only questions may be about every resource."""
    free = re.compile(r"^(rds:Describe|tag:GetResources|logs:|rds:ListTags|rds:DescribeDB)")
    for one in of(example("drill"), "iam/rolePolicy:RolePolicy"):
        for statement in json.loads(one.inputs["policy"])["Statement"]:
            assert "*" not in statement["Action"], one.name
            if statement["Resource"] == ["*"]:
                wrong = [a for a in statement["Action"] if not free.match(a)]
                assert not wrong, (one.name, wrong)


def test_passwords_are_secrets_of_the_engine() -> None:
    """A password reaches the engine wrapped, so that state and previews have it encrypted."""
    versions = of(example(), "secretsmanager/secretVersion:SecretVersion")
    assert len(versions) == 2 and all("secretString" in one.secret for one in versions)
    begun = [one for one in of(example(), "rds/cluster:Cluster") if "masterUsername" in one.inputs]
    assert len(begun) == 2 and all("masterPasswordWo" in one.secret for one in begun)
    passwords = [json.loads(one.inputs["secretString"]["value"])["password"] for one in versions]
    assert min(map(len, passwords)) >= 32
    for one in example():
        told = json.dumps({k: v for k, v in one.inputs.items() if k not in one.secret}, default=str)
        assert not [password for password in passwords if password in told], one.name
