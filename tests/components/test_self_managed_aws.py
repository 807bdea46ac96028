"""Self-managed databases on EC2 under mocks: closed, encrypted, kept, and no site needs another."""

import base64
import gzip
import hashlib
import json
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from pulumi.runtime import mocks

from tests.components.aws_program import IMAGE, Answers, Asked, ask, of, the, variant

SITES = {"changi": "ap-southeast-1b", "jurong": "ap-southeast-1a", "tokyo-1": "ap-northeast-1a"}
OWN = {"service": "self-managed", "instance": "m6g.large"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with both databases on machines."""
    changes = [
        (("databases", name, key), value)
        for name in ("ledger-a", "ledger-b")
        for key, value in (("aws", OWN), ("version", "16"))
    ]
    return variant(tmp_path_factory.mktemp("spec"), *changes)


@pytest.fixture(scope="module")
def asked(folder: Path) -> tuple[Asked, ...]:
    """Everything in production."""
    return ask(folder)


@pytest.fixture(scope="module")
def drill(folder: Path) -> tuple[Asked, ...]:
    """Everything in a drill."""
    return ask(folder, profile="drill")


class Silence(grpc.RpcError):
    """How an engine tells the program that a look-up had no answer."""

    def code(self) -> grpc.StatusCode:
        """Of no other kind."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """Why."""
        return "GetParameter: time is up"


class Lost(Answers):
    """As AWS answers when a region is lost: nothing is looked up there."""

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Time is up."""
        if args.args.get("region") == "ap-southeast-1":
            raise Silence
        return super().call(args)


def test_a_lost_region_tells_no_image_and_stops_no_update(folder: Path) -> None:
    """What is there keeps its image; the other regions' machines have theirs."""
    found = of(ask(folder, answers=Lost()), "ec2/instance:Instance")
    assert len(found) == len(SITES)
    for one in found:
        lost = one.inputs["region"] == "ap-southeast-1"
        assert (one.inputs["ami"] == IMAGE) is not lost
        assert "ami" in one.ignored


def test_people_need_no_lost_region_for_their_secrets(asked) -> None:
    """What the operator and the applications read has a copy in each other region with a site."""
    found = [one for one in of(asked, "secretsmanager/secret:Secret") if one.inputs.get("replicas")]
    assert {one.inputs["name"].rpartition("-")[2] for one in found} == {"operator", "applications"}
    regions = {zone[:-1] for zone in SITES.values()}
    for one in found:
        copies = {copy["region"] for copy in one.inputs["replicas"]}
        assert copies | {one.inputs["region"]} == regions and one.inputs["region"] not in copies


def test_each_site_has_a_machine_in_its_zone(asked) -> None:
    """One instance a site, by the site's name, in its zone, with its plan's addresses."""
    found = {
        one.parent.removeprefix("ledger-").removesuffix("-network"): one
        for one in of(asked, "ec2/instance:Instance")
    }
    assert set(found) == set(SITES)
    seen: list[str] = []
    for site, one in found.items():
        assert one.inputs["availabilityZone"] == SITES[site]
        assert one.inputs["region"] == SITES[site][:-1]
        subnet = the(asked, "ec2/subnet:Subnet", f"ledger-{site}-subnet").inputs["cidrBlock"]
        addresses = [one.inputs["privateIp"], *one.inputs["secondaryPrivateIps"]]
        assert len(addresses) == 3
        assert all(ip_address(address) in ip_network(subnet) for address in addresses)
        seen += addresses
    assert len(set(seen)) == len(seen)


def test_machines_are_closed_and_watched(asked) -> None:
    """No public address, tokens for metadata, an encrypted root, monitored, hard to end."""
    for one in of(asked, "ec2/instance:Instance"):
        given = one.inputs
        assert given["associatePublicIpAddress"] is False
        assert given["metadataOptions"]["httpTokens"] == "required"
        assert given["rootBlockDevice"]["encrypted"] is True
        assert given["rootBlockDevice"]["kmsKeyId"]
        assert given["monitoring"] is True and given["disableApiTermination"] is True
        assert one.protect and {"ami", "userDataBase64"} <= one.ignored
    assert not [one for one in of(asked, "ec2/eip:Eip") if one.inputs.get("instance")]


def test_user_data_is_the_sites_and_holds_no_secret(asked) -> None:
    """What EC2 shows to whoever may describe the instance is the site's settings alone."""
    for one in of(asked, "ec2/instance:Instance"):
        data = base64.b64decode(one.inputs["userDataBase64"])
        assert len(data) <= 16 * 1024
        text = gzip.decompress(data).decode()
        site = yaml.safe_load(text)["hostname"]
        assert one.name == f"ledger-{site}-machine"
        assert f"ledger-dev-{site}" in text and "PRIVATE KEY" not in text


def test_secrets_are_wrapped_and_each_sites_own(asked) -> None:
    """Every value is encrypted in state; each machine's document has one key, and it is its own."""
    versions = of(asked, "secretsmanager/secretVersion:SecretVersion")
    assert {one.name for one in versions} == {
        "ledger-seed", "ledger-applications", "ledger-operator",
        *(f"ledger-{site}-secret" for site in SITES),
    }  # fmt: skip
    assert all("secretString" in one.secret for one in versions)
    assert the(asked, "secretsmanager/secretVersion:SecretVersion", "ledger-seed").ignored == {
        "secretString"
    }
    for site, zone in SITES.items():
        secret = the(asked, "secretsmanager/secret:Secret", f"ledger-{site}-secret")
        assert secret.inputs["name"] == f"ledger-dev-{site}" and secret.inputs["kmsKeyId"]
        assert secret.inputs["region"] == zone[:-1]
        value = the(asked, "secretsmanager/secretVersion:SecretVersion", secret.name).inputs[
            "secretString"
        ]
        document = json.loads(value["value"] if isinstance(value, dict) else value)
        assert document["files"]["/srv/tls/host.key"].count("PRIVATE KEY") == 2
        held = the(asked, "s3/bucketObjectv2:BucketObjectv2", f"ledger-{site}-files")
        digest = hashlib.sha256(held.inputs["content"].encode()).hexdigest()
        assert document["object_digest"] == digest
    for one in asked:
        plain = json.dumps(
            {k: v for k, v in one.inputs.items() if k not in one.secret}, default=str
        )
        assert "PRIVATE KEY-----\\n" not in plain, one.name


def test_a_machine_may_do_what_its_site_needs(asked) -> None:
    """Its own secret and its own files; no star for a resource, no right to delete or to list."""
    for site in SITES:
        policy = json.loads(
            the(asked, "iam/rolePolicy:RolePolicy", f"ledger-{site}-machine").inputs["policy"]
        )
        actions = {action for s in policy["Statement"] for action in s["Action"]}
        assert actions <= {"secretsmanager:GetSecretValue", "s3:GetObject", "kms:Decrypt",
                           "s3:PutObject", "kms:GenerateDataKey"}  # fmt: skip
        for statement in policy["Statement"]:
            for resource in statement["Resource"]:
                assert resource != "*" and not resource.endswith(":*")
        (files,) = next(s["Resource"] for s in policy["Statement"] if "s3:GetObject" in s["Action"])
        assert files.endswith(f"/config/{site}.json")


def test_only_the_repositorys_site_adds_to_vaults(asked) -> None:
    """The site that keeps the repository may put copies into the locked bucket; others may not."""
    may = {
        one.name
        for one in of(asked, "iam/rolePolicy:RolePolicy")
        if "s3:PutObject" in one.inputs["policy"] and one.name.endswith("-machine")
    }
    assert may == {"ledger-tokyo-1-machine"}
    (lock,) = [
        one for one in of(asked, "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
        if "repository" in one.name
    ]  # fmt: skip
    retention = lock.inputs["rule"]["defaultRetention"]
    assert retention["mode"] == "COMPLIANCE" and retention["days"] >= 30


def test_only_sites_and_their_regions_reach_a_machine(asked) -> None:
    """The store and backups are open to sites' subnets, databases and names to their networks."""
    rules = [
        one
        for one in of(asked, "vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if "-machines-" in one.name
    ]
    assert len(rules) == 2 * (3 * 2 + 2 * 4)
    for one in rules:
        source, ports = (
            ip_network(one.inputs["cidrIpv4"]),
            (int(one.inputs["fromPort"]), int(one.inputs["toPort"])),
        )
        assert source.is_private and ports in {
            (2379, 2380),
            (8432, 8432),
            (5432, 5432),
            (8008, 8008),
            (53, 53),
        }
        if ports in {(2379, 2380), (8432, 8432)}:
            assert source.prefixlen == 20
    out = [
        one
        for one in of(asked, "vpc/securityGroupEgressRule:SecurityGroupEgressRule")
        if "-machines-" in one.name
    ]
    wide = {int(one.inputs["fromPort"]) for one in out if one.inputs["cidrIpv4"] == "0.0.0.0/0"}
    assert wide == {80, 443}


def test_each_site_goes_out_by_its_own_zone(asked) -> None:
    """A lost zone takes no other site's way out; exits overlap no subnet."""
    gateways = {one.name: one for one in of(asked, "ec2/natGateway:NatGateway")}
    assert set(gateways) == {f"ledger-{site}-exit" for site in SITES}
    networks = [
        (one.inputs["vpcId"], ip_network(one.inputs["cidrBlock"]))
        for one in of(asked, "ec2/subnet:Subnet")
    ]
    for index, (vpc, cidr) in enumerate(networks):
        assert not any(
            vpc == other and cidr.overlaps(there) for other, there in networks[index + 1 :]
        )
    for site, zone in SITES.items():
        subnet = the(asked, "ec2/subnet:Subnet", f"ledger-{site}-exit")
        assert subnet.inputs["availabilityZone"] == zone
        route = the(asked, "ec2/route:Route", f"ledger-{site}-route-out")
        assert route.inputs["natGatewayId"] == f"ledger-{site}-exit-id"


def test_data_is_encrypted_and_outlives_its_machine(asked, drill) -> None:
    """A volume of its own with the region's key; kept in production, not in a drill."""
    volumes = of(asked, "ebs/volume:Volume")
    assert {one.name for one in volumes} == {f"ledger-{site}-data" for site in SITES}
    for one in volumes:
        site = one.name.removeprefix("ledger-").removesuffix("-data")
        assert one.inputs["encrypted"] is True and one.inputs["kmsKeyId"].endswith(
            f"{SITES[site][:-1]}-key"
        )
        assert one.protect and one.kept and one.inputs["finalSnapshot"] is True
        assert one.inputs["size"] >= 600
    for one in [*of(drill, "ebs/volume:Volume"), *of(drill, "ec2/instance:Instance")]:
        assert not one.protect and not one.kept
        assert not one.inputs.get("finalSnapshot") and not one.inputs.get("disableApiTermination")


def test_a_drill_pays_for_what_it_keeps(asked, drill) -> None:
    """Volumes hold the data and two full backups of it, and no operations beyond gp3's own.

    In production the repository's hold every backup of a year.
    """
    data = 2 * 200
    kept = {one.name: one.inputs for one in of(drill, "ebs/volume:Volume")}
    assert {one.name: one.inputs["size"] for one in of(asked, "ebs/volume:Volume")} == {
        "ledger-changi-data": data * 1.5,
        "ledger-jurong-data": data * 1.5,
        "ledger-tokyo-1-data": data * 1.5 + 36 * data / 2,
    }
    assert {name: one["size"] for name, one in kept.items()} == {
        "ledger-changi-data": data * 1.5,
        "ledger-jurong-data": data * 1.5,
        "ledger-tokyo-1-data": data * 1.5 + 2 * data / 2,
    }
    assert not any(one.get("iops") or one.get("throughput") for one in kept.values())


def targets(wanted: dict[str, str], tags: dict[str, str]) -> bool:
    """Whether a lifecycle policy takes a volume: one of several target tags is enough."""
    return any(tags.get(key) == value for key, value in wanted.items())


def test_volumes_are_snapshot_and_copied_away(asked) -> None:
    """In every region a schedule finds the volumes by tag and copies them elsewhere, encrypted."""
    policies = of(asked, "dlm/lifecyclePolicy:LifecyclePolicy")
    assert {one.inputs["region"] for one in policies} == {"ap-southeast-1", "ap-northeast-1"}
    tags = [one.inputs["tags"] for one in of(asked, "ebs/volume:Volume")]
    for one in policies:
        details = one.inputs["policyDetails"]
        assert tags and all(targets(details["targetTags"], each) for each in tags)
        # Another stack's volumes have every tag but the value of one.
        foreign = [{k: v.replace("ledger-dev", "other") for k, v in each.items()} for each in tags]
        assert not any(targets(details["targetTags"], each) for each in foreign)
        (schedule,) = details["schedules"]
        (copy,) = schedule["crossRegionCopyRules"]
        assert (
            copy["encrypted"] is True and copy["target"] != one.inputs["region"] and copy["cmkArn"]
        )


def test_no_name_says_a_role(asked, drill) -> None:
    """Whoever leads, every resource of the machines is called the same."""
    for one in (*asked, *drill):
        parts = one.name.split("-")
        assert not {"leader", "primary", "replica", "standby", "master"} & set(parts), one.name
    assert {one.name for one in asked if "/instance:" in one.type} == {
        one.name for one in drill if "/instance:" in one.type
    }


def test_a_spec_that_serves_names_gets_public_servers(folder: Path, tmp_path: Path) -> None:
    """Name servers that the spec names are reached by everybody, on port 53 alone."""
    spec = yaml.safe_load(folder.read_text(encoding="utf-8"))
    spec["dns"]["providers"] = {"own": {"servers": ["jurong", "tokyo-1"]}}
    path = tmp_path / "topology.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    asked = ask(path)
    public = [one for one in of(asked, "ec2/eip:Eip") if one.inputs.get("instance")]
    assert {one.name for one in public} == {"ledger-jurong-names", "ledger-tokyo-1-names"}
    wide = [
        one.inputs for one in of(asked, "vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if one.inputs["cidrIpv4"] == "0.0.0.0/0"
    ]  # fmt: skip
    assert {(one["fromPort"], one["toPort"]) for one in wide} == {(53, 53)}
    route = the(asked, "ec2/route:Route", "ledger-jurong-route-out")
    assert route.inputs.get("gatewayId") and not route.inputs.get("natGatewayId")
