"""The workflows of failover and export, run step by step against a Cloud SQL that can fail."""

import base64
import json
import re
from typing import Any

import pytest
import yaml

from tests.components.workflow_runner import START, Raised, Run, stamp
from tricenter.components.gcp.workflow_source import (
    LONGEST_SOURCE,
    ExportedDatabase,
    GuardedDatabase,
    export_source,
    forced_source,
    planned_source,
)
from tricenter.roles.gcp.old_leader import RETURN_S

PROJECT = "acme-ledger"
SETTINGS = {"backupConfiguration": {"enabled": True, "location": "asia-east2"}}
NAMES = ("ledger-a", "ledger-b")


class CloudSql:
    """Two instances a database, east and west; west leads. Requests are kept in order."""

    def __init__(self, lag: float | None = 2.0) -> None:
        self.leads = dict.fromkeys(NAMES, "west")
        self.lost: set[str] = set()
        self.stays: set[str] = set()
        self.named: dict[str, str] = {}
        self.busy = self.in_the_way = 0
        self.lag, self.arrive, self.age = lag, 0.0, 60.0
        self.state = "RUNNABLE"
        self.requests: list[tuple[str, str, Any]] = []

    def __call__(self, method: str, url: str, arguments: dict[str, Any]) -> Any:
        """Answer a request."""
        if "monitoring" in url:
            return self._lag(arguments["query"]["filter"])
        path = url.removeprefix(f"https://sqladmin.googleapis.com/v1/projects/{PROJECT}/")
        assert arguments["auth"] == {"type": "OAuth2"}
        if path.startswith("operations/"):
            return {"status": "DONE"}
        instance, _, verb = path.removeprefix("instances/").partition("/")
        side, _, database = instance.partition("-")
        if side in self.lost:
            raise Raised({"message": "connection failed", "tags": ["ConnectionFailedError"]})
        if method == "GET":
            return self._get(side, database)
        body = arguments.get("body")
        self.requests.append((method, path, body))
        if method == "PATCH" and self.in_the_way:
            self.in_the_way -= 1
            raise Raised({"code": 409, "message": "operationInProgress", "tags": ["HttpError"]})
        if "replicationCluster" in (body or {}):
            self._name(side, database, body["replicationCluster"]["failoverDrReplicaName"])
        if "promoteReplica" in verb or "switchover" in verb:
            self._change(side, database)
        return {"name": f"op-{len(self.requests)}", "status": "PENDING"}

    def _get(self, side: str, database: str) -> Any:
        if self.leads[database] == side or side in self.stays:
            named = self.named.get(f"{side}-{database}")
            cluster = {"failoverDrReplicaName": named} if named else {}
            shown = {"instanceType": "CLOUD_SQL_INSTANCE", "state": self.state}
            return shown | {"replicationCluster": cluster}
        return {
            "instanceType": "READ_REPLICA_INSTANCE",
            "state": self.state,
            "masterInstanceName": f"{PROJECT}:{self.leads[database]}-{database}",
        }

    def _name(self, side: str, database: str, named: str) -> None:
        """Only the leader names, and only what follows it."""
        other = "west" if side == "east" else "east"
        assert self.leads[database] == side and other not in self.stays
        assert named == f"{PROJECT}:{other}-{database}"
        self.named[f"{side}-{database}"] = named

    def _change(self, side: str, database: str) -> None:
        if self.busy:
            self.busy -= 1
            raise Raised({"code": 409, "message": "operationInProgress"})
        before = self.leads[database]
        if "switchover" not in self.requests[-1][1]:
            self.named.pop(f"{before}-{database}", None)
        else:
            assert self.named.pop(f"{before}-{database}").endswith(f"{side}-{database}")
            self.named[f"{side}-{database}"] = f"{PROJECT}:{before}-{database}"
        self.leads[database] = side

    def _lag(self, asked: str) -> Any:
        """The newest first, each minute; what arrives is counted in whole seconds."""
        if self.lag is None:
            return {}
        name, least = ("int64Value", "0") if "network_lag" in asked else ("doubleValue", 0.0)
        most = str(int(self.arrive)) if name == "int64Value" else self.lag
        return {
            "timeSeries": [
                {
                    "points": [
                        {
                            "interval": {"endTime": stamp(START - 60 * n - self.age)},
                            "value": {name: most if n == 2 else least},
                        }
                        for n in range(5)
                    ]
                }
            ]
        }

    @property
    def paths(self) -> list[str]:
        """What was asked to change, without what a leader gets and names."""
        return [f"{method} {path}" for method, path, _ in self.requests if method != "PATCH"]


