"""Self-managed databases on Compute Engine under mocks: closed, encrypted, kept, least rights."""

import hashlib
import json
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from tests.components.gcp_program import RUN, Asked, ask, of, variant
from tricenter.offline.machines.first_boot import by_image
from tricenter.topology.gcp_disks import sql_disk, takes_hyperdisk_alone

SITES = {"kowloon": "asia-east2-a", "lantau": "asia-east2-b", "tokyo-1": "asia-northeast1-a"}
MACHINE = "tricenter-machine"
DEBIAN = "projects/debian-cloud/global/images/family/debian-12"


def own(spec: Any) -> None:
    """Both databases on machines."""
    for database in spec["databases"].values():
        database["gcp"] = {"service": "self-managed", "machine": "n2-standard-4"}
        database["version"] = "16"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with both databases on machines."""
    return variant(tmp_path_factory.mktemp("spec"), own)


@pytest.fixture(scope="module")
def asked(folder: Path) -> tuple[Asked, ...]:
    """Everything in production."""
    return ask(folder)


@pytest.fixture(scope="module")
def drill(folder: Path) -> tuple[Asked, ...]:
    """Everything in a drill."""
    return ask(folder, profile="drill", config=RUN)


def machines(asked: tuple[Asked, ...]) -> dict[str, Asked]:
    """The machines by site."""
    found = [one for one in asked if one.type == "gcp:compute/instance:Instance"]
    return {one.name.removeprefix("ledger-").removesuffix("-machine"): one for one in found}


def test_each_site_has_a_machine_in_its_zone(asked) -> None:
    """One instance a site, by the site's name, in its zone, with its plan's addresses."""
    subnets = {one.name: one.inputs["ipCidrRange"] for one in of(asked, "Subnetwork")}
    found = machines(asked)
    assert {site: one.inputs["zone"] for site, one in found.items()} == SITES
    for site, one in found.items():
        (interface,) = one.inputs["networkInterfaces"]
        addresses = [interface["networkIp"]]
        addresses += [r["ipCidrRange"].removesuffix("/32") for r in interface["aliasIpRanges"]]
        network = ip_network(subnets[f"ledger-{site}-subnet"])
        assert len(addresses) == 3 and all(ip_address(a) in network for a in addresses)
        assert one.parent == f"ledger-{site}-network"


def test_machines_are_closed(asked) -> None:
    """No public address, no keys of the project, shielded, encrypted by our key, hard to end."""
    for one in machines(asked).values():
        given = one.inputs
        assert all("accessConfigs" not in each for each in given["networkInterfaces"])
        assert given["metadata"]["block-project-ssh-keys"] == "TRUE"
        assert all(given["shieldedInstanceConfig"].values())
        assert given["bootDisk"]["kmsKeySelfLink"]
        assert given["deletionProtection"] is True and one.protect
        assert given["serviceAccount"]["email"].startswith("ledger-dev-")


def test_metadata_is_what_the_image_reads_and_holds_no_secret(asked) -> None:
    """Debian's image of Google has no cloud-init: it gets a script. Who may read the metadata
    sees the site's settings alone."""
    for site, one in machines(asked).items():
        metadata = one.inputs["metadata"]
        image = one.inputs["bootDisk"]["initializeParams"]["image"]
        assert image.removesuffix("-arm64") == DEBIAN
        first = by_image(image, metadata)
        assert json.loads(first.files["/etc/tricenter/node.json"])["site"] == site
        assert "user-data" not in metadata and "PRIVATE KEY" not in str(metadata)


def test_secrets_are_in_their_region_and_each_sites_own(asked) -> None:
    """A machine's document is kept in the machine's region, and read by that machine alone."""
    secrets = {one.name: one.inputs for one in of(asked, "Secret")}
    for site, zone in SITES.items():
        secret = secrets[f"ledger-{site}-secret"]
        assert secret["secretId"] == f"ledger-dev-{site}" and secret["deletionProtection"] is True
        (replica,) = secret["replication"]["userManaged"]["replicas"]
        assert replica["location"] == zone.rpartition("-")[0]
    readers = of(asked, "SecretIamMember")
    assert {one.name for one in readers} == {f"ledger-{site}-machine-secret" for site in SITES}
    for one in readers:
        assert one.inputs["role"] == "roles/secretmanager.secretAccessor"
    (seed,) = [one for one in of(asked, "SecretVersion") if one.name == "ledger-seed"]
    assert seed.ignored == {"secretData"} and seed.protect


def test_a_machine_may_do_what_its_site_needs(asked) -> None:
    """No right in the project; its own object, and the vault for the repository's site."""
    accounts = {one.inputs["accountId"] for one in of(asked, "Account") if "-machine" in one.name}
    assert len(accounts) == 3
    for one in of(asked, "IAMMember"):
        assert not any(account in str(one.inputs["member"]) for account in accounts), one.name
    own_files = [one for one in of(asked, "BucketIAMMember") if one.name.endswith("-machine-files")]
    assert len(own_files) == 3
    for one in own_files:
        site = one.name.removeprefix("ledger-").removesuffix("-machine-files")
        assert one.inputs["condition"]["expression"].endswith(f'/config/{site}.json"')
    adding = [one for one in of(asked, "BucketIAMMember") if one.name.endswith("-cold-vault")]
    assert [one.name for one in adding] == ["ledger-tokyo-1-machine-cold-vault"]
    assert adding[0].inputs["role"] == "roles/storage.objectCreator"


