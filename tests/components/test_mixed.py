"""The mixed target under mocks: each site on its cloud, encrypted ways between, one authority."""

import json
import os
import re
from dataclasses import replace
from ipaddress import IPv4Network, ip_network
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from cryptography import x509
from pulumi.runtime import mocks

from tests.components import aws_program, gcp_program
from tests.once import once
from tests.recording import Asked, deploy
from tricenter.components import mixed
from tricenter.components.mixed.cold import taken_by_google, transfer_rights
from tricenter.components.mixed.deployment import check
from tricenter.components.mixed.vpn import inside_network
from tricenter.topology.compile import compile_plan
from tricenter.topology.errors import TricenterError
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent.parent
TRANSFER = "project-1@storage-transfer-service.iam.gserviceaccount.com"
EXAMPLE = ROOT / "stacks" / "ledger-mixed.yaml"
SITES = {"jurong": "aws", "changi": "aws", "jakarta-1": "gcp"}
KEYS = ("first-key", "second-key")


class Answers(mocks.Mocks):
    """What each cloud computes; tunnels have addresses and keys, Google's gateway addresses."""

    def __init__(self) -> None:
        self.clouds = {"aws": aws_program.Answers(), "gcp": gcp_program.Answers()}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """By the cloud of the type."""
        identity, made = self.clouds.get(args.typ[:3], self.clouds["aws"]).new_resource(args)
        if args.typ == "aws:ec2/vpnConnection:VpnConnection":
            number = int(args.name[-1])
            for tunnel in (1, 2):
                made[f"tunnel{tunnel}Address"] = f"192.0.2.{number * 2 + tunnel}"
                made[f"tunnel{tunnel}PresharedKey"] = KEYS[tunnel - 1]
        if args.typ == "gcp:compute/haVpnGateway:HaVpnGateway":
            addresses = ("198.51.100.1", "198.51.100.2")
            made["vpnInterfaces"] = [{"id": i, "ipAddress": a} for i, a in enumerate(addresses)]
        return identity, made

    def call(self, args: mocks.MockCallArgs) -> Any:
        """By the cloud of the function."""
        if "TransferProject" in args.token:
            return {"subjectId": "1029384756", "email": TRANSFER, "member": ""}, []
        if args.token.startswith("pulumi:"):  # what is deployed: nothing yet
            return {}, []
        return self.clouds[args.token[:3]].call(args)


def ask(spec: Path = EXAMPLE, profile: str = "production") -> tuple[Asked, ...]:
    """What the program asks for, by type and name."""

    told = {"gcp:project": gcp_program.PROJECT}
    with mock.patch.dict(os.environ, gcp_program.OFFLINE):
        return deploy(mixed, spec, Answers(), profile=profile, config=told)


@once
def production() -> tuple[Asked, ...]:
    """The example in production."""
    return ask()


def of(kind: str, asked: tuple[Asked, ...] | None = None) -> list[Asked]:
    """The resources whose type ends so."""
    return [one for one in asked or production() if one.type.rpartition(":")[2] == kind]


def plain(value: Any) -> Any:
    """A secret's content."""
    return value["value"] if isinstance(value, dict) and "value" in value else value


def test_each_site_is_on_its_cloud() -> None:
    """A machine a site, on the cloud that the spec names for it, by the same name on both."""
    found = {one.name: one.type[:3] for one in of("Instance")}
    assert found == {f"ledger-{site}-machine": cloud for site, cloud in SITES.items()}
    assert not of("Cluster") and not of("DatabaseInstance")


def test_every_resource_is_of_its_clouds_provider() -> None:
    """Regional resources of AWS name the region of a site; Google's have the project's provider."""
    for one in production():
        if one.type.startswith("aws:") and "region" in one.inputs:
            assert one.inputs["region"] == "ap-southeast-1", one.name
        if one.type.startswith("gcp:"):
            assert "gcp" in one.provider, one.name
        if one.type.startswith("aws:"):
            assert "aws" in one.provider, one.name


def test_all_sites_are_of_one_authority() -> None:
    """Certificates on both clouds are signed by the same one; each site's key is another."""
    documents = {
        one.name: json.loads(plain(one.inputs.get("secretString") or one.inputs.get("secretData")))
        for one in of("SecretVersion")
        if one.name.endswith("-secret")
    }
    assert len(documents) == 3
    files = [document["files"] for document in documents.values()]
    assert len({each["/srv/tls/ca.crt"] for each in files}) == 1
    assert len({each["/srv/tls/host.key"] for each in files}) == 3
    authority = x509.load_pem_x509_certificate(files[0]["/srv/tls/ca.crt"].encode())
    for each in files:
        found = x509.load_pem_x509_certificate(each["/srv/tls/host.crt"].encode())
        found.verify_directly_issued_by(authority)


