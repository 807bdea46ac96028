"""The operator's secret as the deployment has put it into AWS's Secrets Manager."""

from tricenter.roles.aws.calls import Regions
from tricenter.roles.operators import SECRET, Fetch
from tricenter.roles.seen import NotThere, Silent
from tricenter.topology.plan import Plan
from tricenter.topology.render.cloud_init import secret_name


def from_secrets_manager(stack: str, regions: Regions) -> Fetch:
    """Reads it in the first region of the plan that has it and answers; each has a copy.

    Silent where none answers that may have it.
    """

    def fetch(plan: Plan) -> str | None:
        places = [host.place for host in plan.hosts]
        silent: Silent | None = None
        for region in sorted({p.region for p in places if p is not None and p.cloud == "aws"}):
            try:
                answer = regions.call(
                    *(region, "secretsmanager", "get_secret_value"),
                    SecretId=secret_name(stack, SECRET),
                )
            except NotThere:
                continue
            except Silent as error:
                silent = error
                continue
            return str(answer["SecretString"])
        if silent is not None:
            raise silent
        return None

    return fetch
