"""The default security group of a VPC: never made or deleted, only its rules are taken over."""

from typing import Any

from tricenter.offline.aws.plugin.kind import At, called
from tricenter.offline.aws.plugin.kinds.ec2_security import GROUP, settle_rules
from tricenter.offline.aws.plugin.values import Props


def _of_vpc(props: Props) -> dict[str, Any]:
    filters = {"vpc-id": props.get("vpcId"), "group-name": "default"}
    return {"Filters": [{"Name": key, "Values": [value]} for key, value in filters.items()]}


def _rules(at: At, old: Props | None) -> None:
    if old is None:
        # Every rule that AWS gives it goes, as the provider does (terraform-provider-aws,
        # `resourceDefaultSecurityGroupCreate`, checked 2026-11-24).
        found = at.call("DescribeSecurityGroups", {"GroupIds": [at.id]})["SecurityGroups"][0]
        for member, direction in (("IpPermissions", "Ingress"), ("IpPermissionsEgress", "Egress")):
            if found[member]:
                at.call(
                    f"RevokeSecurityGroup{direction}",
                    {"GroupId": at.id, "IpPermissions": found[member]},
                )
    settle_rules(at, old or {})


DEFAULT_GROUP = GROUP.having(
    sdk_name="ec2.DefaultSecurityGroup",
    create="DescribeSecurityGroups",
    request=_of_vpc,
    identity="answer.SecurityGroups[0].GroupId",
    # It stays with its VPC.
    delete=called("DescribeSecurityGroups", lambda at: {"GroupIds": [at.id]}),
    names={},
    own=frozenset({"ingress", "egress", "revokeRulesOnDelete", "vpcId"}),
    replace=frozenset({"vpcId"}),
    settle=_rules,
    reads={"ingress": "", "egress": "", "namePrefix": ""},
    autoname="",
    tagging="ec2:vpc-peering-connection:after",
)

KINDS = (DEFAULT_GROUP,)
