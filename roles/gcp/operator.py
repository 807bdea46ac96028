"""The operator's secret as the deployment has put it into Google's Secret Manager."""

import base64

from tricenter.roles.gcp.rest import Google
from tricenter.roles.operators import SECRET, Fetch
from tricenter.roles.seen import NotThere
from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.plan import Plan


def from_secret_manager(stack: str, google: Google) -> Fetch:
    """Reads it in the stack's own project."""

    def fetch(plan: Plan) -> str | None:
        del plan
        name = f"projects/{google.project(None)}/secrets/{gcp_name(stack, SECRET)}"
        try:
            answer = google.get("SECRET_MANAGER", f"{name}/versions/latest:access")
        except NotThere:
            return None
        return base64.b64decode(answer["payload"]["data"]).decode("utf-8")

    return fetch
