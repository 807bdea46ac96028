"""Policies of Data Lifecycle Manager for snapshots of volumes."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

from tricenter.offline.aws.plugin.kind import Kind, called, described

POLICY = Kind(
    sdk_name="dlm.LifecyclePolicy",
    service="dlm",
    create="CreateLifecyclePolicy",
    identity="answer.PolicyId",
    find=described("GetLifecyclePolicy", lambda at: {"PolicyId": at.id}, "Policy"),
    delete=called("DeleteLifecyclePolicy", lambda at: {"PolicyId": at.id}),
    gone=frozenset({"ResourceNotFoundException"}),
    names={
        "policyDetails.schedules.createRule.times": "Times",
        "policyDetails.schedules.crossRegionCopyRules.target": "Target",
        "policyDetails.targetTags": "TargetTags",
        "policyDetails.schedules.tagsToAdd": "TagsToAdd",
    },
    request=lambda props: {"State": props.get("state", "ENABLED")},
    modify="UpdateLifecyclePolicy",
    target=lambda at: {"PolicyId": at.id},
    replace=frozenset({"defaultPolicy"}),
    reads={"arn": "PolicyArn", "policyDetails": ""},
    tagged=lambda at, found: at.arn(f"policy/{at.id}"),
)

KINDS = [POLICY]
