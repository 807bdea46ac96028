"""Every resource on Google Cloud: its name, parent, provider, place, labels, guard and exposure."""

import inspect
import re
from importlib import import_module
from typing import Any

import pytest

from tests.components.gcp_program import (
    EXAMPLE,
    PROJECT,
    ROOT,
    RUN,
    Asked,
    ask,
    drill,
    of,
    production,
)
from tests.conftest import Golden
from tricenter.topology.compile import compile_plan
from tricenter.topology.validate import load

ROLE = re.compile(
    r"(^|[-_])(leader|primary|replica|standby|master|slave|secondary|writer|reader)([-_]|$)"
)
PROTECTED = {"DatabaseInstance", "Database", "KeyRing", "CryptoKey", "ManagedZone"}
"""What holds data, or what data cannot be read without; and the bucket of the cold copies."""


def arguments_of(one: Asked) -> set[str]:
    """The arguments that the SDK's class of a resource takes."""
    module, name = one.type.split(":")[1].partition("/")[0], one.type.rpartition(":")[2]
    made = getattr(import_module(f"pulumi_gcp.{module}"), name)
    return set(inspect.signature(made._internal_init).parameters)


def google(asked: tuple[Asked, ...]) -> list[Asked]:
    """The resources of Google's provider."""
    return [one for one in asked if one.type.startswith("gcp:")]


def test_types_names_and_parents_are_the_golden_ones(golden: Golden) -> None:
    """A change of a type, name or parent would make users' resources anew."""
    lines = [f"{one.type}  {one.name}  {one.parent}" for one in production()]
    golden(ROOT / "tests" / "golden_plan" / "ledger-gcp.txt", "\n".join(lines) + "\n")


def test_every_resource_has_a_component_and_a_provider() -> None:
    """Nothing stands beside the topology, nothing uses whatever project a shell names."""
    components = {one.name for one in production() if one.type.startswith("tricenter:")}
    for one in google(production()):
        assert one.parent in components, one
        assert one.provider == f"ledger-gcp-{PROJECT}", one


def test_names_say_no_role() -> None:
    """Neither the engine's name nor Google's tells who leads: they outlive a change of roles."""
    for one in production():
        names = {key: one.inputs.get(key) for key in ("name", "clusterId", "accountId", "roleId")}
        for name in (one.name, *filter(None, names.values())):
            # The record of a database's writer is the name that clients ask for.
            if "dns/recordSet" in one.type:
                continue
            assert not ROLE.search(str(name)), one


def test_names_are_ones_that_google_takes() -> None:
    """Lower case, digits and hyphens, a letter first, at most 63."""
    shape = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
    others = {"RecordSet", "IAMMember", "BucketObject", "Database", "User"}
    for one in google(production()):
        name = one.inputs.get("name")
        if name and one.type.rpartition(":")[2] not in others:
            assert shape.fullmatch(name), one


@pytest.mark.parametrize("profile", ["production", "drill"])
def test_labels_say_whose_it_is_and_when_it_may_go(profile: str) -> None:
    """Whatever can carry labels does; in a drill they have the run and its end."""
    labelled = 0
    for one in google(production() if profile == "production" else drill()):
        known = arguments_of(one)
        key = "userLabels" if "user_labels" in known else "labels"
        labels = one.inputs.get(key)
        if one.type.endswith(":DatabaseInstance"):
            labels = one.inputs["settings"]["userLabels"]
        elif not {"labels", "user_labels"} & known:
            continue
        labelled += 1
        assert labels["tricenter-stack"] == "ledger-dev", one
        assert labels["tricenter-topology"] == "ledger"
        assert labels["tricenter-profile"] == profile
        if profile == "drill":
            assert labels["tricenter-run"] == RUN["tricenter:runId"]
            assert labels["tricenter-expires"] == "2026-11-25t10-00-00z"
        assert all(re.fullmatch(r"[a-z0-9_-]{1,63}", value) for value in labels.values())
    assert labelled > 15


def test_production_protects_what_holds_data() -> None:
    """The engine refuses to delete data, and keys without which it cannot be read."""
    for one in google(production()):
        cold = one.type.endswith(":Bucket") and "cold-vault" in one.name
        assert one.protect == (one.type.rpartition(":")[2] in PROTECTED or cold), one
    for one in google(production()):
        if "deletion_protection" in arguments_of(one) and one.type.rpartition(":")[2] != "Secret":
            assert one.inputs["deletionProtection"] is True, one


def test_a_drill_leaves_nothing() -> None:
    """Nothing is protected, kept, locked, or of a kind that cannot be deleted."""
    for one in google(drill()):
        assert not one.protect, one
        known = arguments_of(one)
        if "deletion_protection" in known:
            assert one.inputs["deletionProtection"] is False, one
        if "force_destroy" in known:
            assert one.inputs["forceDestroy"] is True, one
        assert "retentionPolicy" not in one.inputs, one
    kinds = {one.type.rpartition(":")[2] for one in drill()}
    assert not kinds & {"KeyRing", "CryptoKey", "BackupVault"}
    for one in of(drill(), "DatabaseInstance"):
        settings = one.inputs["settings"]
        assert settings["deletionProtectionEnabled"] is False
        assert settings["retainBackupsOnDelete"] is False
        assert settings["finalBackupConfig"]["enabled"] is False


