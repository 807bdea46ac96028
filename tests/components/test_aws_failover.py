"""Failover on AWS: who guards whom, the state machines run step by step, the fence, the faults."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session

from tests.components.aws_program import CITY, EXAMPLE, REMOTE, Asked, example, of, variant
from tricenter.components.aws.fis import experiments
from tricenter.components.aws.functions import fence
from tricenter.components.aws.guards import find_guards
from tricenter.components.aws.moves import Move, Variant
from tricenter.components.aws.states import Machine, definition
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

CITY_ARN = f"arn:aws:rds:{CITY}:123456789012:cluster:ledger"
REMOTE_ARN = f"arn:aws:rds:{REMOTE}:123456789012:cluster:ledger"
AURORA = Move(database="ledger-a", group="ledger-dev-ledger-a", target=REMOTE_ARN)
ON_RDS = Move(database="ledger-b", group=None, target="ledger-dev-ledger-b")


def _machine(variant: Variant = "forced", *moves: Move, asks: bool = True) -> dict[str, Any]:
    return definition(
        Machine(
            title="ledger-dev lose-city:singapore",
            variant=variant,
            moves=moves or (AURORA,),
            topic="arn:aws:sns:ap-northeast-1:123456789012:duty",
            region=REMOTE,
            approve_seconds=600 if asks and variant == "forced" else None,
            fence=("fence", {"region": CITY, "acl": "acl-1"}) if variant == "forced" else None,
        )
    )


class Run:
    """Runs a definition: a small reading of the language, of what our machines use."""

    def __init__(self, writer: str, *, approve: bool = True, reachable: bool = True) -> None:
        self.writer, self.approve, self.reachable = writer, approve, reachable
        self.promoted = False
        self.done: list[str] = []
        self.calls: list[dict[str, Any]] = []

    def __call__(self, machine: dict[str, Any]) -> str:
        """The name of the state that it ends in."""
        name, seen = machine["StartAt"], {}
        for _ in range(50):
            state = machine["States"][name]
            self.done.append(name)
            following = self._step(state, seen)
            if following is None:
                return name
            name = following
        raise AssertionError(f"{name} does not end")

    def _step(self, state: dict[str, Any], seen: dict[str, Any]) -> str | None:
        match state["Type"]:
            case "Choice":
                met = [c["Next"] for c in state["Choices"] if self._met(c, seen)]
                return met[0] if met else state["Default"]
            case "Parallel":
                for branch in state["Branches"]:
                    self(branch)
            case "Task" if not self._task(state, seen):
                return state["Catch"][0]["Next"]
            case "Succeed" | "Fail":
                return None
            case _:
                pass
        return state.get("Next")

    def _task(self, state: dict[str, Any], seen: dict[str, Any]) -> bool:
        what = state["Resource"].rpartition(":::")[2]
        match what:
            case "sns:publish.waitForTaskToken":
                return self.approve
            case "lambda:invoke":
                return self.reachable
            case "aws-sdk:rds:describeGlobalClusters":
                seen["$.seen.writers[0]"], seen["$.seen.status"] = self.writer, "available"
            case "aws-sdk:rds:describeDBInstances":
                seen.clear()
                seen["$.seen.instance.DbInstanceStatus"] = "available"
                if not self.promoted:
                    seen["$.seen.instance.ReadReplicaSourceDBInstanceIdentifier"] = "source"
            case "aws-sdk:rds:promoteReadReplica":
                self.promoted = True
            case "aws-sdk:rds:switchoverGlobalCluster" | "aws-sdk:rds:failoverGlobalCluster":
                self.calls.append({"what": what.rpartition(":")[2], **state["Parameters"]})
                self.writer = state["Parameters"]["TargetDbClusterIdentifier"]
            case _:
                pass
        return True

    def _met(self, choice: dict[str, Any], seen: dict[str, Any]) -> bool:
        return all(
            (c["Variable"] in seen) is c["IsPresent"]
            if "IsPresent" in c
            else seen.get(c["Variable"]) == c["StringEquals"]
            for c in choice["And"]
        )


def test_forced_after_approval_fences_first() -> None:
    """People are asked, the lost region is fenced, the forced call is made, and it is told."""
    run = Run(CITY_ARN)
    assert run(_machine()) == "Tell"
    order = [name for name in run.done if name in {"Look0", "Ask", "Fence", "Move", "Call"}]
    assert order == ["Look0", "Ask", "Fence", "Move", "Call"]
    assert run.calls == [
        {
            "what": "failoverGlobalCluster",
            "GlobalClusterIdentifier": "ledger-dev-ledger-a",
            "TargetDbClusterIdentifier": REMOTE_ARN,
            "AllowDataLoss": True,
        }
    ]


def test_planned_is_another_call_and_fences_nobody() -> None:
    """It loses nothing, so nobody is asked and nothing may be lost."""
    run = Run(CITY_ARN)
    assert run(_machine("graceful")) == "Tell"
    assert [call["what"] for call in run.calls] == ["switchoverGlobalCluster"]
    assert "AllowDataLoss" not in run.calls[0] and "Fence" not in run.done


def test_without_approval_nothing_changes() -> None:
    """Nobody answers, or somebody refuses: nothing is fenced, nothing moves."""
    run = Run(CITY_ARN, approve=False)
    assert run(_machine()) == "NotApproved"
    assert run.calls == [] and "Fence" not in run.done


def test_a_region_that_cannot_be_fenced_stops_nothing() -> None:
    """The fence has its time, then the databases move."""
    run = Run(CITY_ARN, reachable=False)
    assert run(_machine()) == "Tell" and len(run.calls) == 1


def test_what_leads_already_is_left_alone() -> None:
    """After a switchover an alarm that misses its metric asks, fences and moves nothing."""
    run = Run(REMOTE_ARN)
    assert run(_machine(asks=False)) == "NothingToDo"
    assert run.calls == [] and run.done == ["Look0", "Leads0", "NothingToDo"]


def test_every_database_is_looked_at() -> None:
    """One that leads there already does not keep the other from moving; RDS is promoted."""
    run = Run(REMOTE_ARN)
    assert run(_machine("forced", AURORA, ON_RDS, asks=False)) == "Tell"
    assert run.calls == [] and run.promoted


def test_calls_are_in_the_models_of_aws() -> None:
    """Every call is an operation, and its members are members, whatever their case."""
    model = get_session().get_service_model("rds")
    operations = {name.lower(): name for name in model.operation_names}
    found = 0
    for variant_ in ("graceful", "forced"):
        states = _machine(variant_, AURORA, ON_RDS)["States"]  # type: ignore[arg-type]
        inner = [branch["States"] for branch in states["Move"]["Branches"]]
        for state in [s for group in (states, *inner) for s in group.values()]:
            resource = state.get("Resource", "")
            if ":aws-sdk:rds:" not in resource:
                continue
            shape = model.operation_model(
                operations[resource.rpartition(":")[2].lower()]
            ).input_shape
            members = {member.lower() for member in shape.members}
            assert {key.lower() for key in state["Parameters"]} <= members, resource
            found += 1
    assert found > 10


def test_no_state_leads_nowhere() -> None:
    """Every Next, Default and Catch names a state, and every state can be reached."""
    for machine in (
        _machine(),
        _machine("graceful"),
        _machine("forced", AURORA, ON_RDS, asks=False),
    ):
        for part in (machine, *machine["States"]["Move"]["Branches"]):
            named = {part["StartAt"]}
            for state in part["States"].values():
                named |= {state[key] for key in ("Next", "Default") if key in state}
                named |= {c["Next"] for c in (*state.get("Choices", ()), *state.get("Catch", ()))}
            assert named == set(part["States"])


def _plan(path: Path = EXAMPLE) -> Plan:
    return compile_plan(load(path), "aws")


def test_each_city_is_guarded_from_the_other() -> None:
    """The guard stands where the databases go, whoever leads now."""
    plan = _plan()
    managed = {database.name: database for database in plan.databases}
    guards = find_guards(plan, managed)
    assert [(g.city, g.lost_region, g.region) for g in guards] == [
        ("singapore", CITY, REMOTE),
        ("tokyo", REMOTE, CITY),
    ]
    assert {(g.mode, g.decide) for g in guards} == {("approve", 600.0)}
    moved = compile_plan(load(EXAMPLE), "aws", {"ledger-a": "tokyo-1"})
    assert find_guards(moved, {d.name: d for d in moved.databases}) == guards


def test_a_city_may_decide_otherwise_than_its_class(tmp_path: Path) -> None:
    """A scenario's own entry wins; without any people are asked."""
    plan = _plan(variant(tmp_path, (("failover", "lose-city:tokyo"), "automatic")))
    managed = {database.name: database for database in plan.databases}
    assert [guard.mode for guard in find_guards(plan, managed)] == ["approve", "automatic"]
    silent = replace(plan, failover=())
    assert {guard.mode for guard in find_guards(silent, managed)} == {"approve"}


