"""Copies on Google Cloud under mocks: cold buckets, exports, disks of machines, AlloyDB's own."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import pytest

from tests.components.gcp_program import RUN, Asked, ask, drill, of, production, variant
from tricenter.components.gcp import self_managed
from tricenter.topology.errors import SpecError

DAY = 24 * 3600


def cold(asked: tuple[Asked, ...]) -> Asked:
    """The bucket of the vault."""
    (found,) = (one for one in of(asked, "Bucket") if "cold-vault" in one.name)
    return found


def test_nobody_deletes_a_cold_copy_in_its_time() -> None:
    """`immutable: 30d` on an object-lock medium is a locked retention in the vault's region."""
    bucket = cold(production()).inputs
    assert bucket["retentionPolicy"] == {"retentionPeriod": str(30 * DAY), "isLocked": True}
    assert bucket["location"] == "ASIA-NORTHEAST2"
    # Cloud Storage takes either; the retention lets nothing be overwritten by itself.
    assert bucket["versioning"] == {"enabled": False}
    for one in of(production(), "Bucket"):
        assert one.inputs["versioning"]["enabled"] is not ("retentionPolicy" in one.inputs)


def test_a_lock_needs_the_medium_that_asks_for_it(tmp_path: Path) -> None:
    """What can never be taken back is done only where the spec says so by name."""
    asked = ask(variant(tmp_path, lambda spec: spec["vaults"]["cold-vault"].update(medium="disk")))
    assert cold(asked).inputs["retentionPolicy"]["isLocked"] is False


def test_a_drill_locks_nothing() -> None:
    """A locked bucket would outlive every drill."""
    bucket = cold(drill()).inputs
    assert "retentionPolicy" not in bucket
    assert bucket["forceDestroy"] is True
    assert bucket["softDeletePolicy"] == {"retentionDurationSeconds": 0}


def test_copies_go_when_nobody_wants_them_any_longer() -> None:
    """The longest of daily, weekly and monthly decides, and never less than the lock."""
    rules = cold(production()).inputs["lifecycleRules"]
    ages = [rule["condition"]["age"] for rule in rules if "age" in rule["condition"]]
    assert ages == [12 * 31]


def test_exports_run_by_the_spec_schedule_outside_the_sites() -> None:
    """The schedule starts a workflow in the vault's region; whichever instance leads may write."""
    (job,) = of(production(), "Job")
    assert job.inputs["schedule"] == "0 2 * * *"
    assert job.inputs["region"] == "asia-northeast2"
    assert "/executions" in job.inputs["httpTarget"]["uri"]
    writers = {
        one.inputs["member"]
        for one in of(production(), "BucketIAMMember")
        if one.inputs["role"] == "roles/storage.objectCreator"
    }
    assert len(writers) == 4


def test_a_vault_without_a_place_is_refused(tmp_path: Path) -> None:
    """No place on the cloud is no copy, on which a forecast would count; nothing is deployed."""
    spec = variant(tmp_path, lambda spec: spec["vaults"]["cold-vault"].pop("gcp"))
    with pytest.raises(SpecError, match="vaults.cold-vault: backups are copied to it, and it has"):
        ask(spec)


@cache
def with_service(service: str, machine: str, profile: str) -> tuple[Asked, ...]:
    """The example on another service; machines themselves are left out."""

    def change(spec: dict[str, Any]) -> None:
        for database in spec["databases"].values():
            database["gcp"] = {"service": service, "machine": machine}

    with TemporaryDirectory() as folder, mock.patch.object(self_managed, "deploy"):
        spec = variant(Path(folder), change)
        return ask(spec, profile, config=RUN if profile == "drill" else {})


def machines(profile: str = "production") -> tuple[Asked, ...]:
    """The example on machines."""
    return with_service("self-managed", "n2-standard-4", profile)


