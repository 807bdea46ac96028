"""What a forecast promises of a lost city, or of every site, is what the resources ship."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from tests.components import aws_program, gcp_program
from tests.components.test_gcp_copies import clusters
from tests.once import once
from tests.recording import Asked
from tricenter.topology.cron import fires
from tricenter.topology.forecast import forecast
from tricenter.topology.forecast.model import Interval
from tricenter.topology.validate import validate

Edit = Callable[[dict[str, Any]], None]
DATABASE = "ledger-a"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS_OF_AWS = {str(number): str(number - 1) for number in range(1, 8)}
GOOGLE_WINDOW_S = 13 * 3600
"""An export is taken to need no longer than a job of AWS Backup may."""


def nightly(**edit: Any) -> Edit:
    """The backup with other values; `full` and `incremental` are its schedule's."""

    def change(spec: dict[str, Any]) -> None:
        backup = spec["backups"]["nightly"]
        for key, value in edit.items():
            backup[key] = {**backup.get(key, {}), **value} if isinstance(value, Mapping) else value

    return change


WEEKLY = {"full": "0 2 * * 0", "incremental": "0 2 * * 1-6"}
EDITS: dict[str, Edit] = {
    "daily": nightly(),
    "longer than a log can be kept": nightly(keep={"daily": 60}),
    "twice a week": nightly(schedule={"full": "0 2 * * 1,4"}),
    "weekly, with increments": nightly(schedule=WEEKLY),
    "no log": nightly(log=None),
    "no vault": nightly(copies=["tokyo-1"]),
}


QUICK = ("longer than a log can be kept",)
CASES = pytest.mark.parametrize(
    "case",
    [case if case in QUICK else pytest.param(case, marks=pytest.mark.long) for case in EDITS],
)
"""A deployment under mocks takes seconds: one each is quick, the others are for long runs."""


@cache
def changed(target: str, service: str, case: str) -> str:
    """The reference of a target on a service, with an edit."""
    base = (aws_program if target == "aws" else gcp_program).EXAMPLE
    spec = yaml.safe_load(base.read_text(encoding="utf-8"))
    for database in spec["databases"].values():
        place = database[target]
        place["service"] = service
        place |= MACHINES.get(service, {})
        if service == "rds":  # cannot hold writes back
            for replica in database["replicas"].values():
                for key in ("max_lag", "on_excess"):
                    replica.pop(key, None)
    EDITS[case](spec)
    if case == "no vault":
        del spec["vaults"]
    spec["backups"]["nightly"] = {
        key: value for key, value in spec["backups"]["nightly"].items() if value is not None
    }
    return yaml.safe_dump(spec)


MACHINES = {
    "rds": {"instance": "db.m6g.large"},
    "alloydb": {"machine": "n2-highmem-2"},
}


@once
def asked(target: str, service: str, case: str) -> tuple[Asked, ...]:
    """What the program asks for, in profile production."""
    with TemporaryDirectory() as folder:
        written = Path(folder) / "spec.yaml"
        written.write_text(changed(target, service, case), encoding="utf-8")
        return (aws_program if target == "aws" else gcp_program).ask(written)


def promised(target: str, service: str, case: str, scenario: str) -> Interval:
    """The forecast's RPO of one database."""
    found = forecast(validate(changed(target, service, case)), target=target)
    kind = next(one.id for one in found.scenarios if one.id.startswith(scenario))
    return found.scenario(kind).database(DATABASE).rpo


def longest_gap(crons: Iterable[str]) -> float:
    """Seconds between two starts, at the longest within a year, of all schedules together."""
    times = sorted(t for cron in crons for t in fires(cron, BEGIN, BEGIN + timedelta(days=400)))
    return max((b - a).total_seconds() for a, b in zip(times, times[1:], strict=False))


def plain(cron: str) -> str:
    """AWS' six fields as the five of everybody else."""
    fields = cron.removeprefix("cron(").removesuffix(")").replace("?", "*").split()
    return " ".join(fields[:5])


