"""Requests of the role verbs: what each carries, and in which order a failover makes them."""

import http.client
import ssl
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from tests.roles.test_gcp import make_databases, sites
from tests.roles.test_lab_loss import evidence
from tricenter.roles import operators
from tricenter.roles.gcp import open_roles
from tricenter.roles.gcp.rest import Google
from tricenter.roles.lab.loss import expected_loss
from tricenter.roles.operators import Operator, connection
from tricenter.roles.self_managed import SelfManaged
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

STACKS = Path(__file__).parents[2] / "stacks"


def test_a_question_carries_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its filter a list would have everything of the project."""
    import requests

    asked: list[Mapping[str, str]] = []

    def answer(method: str, url: str, **options: Any) -> Any:
        asked.append(options["params"])
        return SimpleNamespace(status_code=200, text="{}")

    monkeypatch.setattr(requests, "request", answer)
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "token")
    monkeypatch.setenv("GOOGLE_MONITORING_CUSTOM_ENDPOINT", "http://127.0.0.1:9/")
    Google().get("MONITORING", "v3/projects/p/timeSeries", filter="own", pageSize="1")
    assert asked == [{"filter": "own", "pageSize": "1"}]


@pytest.mark.usefixtures("emulated_gcp")
def test_a_leader_names_its_replica_and_is_not_stopped(
    gcp_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped one names nobody and never follows: the pair would be torn."""
    make_databases(gcp_plan, "ledger-order")
    sent: list[str] = []
    usual = Google.change

    def noted(self: Google, method: str, service: str, path: str, body: Any = None, *more: Any):
        sent.extend(body or [path.rpartition("/")[2]])
        return usual(self, method, service, path, body, *more)

    monkeypatch.setattr(Google, "change", noted)
    open_roles("ledger-order").failover(gcp_plan, "ledger-a", sites(gcp_plan)[1])
    assert sent[:2] == ["replicationCluster", "promoteReplica"]
    assert sent[-1] == "replicationCluster"


def test_a_lag_of_the_past_is_no_loss() -> None:
    """A leader measures the last write that it heard back of; who has the whole log lacks none."""
    told = evidence(leader="binjiang", positions={"binjiang": 7, "xihu": 7}, lags={"xihu": 3.0})
    assert expected_loss(told, "xihu").seconds == 0.0


def test_a_proxy_is_shown_the_same_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind it is the same member, which lets nobody else in."""
    made = mock.Mock()
    monkeypatch.setattr(http.client, "HTTPSConnection", made)
    operator = Operator(context=ssl.create_default_context(), password="p")
    for proxy in ("", "http://stack:key@127.0.0.1:9"):
        monkeypatch.setenv(operators.PROXY, proxy)
        connection("stack", "10.0.0.1", 8008, operator, 1.0)
    assert [one.kwargs.get("context") for one in made.call_args_list] == [operator.context] * 2


def test_without_an_operator_nobody_is_waited_for() -> None:
    """Where nothing was deployed that could be asked, there is nothing to prepare."""
    plan = compile_plan(load(STACKS / "ledger-mixed.yaml"), "mixed")
    assert SelfManaged("ledger-dev", lambda _: None).prepare(plan, plan.databases[0]) == ()