def guarded(max_lag: float | None = None) -> list[GuardedDatabase]:
    """The databases as the east knows them."""
    return [
        GuardedDatabase(
            name=name,
            instance=f"east-{name}",
            others=(f"west-{name}",),
            settings=SETTINGS,
            max_lag=max_lag,
        )
        for name in NAMES
    ]


def forced(approve: bool = False, max_lag: float | None = None) -> str:
    """The forced workflow of the east."""
    return forced_source(PROJECT, "east", guarded(max_lag), approve=approve, decide=600.0)


def alert(state: str) -> Any:
    """An event as Eventarc hands it on: Monitoring's message in Pub/Sub's envelope."""
    text = json.dumps({"incident": {"state": state, "summary": "west is silent"}})
    return {"data": {"message": {"data": base64.b64encode(text.encode()).decode()}}}


SOURCES = {
    "forced": forced(),
    "planned": planned_source(PROJECT, "east", guarded()),
    "export": export_source(PROJECT, "cold", [ExportedDatabase(name="a", instances=("x", "y"))]),
}


@pytest.mark.parametrize("name", SOURCES)
def test_sources_are_yaml_and_short_enough(name: str) -> None:
    """Google takes at most 128 KB; every call of ours names a workflow that is there."""
    source = SOURCES[name]
    assert len(source.encode()) < LONGEST_SOURCE
    workflows = yaml.safe_load(source)
    called = set(re.findall(r"call: (\w+)$", source, re.MULTILINE))
    assert called <= set(workflows)


def test_the_forced_call_is_the_one_for_disasters() -> None:
    """Without `failover=true` the old leader would stay a second one; the connector has no such."""
    assert "promoteReplica?failover=true" in SOURCES["forced"]
    assert "googleapis.sqladmin" not in "".join(SOURCES.values())
    assert "promoteReplica" not in SOURCES["planned"]


def test_it_promotes_all_and_then_names_the_next() -> None:
    """The old leader is not stopped: Cloud SQL makes a copy of what is online alone."""
    cloud = CloudSql()
    told = Run(forced(), cloud).start(alert("open"))
    promoted = [f"POST instances/east-{n}/promoteReplica?failover=true" for n in NAMES]
    assert cloud.paths == promoted
    assert "activationPolicy" not in str(cloud.requests)
    assert set(cloud.leads.values()) == {"east"}
    assert cloud.named == {f"east-{name}": f"{PROJECT}:west-{name}" for name in NAMES}
    assert [one["answer"] for one in told["next_copies"]] == ["it is named"] * 2


def test_an_old_leader_that_is_not_back_is_named_by_a_later_run() -> None:
    """It is waited for half an hour while it answers; the next run finds it."""
    cloud = CloudSql()
    cloud.stays = {"west"}
    run = Run(forced(), cloud)
    told = run.start(alert("open"))
    assert [one["answer"] for one in told["next_copies"]] == ["it does not follow yet"] * 2
    assert cloud.named == {} and RETURN_S <= run.now - START <= RETURN_S + 120
    cloud.stays = set()
    Run(forced(), cloud).start()
    assert cloud.named == {f"east-{name}": f"{PROJECT}:west-{name}" for name in NAMES}


