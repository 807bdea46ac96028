"""Who leads now, before a program asks for anything: the same question on each cloud."""

import pulumi

from tricenter.topology.errors import TricenterError
from tricenter.topology.observed import Observed
from tricenter.topology.plan import Plan


class UnobservedError(TricenterError):
    """Nobody tells who leads a database that is deployed; the text says what to do."""

    exit_code = 4


def observe_roles(target: str, stack: str, plan: Plan) -> Observed:
    """The site that leads each database now; empty where nothing is deployed.

    Where no region of a database answers, a preview goes on with the preferred sites and warns; an
    update raises UnobservedError, since the preferred site may be a leader of before to which it
    would turn the clients. RoleError where two say that they lead.
    """
    from tricenter.roles.interface import load_roles, refuse_contested, seen

    try:
        observed = load_roles(target, stack).observe(plan)
    except (TricenterError, ImportError, OSError) as error:
        if not pulumi.runtime.is_dry_run():
            raise UnobservedError(
                f"who leads could not be asked, and nothing is changed: the preferred site may be "
                f"one that led before: {error}"
            ) from None
        pulumi.log.warn(f"the leaders could not be asked, so the preferred sites count: {error}")
        return Observed()
    refuse_contested(observed)
    return seen(observed)