def test_four_tunnels_join_both_ends() -> None:
    """Each half of a tunnel meets its other half: addresses outside and inside, interface, key."""
    connections = of("VpnConnection")
    assert len(connections) == 2 and len(of("VPNTunnel")) == len(of("RouterPeer")) == 4
    inside = [ip_network(one.inputs[f"tunnel{n}InsideCidr"]) for one in connections for n in (1, 2)]
    (peer,) = of("ExternalVpnGateway")
    assert peer.inputs["redundancyType"] == "FOUR_IPS_REDUNDANCY"
    assert [each["ipAddress"] for each in peer.inputs["interfaces"]] == [
        f"192.0.2.{n}" for n in (1, 2, 3, 4)
    ]
    customers = {one.name: one.inputs["ipAddress"] for one in of("CustomerGateway")}
    assert sorted(customers.values()) == ["198.51.100.1", "198.51.100.2"]
    for number, tunnel in enumerate(of("VPNTunnel")):
        assert tunnel.inputs["vpnGatewayInterface"] == number // 2
        assert tunnel.inputs["peerExternalGatewayInterface"] == number
        assert plain(tunnel.inputs["sharedSecret"]) == KEYS[number % 2]
        network = inside[number]
        session, interface = of("RouterPeer")[number].inputs, of("RouterInterface")[number].inputs
        assert session["peerIpAddress"] == str(network[1]) and session["peerAsn"] == 64512
        assert interface["ipRange"] == f"{network[2]}/30"


def test_keys_of_tunnels_are_secret() -> None:
    """A key is encrypted wherever the engine keeps it, and ciphers are today's on both sides."""
    for one in of("VPNTunnel"):
        assert "sharedSecret" in one.secret and one.inputs["ikeVersion"] == 2
    for one in of("VpnConnection"):
        for n in (1, 2):
            assert one.inputs[f"tunnel{n}IkeVersions"] == ["ikev2"]
            assert one.inputs[f"tunnel{n}Phase1EncryptionAlgorithms"] == ["AES256-GCM-16"]
            assert one.inputs[f"tunnel{n}LogOptions"]["cloudwatchLogOptions"]["logEnabled"] is True
            assert f"tunnel{n}PresharedKey" not in one.inputs
    for one in production():
        shown = {key: value for key, value in one.inputs.items() if key not in one.secret}
        assert not any(key in json.dumps(shown, default=str) for key in KEYS), one.name


def test_inside_networks_never_meet() -> None:
    """However many regions, each tunnel has addresses of its own, outside of what AWS keeps."""
    found = [inside_network(pair, tunnel) for pair in range(50) for tunnel in range(4)]
    assert len(set(found)) == 200
    kept = [IPv4Network(f"169.254.{n}.0/30") for n in range(6)] + [
        IPv4Network("169.254.169.252/30")
    ]
    assert not any(network.overlaps(other) for network in found for other in kept)
    with pytest.raises(TricenterError, match="too many regions"):
        inside_network(5000, 0)


def test_routes_of_every_site_learn_the_other_cloud() -> None:
    """Each site on AWS takes what BGP brings; no address plan overlaps another."""
    learned = {one.name for one in of("VpnGatewayRoutePropagation")}
    assert learned == {"ledger-jurong-vpn-routes", "ledger-changi-vpn-routes"}
    networks = [ip_network(one.inputs["cidrBlock"]) for one in of("Vpc")]
    networks += [ip_network(one.inputs["ipCidrRange"]) for one in of("Subnetwork")]
    assert not any(a.overlaps(b) for i, a in enumerate(networks) for b in networks[i + 1 :])


def test_both_clouds_let_the_others_sites_in() -> None:
    """The store's port is open to every site's subnet, of both clouds, on both clouds."""
    subnets = {one.inputs["cidrIpv4"] for one in of("SecurityGroupIngressRule")
               if one.inputs["fromPort"] == 2379}  # fmt: skip
    ranges = {
        source
        for one in of("Firewall")
        for allowed in one.inputs.get("allows", [])
        if "2379-2380" in allowed.get("ports", [])
        for source in one.inputs["sourceRanges"]
    }
    assert subnets == ranges and len(subnets) == 3


def test_the_zone_is_on_both_clouds() -> None:
    """The spec asks for both services: either cloud's loss leaves the names."""
    public = [one for one in of("ManagedZone") if one.inputs["visibility"] == "public"]
    assert len(of("Zone")) == len(public) == 1


