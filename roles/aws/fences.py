"""Regions that a forced failover has cut off from clients: which ones are, and letting them in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tricenter.roles.aws.calls import Regions
from tricenter.roles.aws.places import region_of
from tricenter.roles.interface import DatabaseRoles, RoleError
from tricenter.roles.seen import Silent
from tricenter.topology.clouds.aws_fence import RULE
from tricenter.topology.plan import Plan

STACK = "tag:tricenter:stack"


@dataclass(frozen=True, slots=True)
class AclFences:
    """Our deny entries in the default network ACLs of a stack's networks."""

    stack: str
    regions: Regions

    def fenced(self, plan: Plan) -> tuple[str, ...]:
        """The sites of the regions that are cut off; a region that is silent counts as open.

        Its fence, if it has one, is seen once it answers again, which is when it matters.
        """
        return tuple(sorted(site for region in self._cut(plan) for site in _sites(plan, region)))

    def readmit(self, plan: Plan, observed: Mapping[str, DatabaseRoles]) -> tuple[str, ...]:
        """Take the entries out; the sites that are let in.

        RoleError while a copy there does not follow the one leader of its database: it may take
        writes that are lost.
        """
        cut = self._cut(plan)
        sites = {site for region in cut for site in _sites(plan, region)}
        reasons = [reason for roles in observed.values() for reason in _unsafe(roles, sites)]
        if reasons:
            raise RoleError(
                f"{', '.join(sorted(sites))} stay cut off from clients: {'; '.join(reasons)}. Have "
                "it deployed anew as a copy, or wait until its service has made it one"
            )
        for region, acls in cut.items():
            for acl in acls:
                self.regions.call(
                    *(region, "ec2", "delete_network_acl_entry"),
                    NetworkAclId=acl,
                    RuleNumber=RULE,
                    Egress=False,
                )
        return tuple(sorted(sites))

    def _cut(self, plan: Plan) -> dict[str, tuple[str, ...]]:
        """The lists that have our entry, by region."""
        cut: dict[str, tuple[str, ...]] = {}
        for region in sorted({region_of(plan, host.name) for host in plan.sites}):
            try:
                acls = tuple(self._acls(region))
            except Silent:
                continue
            if acls:
                cut[region] = acls
        return cut

    def _acls(self, region: str) -> Iterator[str]:
        asked = [{"Name": STACK, "Values": [self.stack]}]
        networks = self.regions.call(region, "ec2", "describe_vpcs", Filters=asked)["Vpcs"]
        if not networks:
            return
        within = [
            {"Name": "vpc-id", "Values": [network["VpcId"] for network in networks]},
            {"Name": "default", "Values": ["true"]},
        ]
        answer = self.regions.call(region, "ec2", "describe_network_acls", Filters=within)
        yield from (acl["NetworkAclId"] for acl in answer["NetworkAcls"] if _has_ours(acl))


def _has_ours(acl: Mapping[str, Any]) -> bool:
    return any(
        entry["RuleNumber"] == RULE and entry["RuleAction"] == "deny" and not entry["Egress"]
        for entry in acl["Entries"]
    )


def _sites(plan: Plan, region: str) -> Iterator[str]:
    return (host.name for host in plan.sites if region_of(plan, host.name) == region)


def _unsafe(roles: DatabaseRoles, sites: set[str]) -> Iterator[str]:
    """Why a database's copies there may not be let in; nothing where it is led from there."""
    if roles.leader is None:
        yield f"{roles.database} has no leader, or two"
        return
    if roles.leader not in sites:
        for member in roles.members:
            if member.site in sites and member.health != "follows":
                yield f"{roles.database} in {member.site} does not follow {roles.leader}"
