"""Who leads is asked before anything is changed; where nobody tells, an update changes nothing."""

from collections.abc import Mapping

import pulumi
import pytest

from tricenter.components.observing import UnobservedError, observe_roles
from tricenter.roles import interface
from tricenter.roles.interface import DatabaseRoles, MemberRole, RoleError
from tricenter.roles.seen import Silent
from tricenter.topology.compile import compile_plan
from tricenter.topology.observed import Observed
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

LED = DatabaseRoles(
    database="ledger-a",
    leader="tokyo-1",
    members=(MemberRole(site="tokyo-1", health="leads"),),
)
TWO = DatabaseRoles(database="ledger-a", leader=None, members=(), contested=("jurong", "tokyo-1"))


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The example on AWS."""
    return compile_plan(load("stacks/ledger-aws.yaml"), "aws")


class Told:
    """Roles that say this, or raise it."""

    def __init__(self, told: DatabaseRoles | Exception) -> None:
        self.told = told

    def observe(self, plan: Plan) -> Mapping[str, DatabaseRoles]:
        """What was given."""
        del plan
        if isinstance(self.told, Exception):
            raise self.told
        return {self.told.database: self.told}


def asked(
    monkeypatch: pytest.MonkeyPatch, plan: Plan, told: DatabaseRoles | Exception, *, dry: bool
) -> Observed:
    """What a program learns in a preview (`dry`) or an update."""
    monkeypatch.setattr(interface, "load_roles", lambda *_: Told(told))
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: dry)
    return observe_roles("aws", "ledger-dev", plan)


@pytest.mark.parametrize("dry", [True, False])
def test_the_leader_that_answers_counts(
    monkeypatch: pytest.MonkeyPatch, plan: Plan, dry: bool
) -> None:
    """Not the preferred site."""
    assert asked(monkeypatch, plan, LED, dry=dry).leaders == {"ledger-a": "tokyo-1"}


@pytest.mark.parametrize("error", [Silent("nobody tells of it"), OSError("no network")])
def test_where_nobody_tells_an_update_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, plan: Plan, error: Exception
) -> None:
    """The preferred site may have led before, and clients would be turned back to its data; a
    preview, which works without credentials, goes on and warns."""
    warnings: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)
    assert asked(monkeypatch, plan, error, dry=True) == Observed()
    assert str(error) in warnings[0]
    with pytest.raises(UnobservedError, match=str(error)):
        asked(monkeypatch, plan, error, dry=False)


@pytest.mark.parametrize("dry", [True, False])
def test_of_two_who_say_that_they_lead_none_counts(
    monkeypatch: pytest.MonkeyPatch, plan: Plan, dry: bool
) -> None:
    """Nobody is led to either."""
    with pytest.raises(RoleError, match="jurong and tokyo-1"):
        asked(monkeypatch, plan, TWO, dry=dry)


def test_a_bug_is_no_silence(monkeypatch: pytest.MonkeyPatch, plan: Plan) -> None:
    """It is not taken for a cloud that does not answer."""
    with pytest.raises(KeyError):
        asked(monkeypatch, plan, KeyError("members"), dry=True)
