"""Messages that people are to get, seen arriving in the mail of the emulated clouds.

For each alarm, failed job and lost city: what the cloud does then is done to it, and what arrived
is read. A topic or a key that does not admit the sender lets nothing through there, as on AWS and
Google Cloud. Whether a condition holds is not asked here: that is by their own documents.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.offline.reference_walk import Begin, Walk
from tests.offline.small_spec import small_spec
from tricenter.components.aws.backup_events import JOBS

pytestmark = [pytest.mark.cloud, pytest.mark.long, pytest.mark.timeout(900)]

REGIONS = ("ap-southeast-1", "ap-northeast-1")
PEOPLE = {"duty@example.com", "second@example.com"}


def mail(walk: Walk) -> list[dict[str, str]]:
    """Everything that people were sent so far."""
    with urlopen(f"{walk.environment['AWS_ENDPOINT_URL']}/tricenter/mail") as answer:  # noqa: S310 - ours
        return json.load(answer)


def happen(walk: Walk, region: str, event: dict[str, Any]) -> None:
    """A service of the emulated AWS tells an event in a region."""
    url = f"{walk.environment['AWS_ENDPOINT_URL']}/tricenter/event/{region}"
    asked = Request(url, json.dumps(event).encode(), method="POST")  # noqa: S310 - ours
    with urlopen(asked) as answer:  # noqa: S310 - ours
        assert answer.status == 204


def new_mail(walk: Walk, before: int, region: str) -> str:
    """What arrived since, the same for each person, by the region's own topic; else nothing."""
    found = mail(walk)[before:]
    assert all(f":{region}:" in one["topic"] for one in found)
    texts = {one["text"] for one in found}
    for text in texts:
        assert {one["to"] for one in found if one["text"] == text} == PEOPLE
    return "\n".join(sorted(texts))


def alarms_reach_people(walk: Walk, region: str) -> int:
    """Each alarm with an action tells everybody its name; how many there are."""
    watch = walk.aws_client("cloudwatch", region)
    told = [one for one in watch.describe_alarms()["MetricAlarms"] if one["AlarmActions"]]
    for alarm in told:
        before, name = len(mail(walk)), alarm["AlarmName"]
        for state in ("OK", "ALARM"):
            watch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")
        assert f'"AlarmName": "{name}", "NewStateValue": "ALARM"' in new_mail(walk, before, region)
    return len(told)


def failed_jobs_reach_people(walk: Walk, region: str) -> None:
    """A job of AWS Backup that failed does; one that is done does not."""
    for kind, states in JOBS.items():
        key = "status" if kind.startswith("Restore") else "state"
        for state in ("COMPLETED", *states):
            before = len(mail(walk))
            event = {"source": "aws.backup", "detail-type": kind, "detail": {key: state}}
            happen(walk, region, event)
            assert (kind in new_mail(walk, before, region)) is (state != "COMPLETED"), (kind, state)


def a_lost_city_begins_its_failover(walk: Walk) -> None:
    """Silent databases together are the city's alarm, whose rule starts the forced machine."""
    watch = walk.aws_client("cloudwatch", REGIONS[1])
    machines = walk.aws_client("stepfunctions", REGIONS[1])
    (forced,) = [
        one["stateMachineArn"]
        for one in machines.list_state_machines()["stateMachines"]
        if "singapore-forced" in one["name"]
    ]
    silent = [
        one["AlarmName"]
        for one in watch.describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]
        if not one["AlarmActions"]
    ]
    assert silent
    for state in ("OK", "ALARM"):
        assert not machines.list_executions(stateMachineArn=forced)["executions"]
        for name in silent:
            watch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")
    assert len(machines.list_executions(stateMachineArn=forced)["executions"]) == 1


def test_messages_arrive(begin: Begin, tmp_path: Path) -> None:
    """Of every alarm and every failed job, in each region, at everybody who is named."""
    walk = begin("aws", spec=small_spec("aws", tmp_path))
    walk.pulumi("config", "set", "tricenter:enforce", "advisory")
    walk.pulumi("config", "set", "tricenter:notify", ", ".join(sorted(PEOPLE)))
    walk.pulumi("up", "--yes", "--skip-preview")
    assert mail(walk) == []
    found = [alarms_reach_people(walk, region) for region in REGIONS]
    assert all(found)
    for region in REGIONS:
        failed_jobs_reach_people(walk, region)
    a_lost_city_begins_its_failover(walk)
    walk.pulumi("destroy", "--yes", "--skip-preview")


def google(walk: Walk, path: str, method: str = "GET") -> dict[str, Any]:
    """What the emulated Google Cloud answers, or tells of itself."""
    base = urlsplit(walk.environment["GOOGLE_MONITORING_CUSTOM_ENDPOINT"])
    url = f"{base.scheme}://{base.netloc}/{path}"
    headers = {"Authorization": "Bearer offline"}
    asked = Request(url, method=method, headers=headers)  # noqa: S310 - ours
    with urlopen(asked) as answer:  # noqa: S310 - ours
        return json.load(answer)


def test_alerts_arrive(begin: Begin, tmp_path: Path) -> None:
    """Of every policy at everybody who is named; a lost city's starts the forced workflow."""
    walk = begin("gcp", spec=small_spec("gcp", tmp_path))
    walk.pulumi("config", "set", "tricenter:enforce", "advisory")
    walk.pulumi("config", "set", "tricenter:notify", ", ".join(sorted(PEOPLE)))
    walk.pulumi("up", "--yes", "--skip-preview")
    exported = json.loads(walk.pulumi("stack", "export"))["deployment"]["resources"]
    policies = {
        one["id"]: one["urn"].rpartition("::")[2]
        for one in exported
        if one["type"] == "gcp:monitoring/alertPolicy:AlertPolicy"
    }
    assert len(policies) > 5
    for policy in policies:
        google(walk, f"tricenter/incident/{policy}", "POST")
    told = google(walk, "tricenter/told")
    for policy, name in policies.items():
        assert {one["to"] for one in told["mail"] if one["policy"] == policy} == PEOPLE, name
    started = {(policies[one["policy"]], one["workflow"]) for one in told["started"]}
    assert started and all("forced" in workflow for _, workflow in started), started
    assert {name for name, _ in started} == {n for n in policies.values() if "-lost-" in n}
    walk.pulumi("destroy", "--yes", "--skip-preview")
