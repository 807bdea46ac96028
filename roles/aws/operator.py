"""The operator's secret as the deployment has put it into AWS's Secrets Manager."""

from tricenter.roles.aws.calls import Regions
from tricenter.roles.operators import SECRET, Fetch
from tricenter.roles.seen import NotThere
from tricenter.topology.plan import Plan
from tricenter.topology.render.cloud_init import secret_name


def from_secrets_manager(stack: str, regions: Regions) -> Fetch:
    """Reads it in the region of the plan that has it."""

    def fetch(plan: Plan) -> str | None:
        places = [host.place for host in plan.hosts]
        for region in sorted({p.region for p in places if p is not None and p.cloud == "aws"}):
            try:
                answer = regions.call(
                    *(region, "secretsmanager", "get_secret_value"),
                    SecretId=secret_name(stack, SECRET),
                )
            except NotThere:
                continue
            return str(answer["SecretString"])
        return None

    return fetch