def test_each_stands_where_its_site_is() -> None:
    """A child of a site's component is in that site's region, and its instance in its zones."""
    plan = compile_plan(load(EXAMPLE), "gcp")
    places = {host.name: host.place for host in plan.hosts}
    seen = 0
    for one in google(production()):
        site = next(
            (s for s in places if re.match(rf"ledger-{s}-(network|member)", one.parent)), ""
        )
        region = one.inputs.get("region") or one.inputs.get("location")
        if site and region:
            place = places[site]
            assert place is not None
            assert region == place.region, one
            seen += 1
    assert seen == 3 + 4


def test_what_follows_no_site_says_its_region_in_its_name() -> None:
    """Keys, routers, workflows, buckets, triggers: the region they name is the one they are in."""
    regions = ("asia-east2", "asia-northeast1", "asia-northeast2")
    for one in google(production()):
        named = next((region for region in regions if region in one.name), None)
        stated = one.inputs.get("region") or one.inputs.get("location")
        if named and stated:
            assert stated.lower() == named, one


def test_nothing_is_open_to_the_public() -> None:
    """No rule lets the world in, no bucket is public, no database has a public address."""
    for one in of(production(), "Firewall"):
        if one.inputs["direction"] == "INGRESS":
            assert "allows" not in one.inputs or "0.0.0.0/0" not in one.inputs["sourceRanges"]
        else:
            assert "allows" not in one.inputs or "0.0.0.0/0" not in one.inputs["destinationRanges"]
    refused = {
        one.inputs["direction"] for one in of(production(), "Firewall") if "denies" in one.inputs
    }
    assert refused == {"INGRESS", "EGRESS"}
    for one in of(production(), "Bucket"):
        assert one.inputs["publicAccessPrevention"] == "enforced"
        assert one.inputs["uniformBucketLevelAccess"] is True
    for one in of(production(), "DatabaseInstance"):
        assert one.inputs["settings"]["ipConfiguration"]["ipv4Enabled"] is False
    everyone = {"allUsers", "allAuthenticatedUsers"}
    assert not [one for one in production() if one.inputs.get("member") in everyone]


def test_everything_at_rest_has_a_key_of_its_region() -> None:
    """Data is encrypted with a key that lives and dies with its own region."""
    for one in (*of(production(), "DatabaseInstance"), *of(production(), "Bucket")):
        region = (one.inputs.get("region") or one.inputs["location"]).lower()
        key = one.inputs.get("encryptionKeyName") or one.inputs["encryption"]["defaultKmsKeyName"]
        # Under mocks the id of a key is its name.
        assert key == f"ledger-dev-{region}"
        grants = [name for name in one.after if region in name and "-key-" in name]
        assert grants, one
    for one in of(production(), "CryptoKey"):
        assert one.inputs["rotationPeriod"] == f"{90 * 24 * 3600}s"
        assert one.inputs["versionTemplate"]["protectionLevel"] == "HSM"


def test_what_is_refused_or_done_is_logged() -> None:
    """Traffic, refused connections, and every call of a failover leave a line."""
    assert all(one.inputs["logConfig"] for one in of(production(), "Subnetwork"))
    assert all(one.inputs["logConfig"] for one in of(production(), "Firewall"))
    assert all(one.inputs["callLogLevel"] for one in of(production(), "Workflow"))
    assert all(one.inputs["logCheckFailures"] for one in of(production(), "UptimeCheckConfig"))


def test_there_is_no_password() -> None:
    """People and programs come with Google's tokens; nothing in the state is worth stealing."""

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {key for one in value.values() for key in keys(one)}
        return {key for one in value for key in keys(one)} if isinstance(value, list) else set()

    for one in google(production()):
        assert not [key for key in keys(one.inputs) if "password" in key.lower()], one
    assert {one.inputs["type"] for one in of(production(), "User")} == {"CLOUD_IAM_SERVICE_ACCOUNT"}


def test_other_roles_rename_nothing() -> None:
    """After a failover every resource is the same one, and of data only the role's part differs."""
    moved = ask(roles={"ledger-a": "tokyo-1", "ledger-b": "tokyo-1"})
    assert [(o.type, o.name, o.parent) for o in moved] == [
        (o.type, o.name, o.parent) for o in production()
    ]
    for old, new in zip(production(), moved, strict=True):
        if old.type.startswith("gcp:") and not old.type.endswith(":DatabaseInstance"):
            assert comparable(old) == comparable(new), old.name


def comparable(one: Asked) -> Any:
    """The inputs of a resource; an archive by its hash."""
    archive = one.inputs.get("source")
    if archive is None:
        return one.inputs
    return {name: asset.text for name, asset in archive.assets.items()}


def test_grants_are_narrow() -> None:
    """Predefined roles are those of one job; nobody is owner, editor or administrator."""
    wide = re.compile(r"roles/(owner|editor|.*[aA]dmin)$")
    for kind in ("IAMMember", "BucketIAMMember", "TopicIAMMember", "CryptoKeyIAMMember"):
        for one in of(production(), kind):
            assert not wide.match(one.inputs["role"]), one
    for one in of(production(), "IAMCustomRole"):
        assert not [p for p in one.inputs["permissions"] if p.endswith((".delete", ".create"))]
