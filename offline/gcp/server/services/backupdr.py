"""Backup and DR: vaults, plans, and which resource follows which plan."""

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Handler, Kind, project_number
from tricenter.offline.gcp.server.refusal import Json, invalid, precondition

HOST = "backupdr.googleapis.com"
DOCUMENT = "backupdr"
DAY = 86_400
ASSOCIATED = "backupPlanAssociations"
TYPES = {
    "compute.googleapis.com/Instance",
    "compute.googleapis.com/Disk",
    "compute.googleapis.com/RegionDisk",
    "sqladmin.googleapis.com/Instance",
    "alloydb.googleapis.com/Cluster",
    "file.googleapis.com/Instance",
}


def _seconds(text: str) -> int:
    if not text.endswith("s") or not text[:-1].isdigit():
        raise invalid(f"Invalid duration '{text}'")
    return int(text[:-1])


def _vault(call: Call, path: str, body: Json) -> None:
    days = _seconds(body["backupMinimumEnforcedRetentionDuration"]) // DAY
    if not 1 <= days <= 36_159:
        raise invalid("backupMinimumEnforcedRetentionDuration must be 1 day to 99 years.")
    number = project_number(call.project)
    body["deletable"] = True
    body["serviceAccount"] = f"vault-{number}@gcp-sa-backupdr-pr.iam.gserviceaccount.com"
    body["backupCount"] = body["totalStoredBytes"] = "0"
    del path


def _vault_changed(call: Call, before: Json, after: Json) -> None:
    """A vault's retention can be locked, and a lock only be made longer."""
    del call
    field = "backupMinimumEnforcedRetentionDuration"
    if before.get("effectiveTime") and _seconds(after[field]) < _seconds(before[field]):
        raise precondition("The retention of a locked vault cannot be made shorter.")


def _vault_removed(call: Call, path: str, body: Json) -> None:
    del body
    plans = call.store.below(DOCUMENT, f"projects/{call.project}/").items()
    users = [name for name, plan in plans if plan.get("backupVault") == path]
    ignored = call.query.get("ignoreBackupPlanReferences") == "true"
    if users and not ignored:
        raise precondition(f"The vault {path} is referenced by {users[0]}.")
    sources = call.store.children(DOCUMENT, f"{path}/dataSources")
    if sources and call.query.get("force") != "true":
        raise precondition(f"The vault {path} still holds data sources: {', '.join(sources)}.")
    if any(call.store.children(DOCUMENT, f"{source}/backups") for source in sources):
        raise precondition(f"The vault {path} holds backups under enforced retention.")


def _plan(call: Call, path: str, body: Json) -> None:
    vault = links.target(call, body["backupVault"])
    if body["resourceType"] not in TYPES:
        raise invalid(f"The resource type {body['resourceType']} cannot be backed up.")
    _rules(body, vault)
    body["backupVaultServiceAccount"] = vault["serviceAccount"]
    body["revisionId"], body["revisionName"] = "v1", f"{path}/revisions/v1"


def _rules(body: Json, vault: Json) -> None:
    shortest = _seconds(vault["backupMinimumEnforcedRetentionDuration"]) // DAY
    seen: set[str] = set()
    for rule in body.get("backupRules", ()):
        if rule["ruleId"] in seen:
            raise invalid(f"The rule {rule['ruleId']} occurs twice.")
        seen.add(rule["ruleId"])
        if rule["backupRetentionDays"] < shortest:
            raise invalid(
                f"The rule {rule['ruleId']} keeps backups for {rule['backupRetentionDays']} days;"
                f" the vault enforces at least {shortest}."
            )


def _plan_changed(call: Call, before: Json, after: Json) -> None:
    _rules(after, links.target(call, after["backupVault"]))
    number = int(before["revisionId"].removeprefix("v")) + 1
    after["revisionId"] = f"v{number}"
    after["revisionName"] = f"{call.path}/revisions/v{number}"


def _plan_removed(call: Call, path: str, body: Json) -> None:
    del body
    for name, other in call.store.below(DOCUMENT, f"projects/{call.project}/").items():
        if other.get("backupPlan") == path:
            raise precondition(f"The backup plan {path} is used by {name}.")


SERVICES = {"compute": "compute", "sqladmin": "sqladmin", "alloydb": "alloydb"}


def _association(call: Call, path: str, body: Json) -> None:
    plan = links.target(call, body["backupPlan"])
    if plan["resourceType"] != body["resourceType"]:
        raise invalid(f"The plan is for {plan['resourceType']}, not for {body['resourceType']}.")
    service = body["resourceType"].partition(".")[0]
    if service in SERVICES:
        links.target(call, body["resource"], SERVICES[service])
    body["backupPlanRevisionId"] = plan["revisionId"]
    body["backupPlanRevisionName"] = plan["revisionName"]
    source = f"{plan['backupVault']}/dataSources/{path.rpartition('/')[2]}"
    body["dataSource"] = source
    call.put(source, {"name": source, "state": "ACTIVE", "createTime": call.now})
    if service == "sqladmin":
        _enhanced(call, body["resource"], "ENHANCED")


def _enhanced(call: Call, resource: str, tier: str) -> None:
    """An instance in a plan is backed up by the vault, and says so."""
    service, path = links.place(resource, "sqladmin")
    body = call.store.find(service, links.normal(path, call.store))
    if body:
        body["settings"]["backupConfiguration"]["backupTier"] = tier
        call.store.put(service, links.normal(path, call.store), body)


def _association_removed(call: Call, path: str, body: Json) -> None:
    del path
    if not call.store.children(DOCUMENT, f"{body['dataSource']}/backups"):
        call.drop(body["dataSource"])
    if body["resourceType"].startswith("sqladmin"):
        _enhanced(call, body["resource"], "STANDARD")


KINDS: dict[str, Kind] = {
    "backupVaults": Kind(
        needed=("backupMinimumEnforcedRetentionDuration",),
        defaults={"accessRestriction": "WITHIN_ORGANIZATION"},
        made=_vault,
        changed=_vault_changed,
        removed=_vault_removed,
    ),
    "backupPlans": Kind(
        needed=("resourceType", "backupVault", "backupRules"),
        made=_plan,
        changed=_plan_changed,
        removed=_plan_removed,
    ),
    ASSOCIATED: Kind(
        needed=("resource", "resourceType", "backupPlan"),
        made=_association,
        removed=_association_removed,
    ),
}
HANDLERS: dict[str, Handler] = {}
