"""The tagging service: moto lists what its own models tell of, and AWS more than that.

https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html
(2026-12-01)
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.backup.models import backup_backends
from moto.core.resource_tagging import make_tag_matcher
from moto.ec2.models import ec2_backends
from moto.fis.models import fis_backends
from moto.resourcegroupstaggingapi.models import resourcegroupstaggingapi_backends

from tricenter.offline.aws.server.call import Call
from tricenter.offline.aws.server.services.dlm import policies
from tricenter.offline.aws.server.services.ec2_vpn import connections

SERVICE = "resourcegroupstaggingapi"
Tags = Mapping[str, str]


def get_resources(call: Call) -> Mapping[str, Any] | None:
    """All that has the tags that are asked for, on one page; other questions are moto's."""
    filters = call.params.get("TagFilters")
    if call.params.keys() - {"TagFilters", "PaginationToken"} or not filters:
        return None
    has: Any = make_tag_matcher(filters)
    found = dict(_of_moto(call, filters)) | {arn: tags for arn, tags in _beside(call) if has(tags)}
    return {
        "PaginationToken": "",
        "ResourceTagMappingList": [
            {"ResourceARN": arn, "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}
            for arn, tags in found.items()
        ],
    }


def _of_moto(call: Call, filters: Any) -> Iterator[tuple[str, Tags]]:
    backend: Any = resourcegroupstaggingapi_backends[call.account][call.region]
    token = None
    while True:
        token, page = backend.get_resources(pagination_token=token, tag_filters=filters)
        for one in page:
            # AWS calls a flow log so in ARNs (Service Authorization Reference, 2026-12-01).
            yield one.arn.replace(":flow-logs/", ":vpc-flow-log/"), one.tags
        if token is None:
            return


def _beside(call: Call) -> Iterator[tuple[str, Tags]]:
    for policy in policies(call).values():
        yield policy["PolicyArn"], policy["Tags"]
    plans: Any = backup_backends[call.account][call.region]
    # moto keeps a plan that was deleted, with its day.
    for plan in (one for one in plans.plans.values() if one.deletion_date is None):
        yield plan.backup_plan_arn, plans.list_tags(plan.backup_plan_arn)
    if call.region in fis_backends[call.account]:
        templates: Any = fis_backends[call.account][call.region]
        for template in templates.experiment_templates.values():
            yield template.arn, templates.list_tags_for_resource(template.arn)
    start = f"arn:aws:ec2:{call.region}:{call.account}:"
    for name, connection in connections(call).items():
        yield f"{start}vpn-connection/{name}", {t["Key"]: t["Value"] for t in connection["Tags"]}
    backend: Any = ec2_backends[call.account][call.region]
    for kind, things in (
        ("network-acl", backend.network_acls),
        ("vpn-gateway", backend.vpn_gateways),
        ("elastic-ip", {one.allocation_id: one for one in backend.addresses}),
    ):
        for name, thing in things.items():
            yield f"{start}{kind}/{name}", {t["key"]: t["value"] for t in thing.get_tags()}


ANSWERS = {"GetResources": get_resources}
