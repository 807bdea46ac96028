"""What people hear of on Google Cloud, under mocks: a database on Cloud SQL, one on AlloyDB."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.components.gcp_program import PROJECT, Asked, ask, of, variant
from tests.google_documents import document
from tests.google_metrics import BACKUP_STATUSES, METRICS, RESOURCES, in_promql
from tricenter.components.gcp.alerts import LASTS
from tricenter.components.gcp.watch_alloydb import DAY, LATE
from tricenter.components.gcp.watch_cloudsql import FAILED
from tricenter.roles.gcp import lag

CITY, REMOTE = "asia-east2", "asia-northeast1"
ADDRESSES = {"ops@pay.example", "dba@pay.example"}
PEOPLE = {"tricenter:notify": ", ".join(sorted(ADDRESSES))}
SQL, ALLOYDB = "ledger-a", "ledger-b"
FIELD = re.compile(r"([a-zA-Z]+(?:\.[a-zA-Z_]+)*)\s*(?:!=|=|:)\s*[\"(m]")
LABELLED = re.compile(r"(resource|metric)\.labels\.(\w+)")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Asked, ...]:
    """The example with a bound on the lag, one database on each service, and two people."""

    def change(spec: dict[str, Any]) -> None:
        for database in spec["databases"].values():
            database["replicas"]["tokyo-1"] = {"max_lag": "30s", "on_excess": "alarm"}
        spec["databases"][ALLOYDB]["gcp"] = {"service": "alloydb", "machine": "n2-highmem-2"}

    return ask(variant(tmp_path_factory.mktemp("told"), change), config=PEOPLE)


@pytest.fixture(scope="module")
def policies(told: tuple[Asked, ...]) -> dict[str, dict[str, Any]]:
    """The alert policies, by name without the topology's."""
    return {one.name.removeprefix("ledger-"): one.inputs for one in of(told, "AlertPolicy")}


