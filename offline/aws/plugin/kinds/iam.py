"""Roles, policies and what ties them together; IAM has no region."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

import json
from typing import Any
from urllib.parse import unquote

from tricenter.offline.aws.plugin.cloud import ApiError
from tricenter.offline.aws.plugin.kind import At, Kind, called, described
from tricenter.offline.aws.plugin.values import Props

GONE = frozenset({"NoSuchEntity"})


def document(found: Any) -> str:
    """A policy document as JSON text: boto3 gives it as data or percent-encoded."""
    return unquote(found) if isinstance(found, str) else json.dumps(found)


def _role(at: At) -> Any:
    return described("GetRole", lambda at: {"RoleName": at.id}, "Role")(at)


def _role_policies(at: At, old: Props | None) -> None:
    before = set((old or {}).get("managedPolicyArns", []))
    wanted = set(at.props.get("managedPolicyArns", []))
    for arn in sorted(wanted - before):
        at.call("AttachRolePolicy", {"RoleName": at.id, "PolicyArn": arn})
    for arn in sorted(before - wanted):
        at.call("DetachRolePolicy", {"RoleName": at.id, "PolicyArn": arn})
    if old is None:
        return
    changed = {"description": "Description", "maxSessionDuration": "MaxSessionDuration"}
    request = {api: at.props[name] for name, api in changed.items() if name in at.props}
    if any(at.props.get(name) != old.get(name) for name in changed):
        at.call("UpdateRole", {"RoleName": at.id, **request})
    trust = at.props["assumeRolePolicy"]
    if trust != old.get("assumeRolePolicy"):
        request = {"RoleName": at.id, "PolicyDocument": trust}
        at.call("UpdateAssumeRolePolicy", request)


def _delete_role(at: At) -> None:
    if at.props.get("forceDetachPolicies") or at.props.get("managedPolicyArns"):
        attached = at.call("ListAttachedRolePolicies", {"RoleName": at.id})["AttachedPolicies"]
        for policy in attached:
            request = {"RoleName": at.id, "PolicyArn": policy["PolicyArn"]}
            at.call("DetachRolePolicy", request)
    at.call("DeleteRole", {"RoleName": at.id})


ROLE = Kind(
    sdk_name="iam.Role",
    service="iam",
    create="CreateRole",
    identity="answer.Role.RoleName",
    find=_role,
    delete=_delete_role,
    gone=GONE,
    names={
        "name": "RoleName",
        "assumeRolePolicy": "AssumeRolePolicyDocument",
        "namePrefix": "",
    },
    own=frozenset({"forceDetachPolicies", "managedPolicyArns"}),
    modify="UpdateRole",
    modify_names={"assumeRolePolicy": "RoleName"},
    modify_by_settling=True,
    replace=frozenset({"name", "path"}),
    settle=_role_policies,
    reads={
        "name": "RoleName",
        "assumeRolePolicy": "",
        "managedPolicyArns": "",
        "inlinePolicies": "",
    },
    outputs=lambda at, found: {
        "uniqueId": found["RoleId"],
        "assumeRolePolicy": document(found["AssumeRolePolicyDocument"]),
    },
    autoname="name",
    tagging="iam:role",
    regional=False,
)


def _inline(at: At) -> Any:
    role, _, name = at.id.partition(":")
    return at.call("GetRolePolicy", {"RoleName": role, "PolicyName": name})


def _delete_inline(at: At) -> None:
    role, _, name = at.id.partition(":")
    at.call("DeleteRolePolicy", {"RoleName": role, "PolicyName": name})


INLINE = Kind(
    sdk_name="iam.RolePolicy",
    service="iam",
    create="PutRolePolicy",
    identity="",
    identify_with=lambda props: f"{props['role']}:{props['name']}",
    find=_inline,
    delete=_delete_inline,
    gone=GONE,
    names={
        "role": "RoleName",
        "name": "PolicyName",
        "policy": "PolicyDocument",
        "namePrefix": "",
    },
    modify="PutRolePolicy",
    whole=True,
    replace=frozenset({"role", "name"}),
    reads={"role": "RoleName", "name": "PolicyName", "policy": ""},
    outputs=lambda at, found: {"policy": document(found["PolicyDocument"])},
    autoname="name",
    regional=False,
)


def _attached(at: At) -> Any:
    role, arn = at.props["role"], at.props["policyArn"]
    attached = at.call("ListAttachedRolePolicies", {"RoleName": role})["AttachedPolicies"]
    return next((entry for entry in attached if entry["PolicyArn"] == arn), None)


ATTACHMENT = Kind(
    sdk_name="iam.RolePolicyAttachment",
    service="iam",
    create="AttachRolePolicy",
    identity="",
    identify_with=lambda props: f"{props['role']}/{props['policyArn']}",
    find=_attached,
    delete=called(
        "DetachRolePolicy",
        lambda at: {"RoleName": at.props["role"], "PolicyArn": at.props["policyArn"]},
    ),
    gone=GONE,
    names={"role": "RoleName"},
    regional=False,
)


def _policy(at: At) -> Any:
    found = at.call("GetPolicy", {"PolicyArn": at.id})["Policy"]
    request = {"PolicyArn": at.id, "VersionId": found["DefaultVersionId"]}
    return {**found, **at.call("GetPolicyVersion", request)["PolicyVersion"], "Arn": at.id}


def _policy_version(at: At, old: Props | None) -> None:
    if old is None or old.get("policy") == at.props.get("policy"):
        return
    versions = at.call("ListPolicyVersions", {"PolicyArn": at.id})["Versions"]
    spare = [version["VersionId"] for version in versions if not version["IsDefaultVersion"]]
    # IAM keeps five versions of a policy (IAM quotas, checked 2026-11-24).
    if len(versions) >= 5:
        at.call("DeletePolicyVersion", {"PolicyArn": at.id, "VersionId": spare[-1]})
    request = {"PolicyArn": at.id, "PolicyDocument": at.props["policy"], "SetAsDefault": True}
    at.call("CreatePolicyVersion", request)


def _delete_policy(at: At) -> None:
    for version in at.call("ListPolicyVersions", {"PolicyArn": at.id})["Versions"]:
        if not version["IsDefaultVersion"]:
            request = {"PolicyArn": at.id, "VersionId": version["VersionId"]}
            at.call("DeletePolicyVersion", request)
    at.call("DeletePolicy", {"PolicyArn": at.id})


POLICY = Kind(
    sdk_name="iam.Policy",
    service="iam",
    create="CreatePolicy",
    identity="answer.Policy.Arn",
    find=_policy,
    delete=_delete_policy,
    gone=GONE,
    names={"name": "PolicyName", "policy": "PolicyDocument", "namePrefix": ""},
    modify="CreatePolicyVersion",
    modify_by_settling=True,
    modify_names={"policy": "PolicyDocument"},
    settle=_policy_version,
    reads={"name": "PolicyName", "policy": ""},
    outputs=lambda at, found: {"policy": document(found["Document"])},
    autoname="name",
    tagging="iam:policy",
    regional=False,
)


def _profile_role(at: At, old: Props | None) -> None:
    before, wanted = (old or {}).get("role"), at.props.get("role")
    name = {"InstanceProfileName": at.id}
    if before and before != wanted:
        at.call("RemoveRoleFromInstanceProfile", {**name, "RoleName": before})
    if wanted and before != wanted:
        at.call("AddRoleToInstanceProfile", {**name, "RoleName": wanted})


def _delete_profile(at: At) -> None:
    name = {"InstanceProfileName": at.id}
    if at.props.get("role"):
        try:
            at.call("RemoveRoleFromInstanceProfile", {**name, "RoleName": at.props["role"]})
        except ApiError as error:
            if error.code not in GONE:
                raise
    at.call("DeleteInstanceProfile", name)


PROFILE = Kind(
    sdk_name="iam.InstanceProfile",
    service="iam",
    create="CreateInstanceProfile",
    identity="answer.InstanceProfile.InstanceProfileName",
    find=described(
        "GetInstanceProfile", lambda at: {"InstanceProfileName": at.id}, "InstanceProfile"
    ),
    delete=_delete_profile,
    gone=GONE,
    names={"name": "InstanceProfileName", "namePrefix": ""},
    own=frozenset({"role"}),
    settle=_profile_role,
    reads={"name": "InstanceProfileName", "role": ""},
    outputs=lambda at, found: {
        "uniqueId": found["InstanceProfileId"],
        "role": next((role["RoleName"] for role in found["Roles"]), None),
    },
    autoname="name",
    tagging="iam:profile",
    regional=False,
)

KINDS = [ROLE, INLINE, ATTACHMENT, POLICY, PROFILE]