def test_a_planned_change_back_names_its_target_first() -> None:
    """After a forced change nobody may have named the copy, and Google switches to no other."""
    cloud = CloudSql()
    west = [
        GuardedDatabase(
            name=name, instance=f"west-{name}", others=(f"east-{name}",),
            settings=SETTINGS, max_lag=None,
        )
        for name in NAMES
    ]  # fmt: skip
    cloud.leads = dict.fromkeys(NAMES, "east")
    Run(planned_source(PROJECT, "west", west), cloud).start()
    assert set(cloud.leads.values()) == {"west"}
    assert cloud.named == {f"west-{name}": f"{PROJECT}:east-{name}" for name in NAMES}


def test_settings_are_asked_again_while_another_operation_runs() -> None:
    """409 to a change of settings is no failure of the failover."""
    cloud = CloudSql()
    cloud.in_the_way = 3
    Run(forced(), cloud).start(alert("open"))
    assert set(cloud.leads.values()) == {"east"}
    assert len([path for _, path, body in cloud.requests if "settings" in (body or {})]) == 5


def test_the_new_leader_gets_backups() -> None:
    """What only a leader carries follows the role."""
    cloud = CloudSql()
    Run(forced(), cloud).start()
    assert [body for _, path, body in cloud.requests if path == "instances/east-ledger-a"] == [
        {"settings": SETTINGS},
        {"replicationCluster": {"failoverDrReplicaName": f"{PROJECT}:west-ledger-a"}},
    ]


def test_a_lost_region_does_not_hold_it_up() -> None:
    """Nothing answers over there: it takes over, and waits for no next copies."""
    cloud = CloudSql()
    cloud.lost = {"west"}
    run = Run(forced(), cloud)
    told = run.start(alert("open"))
    assert [one["outcome"] for one in told["results"]] == ["leads"] * 2
    assert [one["answer"] for one in told["next_copies"]] == ["it could not be asked or named"] * 2
    assert any("not_named" in str(line) for line in run.logged) and run.now < START + 120


def test_it_may_be_run_again() -> None:
    """What leads here already is not promoted, and nobody is asked for it."""
    cloud = CloudSql()
    Run(forced(), cloud).start()
    before = len(cloud.paths)
    run = Run(forced(approve=True), cloud)
    assert {one["outcome"] for one in run.start()["results"]} == {"leads"}
    assert len(cloud.paths) == before and run.asked == 0


def test_another_operation_is_waited_for() -> None:
    """On 409 it looks again before it asks again."""
    cloud = CloudSql()
    cloud.busy = 2
    Run(forced(), cloud).start()
    promoting = "POST instances/east-ledger-a/promoteReplica?failover=true"
    assert cloud.paths.count(promoting) == 3
    assert set(cloud.leads.values()) == {"east"}


def test_somebody_else_may_have_promoted_it() -> None:
    """The operation that was in the way may be the very promotion: it is not asked for twice."""
    cloud = CloudSql()

    def http(method: str, url: str, arguments: dict[str, Any]) -> Any:
        if "east-ledger-a/promoteReplica" in url:
            cloud.leads["ledger-a"], cloud.busy = "east", 1
        return cloud(method, url, arguments)

    Run(forced(), http).start()
    assert cloud.paths.count("POST instances/east-ledger-a/promoteReplica?failover=true") == 1


def test_what_leads_already_is_left_alone() -> None:
    """One of two databases was lost: the other is not promoted."""
    cloud = CloudSql()
    cloud.leads["ledger-a"] = "east"
    Run(forced(), cloud).start()
    assert cloud.paths == ["POST instances/east-ledger-b/promoteReplica?failover=true"]


def test_a_person_may_refuse() -> None:
    """Where the spec wants approval, nothing happens without it."""
    for answer in (False, None):
        cloud = CloudSql()
        run = Run(forced(approve=True), cloud, approve=answer)
        if answer is None:
            with pytest.raises(Raised):
                run.start(alert("open"))
        else:
            assert "refused" in run.start(alert("open"))
        assert run.asked == 1
        assert cloud.requests == []