def thresholds(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """The conditions of a policy that compare a metric with a number."""
    found = (one.get("conditionThreshold") for one in policy["conditions"])
    return [one for one in found if one]


def filters(policy: dict[str, Any]) -> Iterator[str]:
    """Every filter of a policy that chooses series of a metric."""
    for one in thresholds(policy):
        yield one["filter"]
        if "denominatorFilter" in one:
            yield one["denominatorFilter"]


def test_people_hear_of_everything(
    told: tuple[Asked, ...], policies: dict[str, dict[str, Any]]
) -> None:
    """Each policy has a channel of each person; that of a lost Cloud SQL starts the workflow too.

    AlloyDB's lost region starts nothing, so that nobody's approval is asked for.
    """
    mails = [one for one in of(told, "NotificationChannel") if one.inputs["type"] == "email"]
    assert {one.inputs["labels"]["email_address"] for one in mails} == ADDRESSES
    expected = {f"{REMOTE}-alarm-lost-{CITY}": 3, f"{CITY}-alarm-lost-{REMOTE}": 3}
    for region in (CITY, REMOTE):
        what = (f"approval-{region}", f"failed-failover-{region}", f"lost-{PROJECT}-{region}")
        expected |= {f"alert-{one}": 2 for one in what}
    expected |= {f"alert-{what}-{name}": 2 for what in ("lag-tokyo-1", "room", "backup")
                 for name in (SQL, ALLOYDB)}  # fmt: skip
    expected |= {"alert-failed-export-cold-vault": 2}
    assert {n: len(one["notificationChannels"]) for n, one in policies.items()} == expected


def test_filters_name_what_google_measures(policies: dict[str, dict[str, Any]]) -> None:
    """Each metric is on Google's list, of that resource, with labels that one of the two has."""
    judged = set[str]()
    for name, policy in policies.items():
        for chosen in filters(policy):
            (metric,) = re.findall(r'metric\.type = "([^"]+)"', chosen)
            (resource,) = re.findall(r'resource\.type = "([^"]+)"', chosen)
            assert metric in METRICS, name
            assert METRICS[metric].resource == resource, name
            has = {"resource": RESOURCES[resource], "metric": METRICS[metric].labels}
            assert all(label in has[of_what] for of_what, label in LABELLED.findall(chosen)), name
            judged.add(metric)
    asked = {metric for metric in METRICS if metric not in judged}
    assert asked == {"alloydb.googleapis.com/cluster/last_backup_timestamp"}


def test_filters_of_logs_name_what_google_writes(policies: dict[str, dict[str, Any]]) -> None:
    """Fields of a log entry and of an audit log are those of Google's discovery documents."""
    entry = document("logging", "v2")["schemas"]["LogEntry"]["properties"]
    audit = document("servicecontrol")["schemas"]["AuditLog"]["properties"]
    seen = set[str]()
    for policy in policies.values():
        for one in policy["conditions"]:
            matched = one.get("conditionMatchedLog")
            if not matched:
                continue
            assert policy["alertStrategy"]["notificationRateLimit"]["period"] == "300s"
            extracted = re.findall(r"EXTRACT\(([\w.]+)\)", str(matched["labelExtractors"]))
            (resource,) = re.findall(r'resource\.type="([^"]+)"', matched["filter"])
            for field in (*FIELD.findall(matched["filter"]), *extracted):
                first, _, rest = field.partition(".")
                assert first in entry, field
                if first == "protoPayload":
                    assert rest.partition(".")[0] in audit, field
                if rest.startswith("labels."):
                    assert rest.partition(".")[2] in RESOURCES[resource], field
                seen.add(first)
    assert {"logName", "protoPayload", "jsonPayload", "resource", "severity"} <= seen


def test_a_failed_backup_of_cloud_sql_is_told(policies: dict[str, dict[str, Any]]) -> None:
    """By the audit log of both instances, for each status but that of success."""
    (condition,) = policies[f"alert-backup-{SQL}"]["conditions"]
    chosen = condition["conditionMatchedLog"]["filter"]
    assert set(FAILED) == BACKUP_STATUSES - {"STATUS_SUCCEEDED"}
    assert all(f'"{one}"' in chosen for one in FAILED) and "SUCCEEDED" not in chosen
    for site in ("kowloon", "tokyo-1"):
        assert f'"{PROJECT}:ledger-dev-{site}-{SQL}"' in chosen
    assert f'logName="projects/{PROJECT}/logs/cloudaudit.googleapis.com%2Fsystem_event"' in chosen


def test_a_missing_backup_of_alloydb_is_told(policies: dict[str, dict[str, Any]]) -> None:
    """By the newest one of whichever cluster leads: too old, or for a day not known at all."""
    metric = "alloydb.googleapis.com/cluster/last_backup_timestamp"
    assert METRICS[metric].unit == "us"
    asked = [one["conditionPrometheusQueryLanguage"]
             for one in policies[f"alert-backup-{ALLOYDB}"]["conditions"]]  # fmt: skip
    old, unknown = asked
    for one in asked:
        assert f"{in_promql(metric)}{{" in one["query"] and one["disableMetricValidation"]
        labels = dict(re.findall(r'(\w+)=~?"([^"]+)"', one["query"]))
        assert labels.pop("monitored_resource") == METRICS[metric].resource
        assert labels.keys() <= RESOURCES[METRICS[metric].resource] | METRICS[metric].labels
        names = {f"ledger-dev-{site}-{ALLOYDB}" for site in ("kowloon", "tokyo-1")}
        assert set(labels["cluster_id"].split("|")) == names
        for spelled in ("AUTOMATED", "automated"):
            assert re.fullmatch(labels["backup_type"], spelled)
        assert not re.fullmatch(labels["backup_type"], "CONTINUOUS")
        pytest.importorskip("promql_parser").parse(one["query"])  # raises where it is no query
    assert old["query"].endswith(f"/ 1e6 > {LATE}") and old["query"].startswith("time() - max(")
    assert unknown["query"].startswith("absent(") and unknown["duration"] == f"{DAY}s"
    # Whoever deploys hears nothing until the first backup is a day late.
    assert DAY < LATE < 2 * DAY


def test_a_lost_region_of_alloydb_is_told(policies: dict[str, dict[str, Any]]) -> None:
    """Nodes that are down and those of which nothing is heard are both not up, of that region."""
    for region, site in ((CITY, "kowloon"), (REMOTE, "tokyo-1")):
        policy = policies[f"alert-lost-{PROJECT}-{region}"]
        (silent,) = thresholds(policy)
        assert policy["severity"] == "CRITICAL"
        assert 'metric.labels.status = "up"' in silent["filter"]
        assert f"ledger-dev-{site}-{ALLOYDB}" in silent["filter"]
        assert len(re.findall("ledger-dev", silent["filter"])) == 1
        assert (silent["comparison"], silent["thresholdValue"]) == ("COMPARISON_LT", 1)
        assert silent["evaluationMissingData"] == "EVALUATION_MISSING_DATA_ACTIVE"
        assert silent["aggregations"][0]["crossSeriesReducer"] == "REDUCE_SUM"
        assert silent["duration"] == f"{LASTS}s"
        assert "tricenter failover" in policy["documentation"]["content"]


def test_storage_of_alloydb_is_a_share_of_its_quota(policies: dict[str, dict[str, Any]]) -> None:
    """Both halves are of the same clusters and aligned alike, which Monitoring wants of a ratio."""
    ratio, connections = thresholds(policies[f"alert-room-{ALLOYDB}"])
    assert ratio["filter"].replace("/usage", "/limit") == ratio["denominatorFilter"]
    assert ratio["aggregations"] == ratio["denominatorAggregations"]
    assert ratio["thresholdValue"] == 0.8
    assert "total_connections" in connections["filter"] and connections["thresholdValue"] > 1


def test_the_question_to_a_person_is_a_message(
    told: tuple[Asked, ...], policies: dict[str, dict[str, Any]]
) -> None:
    """What the workflow logs when it waits is what the policy looks for, and tells the address."""
    (condition,) = policies[f"alert-approval-{REMOTE}"]["conditions"]
    filtered = condition["conditionMatchedLog"]["filter"]
    (forced,) = (one for one in of(told, "Workflow")
                 if one.inputs["region"] == REMOTE and one.name.endswith("forced"))  # fmt: skip
    assert f'resource.labels.workflow_id="{forced.inputs["name"]}"' in filtered
    assert "message: approval is wanted" in forced.inputs["sourceContents"]
    assert 'jsonPayload.message:"approval is wanted"' in filtered
    assert "severity: ALERT" in forced.inputs["sourceContents"] and 'severity="ALERT"' in filtered


def test_the_lag_that_people_hear_of_is_the_specs(policies: dict[str, dict[str, Any]]) -> None:
    """Of Cloud SQL what does not arrive and what is not applied, in its own unit; of AlloyDB what
    the leader measures of that secondary."""
    policy = policies[f"alert-lag-tokyo-1-{SQL}"]
    assert policy["combiner"] == "OR"
    found = [(METRICS[metric].unit, one["thresholdValue"])
             for one, metric in zip(thresholds(policy), lag.METRICS, strict=True)
             if metric in one["filter"]]  # fmt: skip
    assert found == [("s", 30), ("s", 30)]
    assert all(f"ledger-dev-tokyo-1-{SQL}" in one["filter"] for one in thresholds(policy))
    (behind,) = thresholds(policies[f"alert-lag-tokyo-1-{ALLOYDB}"])
    assert behind["thresholdValue"] == 30_000 and "secondary_lag" in behind["filter"]
    assert f'secondary_cluster_id = "ledger-dev-tokyo-1-{ALLOYDB}"' in behind["filter"]
    assert "resource.labels" not in behind["filter"]


def test_without_an_address_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alert that reaches nobody is worth a warning in production."""
    said: list[str] = []
    monkeypatch.setattr("pulumi.log.warn", lambda text, *_, **__: said.append(text))
    asked = ask()
    assert not [o for o in of(asked, "NotificationChannel") if o.inputs["type"] == "email"]
    assert [text for text in said if "tricenter:notify is not set" in text]


def test_a_database_of_one_region_is_watched_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without another region there is no workflow, and still backups that fail and full disks.

    Bundles are about other regions, and left out.
    """
    monkeypatch.setattr("tricenter.components.gcp.bundles.make_bundles", lambda *_: None)

    def change(spec: dict[str, Any]) -> None:
        for database in spec["databases"].values():
            database["replicas"].pop("tokyo-1")

    asked = ask(variant(tmp_path, change), config=PEOPLE)
    found = {one.name for one in of(asked, "AlertPolicy")}
    assert {f"ledger-alert-{what}-{SQL}" for what in ("backup", "room")} <= found
    assert not [name for name in found if "-lost-" in name]
