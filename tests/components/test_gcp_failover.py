"""Failover on Google Cloud under mocks: a region takes over, on two signals, asked or by itself."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.components.gcp_program import Asked, ask, drill, of, production, variant

CITY, REMOTE = "asia-east2", "asia-northeast1"


def workflows(asked: tuple[Asked, ...]) -> dict[tuple[str, str], Asked]:
    """The workflows of failover, by region and kind."""
    return {
        (one.inputs["region"], one.name.rpartition("-")[2]): one
        for one in of(asked, "Workflow")
        if one.parent == "ledger-failover"
    }


def settings(one: Asked) -> dict[str, Any]:
    """What a workflow's source has been given."""
    steps = yaml.safe_load(one.inputs["sourceContents"])["main"]["steps"]
    given: dict[str, Any] = {}
    for line in steps[0]["settings"]["assign"]:
        given |= line
    return given


def test_what_takes_over_lives_where_it_takes_over_to() -> None:
    """A workflow in the lost region would be lost with it; each region has both kinds."""
    found = workflows(production())
    assert set(found) == {(r, k) for r in (CITY, REMOTE) for k in ("forced", "planned")}
    for (region, _), one in found.items():
        instances = [database["instance"] for database in settings(one)["databases"]]
        site = {CITY: "kowloon", REMOTE: "tokyo-1"}[region]
        assert instances == [f"ledger-dev-{site}-ledger-{letter}" for letter in "ab"]


def test_roles_change_no_workflow() -> None:
    """Who leads is asked when it runs: a failover leaves its own automation as it was."""
    moved = workflows(ask(roles={"ledger-a": "tokyo-1"}))
    for key, one in workflows(production()).items():
        assert moved[key].inputs == one.inputs


def test_the_spec_says_who_decides() -> None:
    """`lose-city: approve` waits for a person in both directions."""
    for region in (CITY, REMOTE):
        given = settings(workflows(production())[region, "forced"])
        assert given["approve"] is True


@pytest.mark.parametrize(
    ("change", "approve"),
    [
        (lambda spec: spec["failover"].__setitem__("lose-city", "automatic"), [False, False]),
        (lambda spec: spec["failover"].pop("lose-city"), [True, True]),
        (
            lambda spec: spec["failover"].update(
                {"lose-city": "automatic", "lose-city:hongkong": {"mode": "approve"}}
            ),
            [False, True],
        ),
    ],
    ids=["automatic", "not-said", "one-city"],
)
def test_modes(tmp_path: Path, change: Callable[[Any], Any], approve: list[bool]) -> None:
    """A scenario's id wins over its class; without a word a person decides."""
    found = workflows(ask(variant(tmp_path, change)))
    given = [settings(found[region, "forced"])["approve"] for region in (CITY, REMOTE)]
    assert given == approve


def test_a_city_that_nobody_probes_is_a_persons(tmp_path: Path) -> None:
    """One signal is no proof: without public addresses there is no automatic failover."""

    def change(spec: dict[str, Any]) -> None:
        spec["failover"]["lose-city"] = "automatic"
        spec["dns"]["records"] = {}

    given = settings(workflows(ask(variant(tmp_path, change)))[REMOTE, "forced"])
    assert given["approve"] is True


def test_an_alarm_needs_both_signals() -> None:
    """Probes of every site from outside AND no instance of which it is heard that it is up."""
    found = {one.name: one for one in of(production(), "AlertPolicy")}
    policy = found[f"ledger-{REMOTE}-alarm-lost-{CITY}"].inputs
    assert policy["combiner"] == "AND"
    kinds = [sorted(set(one) - {"displayName"}) for one in policy["conditions"]]
    assert kinds == [["conditionThreshold"]] * 3
    silent = policy["conditions"][-1]["conditionThreshold"]
    # A database that says 0 for five minutes, and one of which nobody hears, are both not up.
    assert (silent["comparison"], silent["thresholdValue"]) == ("COMPARISON_LT", 1)
    assert silent["evaluationMissingData"] == "EVALUATION_MISSING_DATA_ACTIVE"
    assert silent["duration"] == "300s"
    assert silent["aggregations"][0]["crossSeriesReducer"] == "REDUCE_MAX"
    assert "ledger-dev-kowloon-ledger-a" in silent["filter"]
    assert "tokyo" not in silent["filter"]
    assert policy["severity"] == "CRITICAL"


def test_probes_come_from_three_places() -> None:
    """Each site is probed at its first public address and the record's own port."""
    probes = of(production(), "UptimeCheckConfig")
    assert len(probes) == 3
    for one in probes:
        assert len(one.inputs["selectedRegions"]) >= 3
        assert one.inputs["tcpCheck"]["port"] == 443
        assert one.inputs["monitoredResource"]["labels"]["host"].startswith("203.0.113.")