def test_a_person_may_approve() -> None:
    """The approval is asked for once, for all databases, with what may be lost."""
    cloud = CloudSql()
    run = Run(forced(approve=True), cloud, approve=True)
    run.start(alert("open"))
    assert run.asked == 1
    asked = next(line for line in run.logged if line["severity"] == "ALERT")
    assert asked["json"]["databases"] == [{"name": name, "lag": 2.0} for name in NAMES]
    assert set(cloud.leads.values()) == {"east"}


@pytest.mark.parametrize(
    ("lag", "arrive", "age", "asked"),
    [
        (2.0, 0.0, 60.0, 0), (60.0, 0.0, 60.0, 1), (None, 0.0, 60.0, 1), (2.0, 29.0, 60.0, 1),
        (0.0, 1800.0, 60.0, 1), (-1.0, 0.0, 60.0, 1), (2.0, 0.0, 400.0, 1),
    ],
)  # fmt: skip
def test_more_loss_than_allowed_needs_a_person(
    lag: float | None, arrive: float, age: float, asked: int
) -> None:
    """Automatic means within the spec's lag, with what has not arrived; more, or an unknown or old
    one, is for a person, and so is a copy that nothing arrives at."""
    cloud = CloudSql(lag)
    cloud.arrive, cloud.age = arrive, age
    run = Run(forced(max_lag=30.0), cloud, approve=False)
    run.start(alert("open"))
    assert run.asked == asked


def test_the_end_of_an_alert_does_nothing() -> None:
    """Monitoring tells of the end of an incident by the same way."""
    cloud = CloudSql()
    assert "over" in Run(forced(), cloud).start(alert("closed"))
    assert cloud.requests == []


def test_one_database_does_not_hold_up_the_other() -> None:
    """An error is told in the end, after everything else has been tried."""
    cloud = CloudSql()
    broken = {"code": 403, "message": "forbidden"}

    def http(method: str, url: str, arguments: dict[str, Any]) -> Any:
        if "east-ledger-a/promoteReplica" in url:
            raise Raised(broken)
        return cloud(method, url, arguments)

    with pytest.raises(Raised, match="not every database"):
        Run(forced(), http).start()
    assert cloud.named == {"east-ledger-b": f"{PROJECT}:west-ledger-b"}
    assert cloud.leads == {"ledger-a": "west", "ledger-b": "east"}


def test_planned_is_a_switchover() -> None:
    """No fence, no promotion: both sides exchange their roles."""
    cloud = CloudSql()
    Run(SOURCES["planned"], cloud).start({"databases": ["ledger-b"]})
    assert cloud.paths == ["POST instances/east-ledger-b/switchover?dbTimeout=600s"]
    assert cloud.leads == {"ledger-a": "west", "ledger-b": "east"}


def test_planned_leaves_what_is_not_well() -> None:
    """A switchover over something ill would end without a writer."""
    cloud = CloudSql()
    cloud.state = "MAINTENANCE"
    with pytest.raises(Raised, match="nothing was switched"):
        Run(SOURCES["planned"], cloud).start()
    assert cloud.requests == []


def test_exports_follow_the_role() -> None:
    """The copy is taken of whichever instance leads, also while the other is lost."""
    source = export_source(
        PROJECT,
        "cold",
        [ExportedDatabase(name="ledger-a", instances=("west-ledger-a", "east-ledger-a"))],
    )
    cloud = CloudSql()
    cloud.leads["ledger-a"], cloud.lost = "east", {"west"}
    Run(source, cloud).start()
    ((_, path, body),) = cloud.requests
    assert path == "instances/east-ledger-a/export"
    assert body["exportContext"]["databases"] == ["ledger-a"]
    assert body["exportContext"]["uri"].startswith("gs://cold/ledger-a/")


def test_exports_need_a_leader() -> None:
    """Nobody who says that it leads is an error, no empty success."""
    source = export_source(
        PROJECT, "cold", [ExportedDatabase(name="ledger-a", instances=("east-ledger-a",))]
    )
    with pytest.raises(Raised, match="not every database"):
        Run(source, CloudSql()).start()
