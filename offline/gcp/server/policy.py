"""Who may do what on a resource: IAM policies, with the etag that guards against lost changes."""

from tricenter.offline.gcp.server.call import Call, Handler
from tricenter.offline.gcp.server.refusal import Json, Refused, invalid
from tricenter.offline.gcp.server.resources import fingerprint

# An empty policy's etag, as Google gives it.
NEW = "ACAB"


OWN_ACCOUNT = ".iam.gserviceaccount.com"


def policy_path(call: Call) -> str:
    """Where the policy of the call's resource is kept. Raises Refused (404) without a resource."""
    resource = call.path.removesuffix("/iam")
    if call.service.name != "cloudresourcemanager":
        call.get(resource)
    return f"policies/{resource}"


def _check_members(call: Call, bindings: list[Json]) -> None:
    """A service account that a policy names is there."""
    for member in (name for one in bindings for name in one.get("members", ())):
        kind, _, email = member.partition(":")
        project = email.partition("@")[2].removesuffix(OWN_ACCOUNT)
        if kind != "serviceAccount" or not email.endswith(OWN_ACCOUNT) or "gcp-sa-" in project:
            continue
        if call.store.find("iam", f"projects/{project}/serviceAccounts/{email}") is None:
            raise invalid(f"Service account {email} does not exist.", reason="badRequest")


def get_policy(call: Call) -> Json:
    """The policy, or an empty one."""
    return call.find(policy_path(call)) or {"version": 1, "etag": NEW}


def set_policy(call: Call) -> Json:
    """Puts a policy in place of another. Raises Refused (409) for an etag that is not its own."""
    before = get_policy(call)
    policy: Json = call.body.get("policy", call.body)
    if policy.get("etag") not in (None, "", before["etag"]):
        raise Refused(
            409,
            "There were concurrent policy changes. Please retry the whole read-modify-write with"
            " exponential backoff.",
            reason="aborted",
            status="ABORTED",
        )
    kept = [one for one in policy.get("bindings", ()) if one.get("members")]
    _check_members(call, kept)
    after: Json = {
        "version": policy.get("version", 1),
        "etag": fingerprint(call.store.number("stamp", 1)),
    }
    if kept:
        after["bindings"] = kept
    if audit := policy.get("auditConfigs"):
        after["auditConfigs"] = audit
    call.put(policy_path(call), after)
    return after


def test_permissions(call: Call) -> Json:
    """The emulated caller may do everything that it asks about."""
    return {"permissions": call.body.get("permissions", [])}


ACTIONS: dict[str, Handler] = {
    "getIamPolicy": get_policy,
    "setIamPolicy": set_policy,
    "testIamPermissions": test_permissions,
}
