"""Roles that other services are given: they must exist, and one in use is not deleted half-way."""

from moto.iam.models import iam_backends

from tricenter.offline.aws.server.call import Call, refuse

SERVICE = "iam"


def role_exists(call: Call, arn: str, code: str) -> None:
    """Refuse, with a service's own code, a role that is not there."""
    account = arn.split(":")[4] if arn.count(":") >= 5 else call.account
    known = {role.arn for role in iam_backends[account]["aws"].roles.values()}
    if arn not in known:
        refuse(code, f"The role {arn} does not exist or cannot be assumed.")