def _machines(leader: str | None = None) -> list[Asked]:
    return of(example(leader=leader), "sfn/stateMachine:StateMachine")


def test_machines_stand_outside_what_they_guard() -> None:
    """In the region that takes over, with a definition that names no endpoint of the lost one."""
    assert len(_machines()) == 4
    for one in _machines():
        lost, region = ("singapore", REMOTE) if "singapore" in one.name else ("tokyo", CITY)
        assert one.inputs["region"] == region and lost in one.name
        assert one.inputs["loggingConfiguration"]["level"] == "ALL"
        states = json.loads(one.inputs["definition"])["States"]
        for branch in states["Move"]["Branches"]:
            called = branch["States"]["Call"]["Parameters"]["TargetDbClusterIdentifier"]
            assert f":{region}:" in called
        assert ("Ask" in states) is ("Fence" in states) is one.name.endswith("-forced")


def test_the_forced_machine_starts_by_silence_of_all() -> None:
    """An alarm over all databases of the city, in the guard's region, and only from OK."""
    alarms = of(example(), "cloudwatch/compositeAlarm:CompositeAlarm")
    assert {one.inputs["region"] for one in alarms} == {CITY, REMOTE}
    for one in alarms:
        assert one.inputs["alarmRule"].count("ALARM(") == 2 and " AND " in one.inputs["alarmRule"]
    for rule in of(example(), "cloudwatch/eventRule:EventRule"):
        pattern = json.loads(rule.inputs["eventPattern"])
        assert pattern["detail"]["previousState"] == {"value": ["OK"]}


