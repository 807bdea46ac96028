"""Cloud Scheduler: jobs with a schedule; the emulated cloud runs none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from tricenter.offline.gcp.server.call import Call, Handler, Kind
from tricenter.offline.gcp.server.links import target
from tricenter.offline.gcp.server.refusal import Json, invalid

HOST = "cloudscheduler.googleapis.com"
DOCUMENT = "cloudscheduler"
TARGETS = ("httpTarget", "pubsubTarget", "appEngineHttpTarget")
OWN_ACCOUNT = ".iam.gserviceaccount.com"


def _check(call: Call, body: Json) -> None:
    try:
        zone = ZoneInfo(body["timeZone"])
        upcoming = next(CronSim(body["schedule"], datetime.now(zone)))
    except (ZoneInfoNotFoundError, ValueError):
        raise invalid(f"Invalid timezone {body['timeZone']}.") from None
    except (CronSimError, StopIteration):
        raise invalid(f"Schedule or time zone is invalid: {body['schedule']}") from None
    body["scheduleTime"] = upcoming.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if len([name for name in TARGETS if body.get(name)]) != 1:
        raise invalid("Job.target is required: one of httpTarget, pubsubTarget.")
    if topic := body.get("pubsubTarget", {}).get("topicName"):
        target(call, topic, "pubsub")
    for kind in ("oauthToken", "oidcToken"):
        email = body.get("httpTarget", {}).get(kind, {}).get("serviceAccountEmail", "")
        if email.endswith(OWN_ACCOUNT):
            project = email.partition("@")[2].removesuffix(OWN_ACCOUNT)
            target(call, f"projects/{project}/serviceAccounts/{email}", "iam")


def _made(call: Call, path: str, body: Json) -> None:
    del path
    body["userUpdateTime"] = call.now
    _check(call, body)


def _changed(call: Call, before: Json, after: Json) -> None:
    del before
    after["userUpdateTime"] = call.now
    _check(call, after)


def _switch(call: Call) -> Json:
    wanted = {"pause": "PAUSED", "resume": "ENABLED"}[call.method.action]
    body = call.get(call.path) | {"state": wanted}
    call.put(call.path, body)
    return body


JOBS = "cloudscheduler.projects.locations.jobs"
KINDS: dict[str, Kind] = {
    "jobs": Kind(
        needed=("schedule",),
        defaults={"timeZone": "Etc/UTC", "attemptDeadline": "180s"},
        made=_made,
        changed=_changed,
    ),
}
HANDLERS: dict[str, Handler] = {f"{JOBS}.pause": _switch, f"{JOBS}.resume": _switch}