def test_every_site_has_every_bundle() -> None:
    """Bundles lie on each site's machine, and in a bucket on each cloud."""
    contents = [plain(one.inputs["content"]) for one in (*of("BucketObjectv2"), *of("BucketObject"))
                if "content" in one.inputs]  # fmt: skip
    assert len(contents) == 3
    for content in contents:
        assert "bundles/lose-city-singapore/run.py" in json.loads(content)["bundles"]


def test_a_repository_on_aws_is_copied_to_google(tmp_path: Path) -> None:
    """What the machine puts into a locked bucket, Google's own identity fetches without keys."""
    spec = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    spec["backups"]["nightly"]["copies"] = ["jurong", "cold-vault"]
    path = tmp_path / "topology.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    asked = ask(path)
    (job,) = of("TransferJob", asked)
    source = job.inputs["transferSpec"]["awsS3DataSource"]
    assert "roleArn" in source and "awsAccessKey" not in source
    (lock,) = of("BucketObjectLockConfiguration", asked)
    assert lock.name == "ledger-cold-vault-outbox"
    (queue,) = of("Queue", asked)
    assert queue.inputs["sqsManagedSseEnabled"] is True
    document = next(one for one in of("SecretVersion", asked) if one.name == "ledger-jurong-secret")
    vaults = json.loads(plain(document.inputs["secretString"]))["vaults"]
    assert [(v["name"], v["cloud"], v["region"]) for v in vaults] == [
        ("cold-vault", "aws", "ap-southeast-1")
    ]
    sink = [one for one in of("BucketIAMMember", asked) if "transfer-" in one.name]
    assert {one.inputs["role"] for one in sink} == {
        "roles/storage.legacyBucketReader",
        "roles/storage.objectCreator",
    }
    assert {one.inputs["member"] for one in sink} == {f"serviceAccount:{TRANSFER}"}
    assert not of("TransferJob")


def test_googles_identity_may_only_read() -> None:
    """The role is taken by one subject alone, and can neither write nor delete an object."""
    trust = json.loads(taken_by_google("1029384756"))["Statement"][0]
    assert trust["Condition"] == {"StringEquals": {"accounts.google.com:sub": "1029384756"}}
    rights = json.loads(transfer_rights("arn:b", "arn:q", "arn:k"))["Statement"]
    actions = {action for statement in rights for action in statement["Action"]}
    assert not [a for a in actions if re.search(r"Put|s3:Delete|\*", a)]
    assert all("*" != resource for statement in rights for resource in statement["Resource"])


def test_what_holds_data_is_protected() -> None:
    """In production disks, volumes, machines, secrets and the seed are; in a drill nothing is.

    The other versions of secrets follow from the seed and the spec, and are replaced with it.
    """
    kinds = {"Volume", "Disk", "Instance", "Secret"}
    held = [one for one in production() if one.type.rpartition(":")[2] in kinds]
    assert len(held) >= 12 and all(one.protect for one in held)
    versions = [one for one in production() if one.type.endswith(":SecretVersion")]
    assert {one.name for one in versions if one.protect} == {"ledger-seed"}
    assert len(versions) > len({"ledger-seed"})
    drill = ask(profile="drill")
    assert not [one.name for one in drill if one.protect or one.kept]
    assert {one.name for one in drill if "Instance" in one.type} == {
        one.name for one in production() if "Instance" in one.type
    }


def test_no_name_says_a_role() -> None:
    """Whoever leads, every resource is called the same."""
    words = {"leader", "primary", "replica", "standby", "master", "secondary"}
    assert not [one.name for one in production() if words & set(one.name.split("-"))]


def test_plans_of_other_targets_are_refused() -> None:
    """One cloud alone, a managed database, a site without a place: each with what to do."""
    plan = compile_plan(load(EXAMPLE), "mixed")
    check(plan)
    alone = replace(plan, hosts=tuple(h for h in plan.hosts if h.place and h.place.cloud == "aws"))
    with pytest.raises(TricenterError, match="none is on Google Cloud: use the target"):
        check(alone)
    managed = tuple(replace(d, service="aurora") for d in plan.databases)
    with pytest.raises(TricenterError, match=r"databases\.ledger-a: aurora ends at its own cloud"):
        check(replace(plan, databases=managed))
    homeless = tuple(replace(h, place=None) for h in plan.hosts)
    with pytest.raises(TricenterError, match=r"sites\.changi: it has no place"):
        check(replace(plan, hosts=homeless))