class Ec2:
    """EC2 that keeps the entries of one list."""

    class exceptions:  # noqa: N801 - the client's own name
        """As botocore's client has it."""

        ClientError = ClientError

    def __init__(self) -> None:
        self.entries: dict[int, dict[str, Any]] = {}

    def create_network_acl_entry(self, **entry: Any) -> None:
        """Refuses a number that is taken."""
        if entry["RuleNumber"] in self.entries:
            raise ClientError({"Error": {"Code": "NetworkAclEntryAlreadyExists"}}, "Create")
        self.entries[entry["RuleNumber"]] = entry

    def delete_network_acl_entry(self, **entry: Any) -> None:
        """Refuses a number that is not there."""
        if entry["RuleNumber"] not in self.entries:
            raise ClientError({"Error": {"Code": "InvalidNetworkAclEntry.NotFound"}}, "Delete")
        del self.entries[entry["RuleNumber"]]


def test_the_fence_may_be_put_up_and_taken_down_twice() -> None:
    """One entry denies PostgreSQL; what is so already is fine."""
    ec2 = Ec2()
    for _ in range(2):
        fence.change(ec2, "fence", "acl-1")
    (entry,) = ec2.entries.values()
    assert entry["RuleAction"] == "deny" and entry["PortRange"] == {"From": 5432, "To": 5432}
    for _ in range(2):
        fence.change(ec2, "unfence", "acl-1")
    assert ec2.entries == {}


def test_another_refusal_of_the_fence_is_told() -> None:
    """No right to do it is no fence, and the machine's log must say so."""
    ec2 = Ec2()

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "UnauthorizedOperation"}}, "Create")

    ec2.create_network_acl_entry = refuse  # type: ignore[method-assign]
    with pytest.raises(ClientError):
        fence.change(ec2, "fence", "acl-1")


def test_faults_are_for_drills_and_hit_something() -> None:
    """One experiment a scenario; an empty one fails instead of passing."""
    assert of(example(), "fis/experimentTemplate:ExperimentTemplate") == []
    made = of(example("drill"), "fis/experimentTemplate:ExperimentTemplate")
    plan = _plan()
    assert len(made) == len(experiments(plan, plan.scenarios)) > 5
    for one in made:
        options = one.inputs["experimentOptions"]
        assert options["emptyTargetResolutionMode"] == "fail"
        kinds = {action["actionId"] for action in one.inputs["actions"]}
        assert ("aws:rds:failover-db-cluster" in kinds) is ("lose-site" in one.name)