def shipped_by_aws(resources: tuple[Asked, ...], leader: str) -> dict[str, float]:
    """By region of a vault outside the leader's: the most that the newest snapshot there lacks.

    A copy counts only under a key of the region in which it lies.
    """
    by_arn = {
        aws_program.arn_of(v.type, v.name, v.inputs, "aws"): v
        for v in aws_program.of(resources, "backup/vault:Vault")
    }
    found: dict[str, list[tuple[str, float]]] = {}
    for plan in aws_program.of(resources, "backup/plan:Plan"):
        for rule in plan.inputs["rules"] if plan.inputs["region"] == leader else ():
            late = 60.0 * (rule["startWindow"] + rule["completionWindow"])
            for copy in rule["copyActions"]:
                vault = by_arn[copy["destinationVaultArn"]].inputs
                assert f":{vault['region']}:" in vault["kmsKeyArn"]
                found.setdefault(vault["region"], []).append((plain(rule["schedule"]), late))
    return {
        region: longest_gap(cron for cron, _ in rules) + max(late for _, late in rules)
        for region, rules in found.items()
        if region != leader
    }


@CASES
@pytest.mark.parametrize("service", ["aurora", "rds"])
def test_a_forecast_for_aws_is_what_its_plans_ship(service: str, case: str) -> None:
    """Into the vault of the spec for the loss of every site, into any other region for the city's;
    where writes are held back, no backup is needed for that."""
    resources = asked("aws", service, case)
    there = shipped_by_aws(resources, aws_program.CITY)
    assert_promised(
        case, promised("aws", service, case, "lose-all").high, there.get(aws_program.VAULT)
    )
    if service == "rds":
        assert_promised(case, promised("aws", service, case, "lose-city").high, min(there.values()))


def assert_promised(case: str, promise: float | None, shipped: float | None) -> None:
    """The same; or more, where a plan's weekly rule comes between two days of the schedule."""
    if case == "twice a week":
        assert promise is not None
        assert shipped is not None
        assert shipped <= promise <= 2 * shipped
    else:
        assert promise == shipped


@CASES
@pytest.mark.parametrize("service", ["aurora", "rds"])
def test_any_second_can_be_restored_in_the_leaders_region(service: str, case: str) -> None:
    """Also where AWS Backup keeps no log, since it must not be kept for that long."""
    kind = "rds/cluster:Cluster" if service == "aurora" else "rds/instance:Instance"
    resources = asked("aws", service, case)
    (leading,) = [
        one
        for one in aws_program.of(resources, kind)
        if one.inputs["region"] == aws_program.CITY and one.name.endswith(DATABASE)
    ]
    assert leading.inputs["backupRetentionPeriod"] >= 7


def shipped_by_google(resources: tuple[Asked, ...]) -> float | None:
    """The most that the newest export in the vault lacks; None where none is made of it."""
    (bucket,) = [b for b in gcp_program.of(resources, "Bucket") if "cold-vault" in b.name]
    key = bucket.inputs["encryption"]["defaultKmsKeyName"]
    assert bucket.inputs["location"].lower() in key
    workflows = gcp_program.of(resources, "Workflow")
    exporting = any(
        "/export" in one.inputs["sourceContents"] and DATABASE in one.inputs["sourceContents"]
        for one in workflows
        if "export" in one.name
    )
    jobs = [job.inputs["schedule"] for job in gcp_program.of(resources, "Job")]
    return longest_gap(jobs) + GOOGLE_WINDOW_S if exporting and jobs else None


@CASES
@pytest.mark.parametrize("service", ["cloud-sql", "alloydb"])
def test_a_forecast_for_google_cloud_is_what_is_exported(service: str, case: str) -> None:
    """Into the vault. What the service keeps itself is opened by a key of the leader's region, so
    the loss of the city takes it with it, wherever it lies."""
    resources = asked("gcp", service, case)
    cold = None if case == "no vault" else shipped_by_google(resources)
    assert promised("gcp", service, case, "lose-all").high == cold
    assert promised("gcp", service, case, "lose-city").high == cold


def test_the_services_own_backups_need_the_key_of_their_region() -> None:
    """Which is what the forecast goes by: nothing encrypts them anew."""
    for one in gcp_program.of(asked("gcp", "cloud-sql", "daily"), "DatabaseInstance"):
        assert one.inputs["region"] in one.inputs["encryptionKeyName"]
    for one in gcp_program.of(clusters(), "Cluster"):
        policy = one.inputs.get("automatedBackupPolicy", {})
        if policy.get("enabled"):
            assert policy["location"] == one.inputs["location"]
            assert one.inputs["location"] in policy["encryptionConfig"]["kmsKeyName"]
