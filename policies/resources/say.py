"""How rules about resources say what they find."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Fact
from tricenter.policies.resources.values import UNKNOWN, Known
from tricenter.policies.rule import Finding


def against(fact: Fact, message: str) -> Finding:
    """A violation by a resource."""
    return Finding(resource=fact.place.urn, message=f"{fact.title} {message}")


def unknown(fact: Fact, what: str) -> Finding:
    """What cannot be judged before the deployment."""
    message = f"{fact.title}: {what} cannot be known before the deployment"
    return Finding(resource=fact.place.urn, message=message, verdict="unknown")


def require(fact: Fact, kept: Known[bool] | None, message: str, what: str) -> Iterator[Finding]:
    """A violation with `message` unless `kept`; None asks nothing, `what` names the unknown."""
    if kept is UNKNOWN:
        yield unknown(fact, what)
    elif kept is False:
        yield against(fact, message)