def clusters(profile: str = "production") -> tuple[Asked, ...]:
    """The example on AlloyDB."""
    return with_service("alloydb", "n2-highmem-2", profile)


def test_snapshots_of_disks_survive_their_region() -> None:
    """Each region's schedule stores in the other, and what was taken stays when the disk goes."""
    found = {one.inputs["region"]: one.inputs for one in of(machines(), "ResourcePolicy")}
    stored = {
        region: inputs["snapshotSchedulePolicy"]["snapshotProperties"]["storageLocations"]
        for region, inputs in found.items()
    }
    assert stored == {"asia-east2": "asia-northeast1", "asia-northeast1": "asia-east2"}
    retention = found["asia-east2"]["snapshotSchedulePolicy"]["retentionPolicy"]
    assert retention == {"maxRetentionDays": 35, "onSourceDiskDelete": "KEEP_AUTO_SNAPSHOTS"}


def test_a_vault_keeps_disks_as_long_as_the_spec_says() -> None:
    """A rule never keeps less than its vault enforces; a drill has no vault at all."""
    for vault in of(machines(), "BackupVault"):
        assert vault.inputs["backupMinimumEnforcedRetentionDuration"] == f"{30 * DAY}s"
        assert vault.protect
    (rule,) = of(machines(), "BackupPlan")[0].inputs["backupRules"]
    assert rule["backupRetentionDays"] >= 30
    assert not of(machines("drill"), "BackupVault")


def test_machines_have_a_way_out_and_managed_services_none() -> None:
    """Package archives are for machines; a database of the service needs no way to the internet."""
    assert {one.inputs["region"] for one in of(machines(), "RouterNat")} == {
        "asia-east2",
        "asia-northeast1",
    }
    assert not of(production(), "RouterNat")
    assert not of(machines(), "Connection")
    assert not of(machines(), "Workflow")


def test_alloydb_is_a_pair_of_clusters_with_regional_instances() -> None:
    """One leads, the other is made as its second; neither argument is ever pushed back."""
    found = {one.inputs["location"]: one for one in of(clusters(), "Cluster")}
    for database in "ab":
        lead, copy = (
            next(
                one
                for one in of(clusters(), "Cluster")
                if one.name.endswith(f"-{database}") and one.inputs["location"] == region
            )
            for region in ("asia-east2", "asia-northeast1")
        )
        assert lead.inputs["clusterType"] == "PRIMARY"
        assert copy.inputs["clusterType"] == "SECONDARY"
        path = copy.inputs["secondaryConfig"]["primaryClusterName"]
        assert path.endswith(f"/asia-east2/clusters/ledger-dev-kowloon-ledger-{database}")
        assert {"clusterType", "secondaryConfig"} <= copy.ignored & lead.ignored
        assert copy.inputs["continuousBackupConfig"] == {"enabled": False}
        assert lead.inputs["continuousBackupConfig"]["recoveryWindowDays"] == 35
    assert set(found) == {"asia-east2", "asia-northeast1"}
    for one in of(clusters(), "Instance"):
        assert one.inputs["availabilityType"] == "REGIONAL"
        assert one.inputs["clientConnectionConfig"]["sslConfig"]["sslMode"] == "ENCRYPTED_ONLY"
        # A public address has to be asked for.
        assert "networkConfig" not in one.inputs


def test_alloydb_is_guarded_and_encrypted() -> None:
    """Production protects clusters and encrypts them in their region; a drill forces them out."""
    for one in of(clusters(), "Cluster"):
        assert one.protect
        assert one.inputs["deletionProtection"] is True
        assert one.inputs["deletionPolicy"] == "DEFAULT"
        key = one.inputs["encryptionConfig"]["kmsKeyName"]
        assert key == f"ledger-dev-{one.inputs['location']}"
    for one in of(clusters("drill"), "Cluster"):
        assert not one.protect
        assert one.inputs["deletionPolicy"] == "FORCE"
        assert "encryptionConfig" not in one.inputs
