"""Security groups and their rules."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

from collections.abc import Mapping
from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind, called, described
from tricenter.offline.aws.plugin.values import Props


def _permission(rule: Props, group: str) -> dict[str, Any]:
    """One inline rule as the API takes it."""
    described_as = {"Description": rule["description"]} if rule.get("description") else {}
    made: dict[str, Any] = {"IpProtocol": rule["protocol"]}
    if rule["protocol"] != "-1":
        made |= {"FromPort": rule["fromPort"], "ToPort": rule["toPort"]}
    blocks = [{"CidrIp": cidr, **described_as} for cidr in rule.get("cidrBlocks", [])]
    wide = [{"CidrIpv6": cidr, **described_as} for cidr in rule.get("ipv6CidrBlocks", [])]
    groups = [*rule.get("securityGroups", []), *([group] if rule.get("self") else [])]
    pairs = [{"GroupId": other, **described_as} for other in groups]
    lists = [{"PrefixListId": other, **described_as} for other in rule.get("prefixListIds", [])]
    given = {"IpRanges": blocks, "Ipv6Ranges": wide, "UserIdGroupPairs": pairs}
    given["PrefixListIds"] = lists
    return {**made, **{key: value for key, value in given.items() if value}}


def settle_rules(at: At, old: Props | None) -> None:
    if old is None:
        # A new group lets everything out; the provider takes that away (terraform-provider-aws,
        # `resourceSecurityGroupCreate`, checked 2026-11-24).
        everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        at.call("RevokeSecurityGroupEgress", {"GroupId": at.id, "IpPermissions": [everything]})
    for name, direction in (("ingress", "Ingress"), ("egress", "Egress")):
        before = [_permission(rule, at.id) for rule in (old or {}).get(name, [])]
        wanted = [_permission(rule, at.id) for rule in at.props.get(name, [])]
        gone = [rule for rule in before if rule not in wanted]
        new = [rule for rule in wanted if rule not in before]
        if gone:
            at.call(f"RevokeSecurityGroup{direction}", {"GroupId": at.id, "IpPermissions": gone})
        if new:
            at.call(f"AuthorizeSecurityGroup{direction}", {"GroupId": at.id, "IpPermissions": new})


GROUP = Kind(
    sdk_name="ec2.SecurityGroup",
    service="ec2",
    create="CreateSecurityGroup",
    identity="answer.GroupId",
    find=described("DescribeSecurityGroups", lambda at: {"GroupIds": [at.id]}, "SecurityGroups[0]"),
    delete=called("DeleteSecurityGroup", lambda at: {"GroupId": at.id}),
    gone=frozenset({"InvalidGroup.NotFound", "InvalidGroupId.NotFound"}),
    names={"name": "GroupName", "namePrefix": ""},
    own=frozenset({"ingress", "egress", "revokeRulesOnDelete"}),
    request=lambda props: {"Description": props.get("description", "Managed by Pulumi")},
    replace=frozenset({"description"}),
    settle=settle_rules,
    reads={"name": "GroupName", "ingress": "", "egress": "", "namePrefix": ""},
    outputs=lambda at, found: {"arn": at.arn(f"security-group/{at.id}")},
    autoname="name",
    tagging="ec2:security-group",
)


def _rule_request(props: Props) -> dict[str, Any]:
    ports = {"FromPort": props.get("fromPort"), "ToPort": props.get("toPort")}
    text = {"Description": props["description"]} if props.get("description") else {}
    made: dict[str, Any] = {"IpProtocol": props.get("ipProtocol")}
    made |= {key: value for key, value in ports.items() if value is not None}
    members = {
        "cidrIpv4": ("IpRanges", "CidrIp"),
        "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
        "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
        "prefixListId": ("PrefixListIds", "PrefixListId"),
    }
    for name, (member, key) in members.items():
        if props.get(name) is not None:
            made[member] = [{key: props[name], **text}]
    return {"GroupId": props.get("securityGroupId"), "IpPermissions": [made]}


SOURCES = ("cidrIpv4", "cidrIpv6", "referencedSecurityGroupId", "prefixListId")


def _one_source(props: Props) -> Mapping[str, str]:
    if sum(name in props for name in SOURCES) == 1:
        return {}
    return {"securityGroupId": f"exactly one of {', '.join(SOURCES)} is needed"}


def _rule_outputs(at: At, found: Found) -> Props:
    return {
        "arn": at.arn(f"security-group-rule/{at.id}"),
        "securityGroupRuleId": at.id,
        "referencedSecurityGroupId": found.get("ReferencedGroupInfo", {}).get("GroupId"),
    }


def _rule(direction: str) -> Kind:
    return Kind(
        sdk_name=f"vpc.SecurityGroup{direction}Rule",
        service="ec2",
        create=f"AuthorizeSecurityGroup{direction}",
        identity="answer.SecurityGroupRules[0].SecurityGroupRuleId",
        find=described(
            "DescribeSecurityGroupRules",
            lambda at: {"SecurityGroupRuleIds": [at.id]},
            "SecurityGroupRules[0]",
        ),
        delete=called(
            f"RevokeSecurityGroup{direction}",
            lambda at: {
                "GroupId": at.props["securityGroupId"],
                "SecurityGroupRuleIds": [at.id],
            },
        ),
        gone=frozenset({"InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound"}),
        names=dict.fromkeys(
            (*SOURCES, "description", "fromPort", "toPort", "ipProtocol", "securityGroupId"), ""
        ),
        request=_rule_request,
        reads={"securityGroupId": "GroupId"},
        outputs=_rule_outputs,
        check=_one_source,
        tagging="ec2:security-group-rule",
    )


KINDS = [GROUP, _rule("Ingress"), _rule("Egress")]