def test_an_alarm_starts_the_workflow_in_its_own_region() -> None:
    """Topic, trigger and workflow are in the region that takes over; the message stays there."""
    for region in (CITY, REMOTE):
        (topic,) = (one for one in of(production(), "Topic") if region in one.name)
        kept = topic.inputs["messageStoragePolicy"]["allowedPersistenceRegions"]
        assert kept == [region]
        (trigger,) = (one for one in of(production(), "Trigger") if region in one.name)
        assert trigger.inputs["location"] == region
        assert f"ledger-{region}-failover-forced" in trigger.after


def test_who_starts_may_not_act() -> None:
    """The trigger's identity may start workflows; only the workflow's may touch a database."""
    roles: dict[str, set[str]] = {}
    for one in of(production(), "IAMMember"):
        roles.setdefault(one.inputs["member"], set()).add(one.inputs["role"])
    for trigger in of(production(), "Trigger"):
        member = f"serviceAccount:{trigger.inputs['serviceAccount']}"
        assert roles[member] == {"roles/workflows.invoker"}
    (acting,) = (one for one in of(production(), "IAMCustomRole") if "failover" in one.name)
    permissions = acting.inputs["permissions"]
    assert not [p for p in permissions if not p.startswith("cloudsql.instances.")]
    assert not [p for p in permissions if p.endswith((".delete", ".create", ".import"))]


def test_bundles_are_in_every_region() -> None:
    """Each region with a site has all of them, with the names of this very stack."""
    archives = of(production(), "BucketObject")
    assert {one.name for one in archives} == {
        f"ledger-{region}-bundles-archive" for region in (CITY, REMOTE)
    }
    for one in archives:
        files = one.inputs["source"].assets
        assert {"bundle.json", "run.py", "SHA256SUMS"} <= {
            path.rpartition("/")[2] for path in files
        }
        text = files["bundles/lose-city-hongkong/bundle.json"].text
        assert "ledger-dev-tokyo-1-ledger-a" in text


def test_a_drill_has_the_same_automation() -> None:
    """What a drill does not have it cannot prove."""
    assert [one.name for one in drill() if one.parent == "ledger-failover"] == [
        one.name for one in production() if one.parent == "ledger-failover"
    ]


def test_apis_are_on_before_anything_is_made() -> None:
    """Each API of a resource's kind is switched on in its project, and stays on."""
    services = {one.inputs["service"].partition(".")[0]: one for one in of(production(), "Service")}
    assert {"sqladmin", "dns", "servicenetworking", "cloudkms", "eventarc"} <= set(services)
    assert all(one.inputs["disableOnDestroy"] is False for one in services.values())
    names = {one.name for one in services.values()}
    for one in production():
        kind = one.type.split(":")
        if kind[0] != "gcp" or one.type in {SERVICE, PROVIDER}:
            continue
        api = API.get(kind[1].partition("/")[0], kind[1].partition("/")[0])
        assert api in services, one.type
        assert names <= one.after, one.name


SERVICE, PROVIDER = "gcp:projects/service:Service", "pulumi:providers:gcp"
API = {
    "sql": "sqladmin", "serviceaccount": "iam", "kms": "cloudkms", "projects": "iam",
    "secretmanager": "secretmanager", "backupdisasterrecovery": "backupdr",
}  # fmt: skip
"""The API of a module of the SDK, where its name is another."""


def test_networks_find_googles_api_and_the_writers() -> None:
    """Where the firewall lets out to is where the names lead; writers are named inside."""
    zones = {one.inputs["dnsName"]: one.inputs for one in of(production(), "ManagedZone")}
    assert set(zones) == {"googleapis.com.", "internal.pay.example.com.", "pay.example.com."}
    for name in ("googleapis.com.", "internal.pay.example.com."):
        assert zones[name]["visibility"] == "private"
        assert len(zones[name]["privateVisibilityConfig"]["networks"]) == 1
    records = {one.inputs["name"]: one.inputs for one in of(production(), "RecordSet")}
    opened = next(one.inputs for one in of(production(), "Firewall") if "apis-out" in one.name)
    allowed = [ip_network(one) for one in opened["destinationRanges"]]
    for address in records["private.googleapis.com."]["rrdatas"]:
        assert any(ip_address(address) in one for one in allowed)
    assert records["*.googleapis.com."]["rrdatas"] == ["private.googleapis.com."]
    for name in ("ledger-a", "ledger-b"):
        inside = records[f"{name}-rw.internal.pay.example.com."]
        assert inside["rrdatas"] == [f"{name}.global.sql-psa.goog."]
    (policy,) = of(production(), "Policy")
    assert policy.inputs["enableInboundForwarding"] is True