def test_only_sites_and_their_regions_reach_a_machine(asked) -> None:
    """The store and backups are open to sites' subnets, databases and names to their networks."""
    rules = [one.inputs for one in of(asked, "Firewall") if "-machines-in-" in one.name]
    assert len(rules) == 5
    for rule in rules:
        (source,) = rule["sourceRanges"]
        assert rule["targetTags"] == ["ledger-dev-machine"] and rule["logConfig"]
        ports = {port for allowed in rule["allows"] for port in allowed["ports"]}
        site = ip_network(source).prefixlen == 20
        assert ports == ({"2379-2380", "8432"} if site else {"5432", "8008", "53"})
    wide = [
        one for one in of(asked, "Firewall")
        if one.inputs.get("allows") and "0.0.0.0/0" in one.inputs.get("sourceRanges", [])
    ]  # fmt: skip
    assert not wide


def test_data_is_encrypted_and_outlives_its_machine(asked, drill) -> None:
    """A disk of its own with our key; kept and protected in production, not in a drill."""
    disks = [one for one in asked if one.type == "gcp:compute/disk:Disk"]
    assert {one.name for one in disks} == {f"ledger-{site}-data" for site in SITES}
    for one in disks:
        assert one.inputs["diskEncryptionKey"]["kmsKeySelfLink"] and one.protect and one.kept
        assert one.inputs["createSnapshotBeforeDestroy"] is True and one.inputs["size"] >= 600
    encrypting = [one for one in of(asked, "CryptoKeyIAMMember") if "-compute-" in one.name]
    assert len(encrypting) == 2
    assert all("@compute-system." in one.inputs["member"] for one in encrypting)
    assert all({each.name for each in encrypting} & set(one.after) for one in disks)
    attached = [one.inputs["attachedDisks"] for one in machines(asked).values()]
    assert all(disk["deviceName"] == "tricenter-data" for (disk,) in attached)
    for one in [
        d for d in drill if d.type in {"gcp:compute/disk:Disk", "gcp:compute/instance:Instance"}
    ]:
        assert not one.protect and not one.kept
        assert not one.inputs.get("deletionProtection")


def test_disks_are_snapshot_and_vaulted(asked) -> None:
    """Each data disk has its region's schedule, and the plan of the immutable vault."""
    schedules = {one.name for one in of(asked, "DiskResourcePolicyAttachment")}
    assert schedules == {f"ledger-{site}-data-snapshots" for site in SITES}
    vaulted = {one.name: one.inputs for one in of(asked, "BackupPlanAssociation")}
    assert set(vaulted) == {f"ledger-{site}-data-vault" for site in SITES}
    assert all(one["resourceType"] == "compute.googleapis.com/Disk" for one in vaulted.values())


def test_each_site_has_its_files_and_bundles(asked) -> None:
    """The object of a site has the files of its script, and every scenario's bundle."""
    objects = {one.name: one.inputs for one in of(asked, "BucketObject")}
    for site, one in machines(asked).items():
        content = objects[f"ledger-{site}-files"]["content"]
        found = json.loads(content["value"] if isinstance(content, dict) else content)
        first = by_image(DEBIAN, one.inputs["metadata"])
        assert found["files"] == json.loads(first.files["/var/lib/tricenter/files.json"])
        assert "bundles/lose-city-hongkong/SHA256SUMS" in found["bundles"]
        version = next(one for one in asked if one.name == f"ledger-{site}-secret" and one.secret)
        told = version.inputs["secretData"]
        document = json.loads(told["value"] if isinstance(told, dict) else told)
        text = content["value"] if isinstance(content, dict) else content
        assert document["object_digest"] == hashlib.sha256(text.encode()).hexdigest()
        # It follows the files, so that a new one takes its place at any `up`.
        assert not version.protect
    assert next(one for one in asked if one.name == "ledger-seed" and one.secret).protect


def test_no_name_says_a_role(asked, drill) -> None:
    """Whoever leads, every resource of the machines is called the same."""
    for one in (*asked, *drill):
        assert not {"leader", "primary", "replica", "standby", "master"} & set(one.name.split("-"))
    assert machines(asked).keys() == machines(drill).keys()


def test_series_get_the_disks_that_they_take(tmp_path: Path) -> None:
    """A series that takes Hyperdisks alone has no Persistent Disk, at boot or for data."""
    for machine, kinds in (("c4a-standard-4", "hyperdisk"), ("n2-standard-4", "pd")):

        def change(spec: Any, machine: str = machine) -> None:
            own(spec)
            for database in spec["databases"].values():
                database["gcp"]["machine"] = machine

        asked = ask(variant(tmp_path, change))
        found = {one.inputs["type"] for one in of(asked, "Disk")}
        found |= {
            one.inputs["bootDisk"]["initializeParams"]["type"] for one in machines(asked).values()
        }
        assert {one.partition("-")[0] for one in found} == {kinds}


def test_tiers_of_cloud_sql_get_the_disks_that_they_take() -> None:
    """By the series of the tier, as for machines."""
    assert takes_hyperdisk_alone("n4-standard-2") and not takes_hyperdisk_alone("c3-standard-4")
    assert (sql_disk("db-c4a-highmem-4"), sql_disk(None)) == ("HYPERDISK_BALANCED", "PD_SSD")
