"""The plan that a stack was deployed by, as its own sites keep it: no spec, no Pulumi needed."""

from pydantic import TypeAdapter, ValidationError

from tricenter.lab.errors import LabError
from tricenter.lab.host import list_hosts, read_host_file
from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan

PLACE = "/srv/bundle/plan.json"


def deployed_plan(stack: Stack) -> Plan:
    """The plan in the first bundle that can be read; LabError when no site has one."""
    for host in list_hosts(stack):
        content = read_host_file(stack, host.name, PLACE) if host.disk_mib else None
        if content is not None:
            try:
                return TypeAdapter(Plan).validate_json(content)
            except ValidationError as error:
                raise LabError(f"{PLACE} of {host.name} is no plan: {error}") from None
    raise LabError(
        f"no site of {stack.id} has a plan yet: it is still being deployed, or half gone"
    )
