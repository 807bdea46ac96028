"""Failover on AWS: who guards whom, the state machines run step by step, the fence, the faults."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session

from tests.components.aws_program import CITY, EXAMPLE, REMOTE, Asked, example, of, variant
from tests.components.machine_run import HOST, Run
from tests.state_machines import needs_validator, refusals, spelled
from tricenter.components.aws.fis import experiments
from tricenter.components.aws.functions import fence
from tricenter.components.aws.guards import find_guards
from tricenter.components.aws.moves import Move, Variant
from tricenter.components.aws.states import QUESTIONS, Machine, definition
from tricenter.components.aws.turns import TURN_TRIES, Turn
from tricenter.topology.clouds import aws_fence
from tricenter.topology.compile import compile_plan
from tricenter.topology.dns.leader_name import LeaderName
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

CITY_ARN = f"arn:aws:rds:{CITY}:123456789012:cluster:ledger"
REMOTE_ARN = f"arn:aws:rds:{REMOTE}:123456789012:cluster:ledger"
AURORA = Move(database="ledger-a", group="ledger-dev-ledger-a", target=REMOTE_ARN)
CALL = "Call ledger-a"
ON_RDS = Move(database="ledger-b", group=None, target="ledger-dev-ledger-b")
NAMED = replace(
    ON_RDS,
    turn=Turn(zone="Z1", name=LeaderName(name="ledger-b-rw.pay.example.com", ttl=7)),
)


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


def test_forced_after_approval_fences_first() -> None:
    """People are asked, the lost region is fenced, the forced call is made, and it is told."""
    run = Run(CITY_ARN)
    assert run(_machine()) == "Tell"
    order = [name for name in run.done if name in {"Look0", "Ask", "Fence", "Move", CALL}]
    assert order == ["Look0", "Ask", "Fence", "Move", CALL]
    assert run.fence == ["fence"]
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


def test_refused_means_nothing_changes_and_is_told() -> None:
    """Somebody refuses: nothing is fenced, nothing moves, and nobody is asked again."""
    run = Run(CITY_ARN, answers=[False, True])
    assert run(_machine()) == "NotApproved" and "TellNotApproved" in run.done
    assert run.calls == run.fence == [] and run.done.count("Ask") == 1


def test_who_is_silent_is_asked_again() -> None:
    """A page in the night may be missed; it is first looked whether it is still to be done."""
    run = Run(CITY_ARN, answers=[None, None, True])
    assert run(_machine()) == "Tell" and len(run.calls) == 1
    assert run.done.count("Ask") == run.done.count("Look0") == 3
    run = Run(CITY_ARN, answers=[None] * QUESTIONS)
    assert run(_machine()) == "NotApproved" and "TellNotApproved" in run.done
    assert run.calls == run.fence == [] and not run.answers


def test_a_region_that_cannot_be_fenced_stops_nothing() -> None:
    """The fence has its time, then the databases move."""
    run = Run(CITY_ARN, reachable=False)
    assert run(_machine()) == "Tell" and len(run.calls) == 1


def test_a_call_that_is_refused_is_made_again() -> None:
    """A database that is just being changed answers with an error for a while."""
    run = Run(CITY_ARN, refused=3)
    assert run(_machine()) == "Tell" and len(run.calls) == 1


def test_a_fence_is_taken_away_where_nothing_moved() -> None:
    """The old leader is the only one: cut off it would serve nobody for ever."""
    run = Run(CITY_ARN, refused=10_000)
    assert run(_machine()) == "Failed" and "TellFailed" in run.done
    assert run.fence == ["fence", "unfence"]


def test_a_fence_stays_where_one_has_moved() -> None:
    """Its old leader must get no writes. One that does not move ends no other's move."""
    run = Run(CITY_ARN, refused=10_000)
    assert run(_machine("forced", AURORA, ON_RDS)) == "Failed" and "TellFenced" in run.done
    assert run.promoted and run.fence == ["fence"]
    assert {"NotMoved ledger-a", "Moved ledger-b"} <= {*run.done}


def test_what_leads_already_is_left_alone() -> None:
    """After a switchover an alarm that misses its metric asks, fences and moves nothing."""
    run = Run(REMOTE_ARN)
    assert run(_machine(asks=False)) == "NothingToDo"
    assert run.calls == [] and run.done == ["Begin", "Look0", "Leads0", "NothingToDo"]


def test_every_database_is_looked_at() -> None:
    """One that leads there already does not keep the other from moving; RDS is promoted."""
    run = Run(REMOTE_ARN)
    assert run(_machine("forced", AURORA, ON_RDS, asks=False)) == "Tell"
    assert run.calls == [] and run.promoted


def test_a_name_is_turned_after_the_promotion() -> None:
    """The record that the component has, to the host of who leads now; nothing else in the zone."""
    run = Run(CITY_ARN)
    assert run(_machine("forced", NAMED)) == "Tell"
    assert run.done.index("Call ledger-b") < run.done.index("Turn ledger-b")
    record = {"Name": "ledger-b-rw.pay.example.com", "Type": "CNAME", "Ttl": 7}
    change = {
        "Action": "UPSERT",
        "ResourceRecordSet": record | {"ResourceRecords": [{"Value": HOST}]},
    }
    assert run.turned == [{"HostedZoneId": "Z1", "ChangeBatch": {"Changes": [change]}}]
    assert run.moves == [{"database": "ledger-b", "moved": True, "turned": True}]


@pytest.mark.parametrize(("unturned", "end"), [(TURN_TRIES, "Tell"), (TURN_TRIES + 1, "Failed")])
def test_a_name_that_does_not_turn_is_tried_again_and_told(unturned: int, end: str) -> None:
    """Half an hour long; the database leads all the same, and its old region stays cut off."""
    run = Run(CITY_ARN, unturned=unturned)
    assert run(_machine("forced", NAMED, asks=False)) == end
    assert run.moves == [{"database": "ledger-b", "moved": True, "turned": end == "Tell"}]
    assert run.promoted and run.fence == ["fence"]


def test_who_leads_without_a_call_gets_no_name() -> None:
    """It may be the old leader of an earlier failover, with the data of that time."""
    run = Run(CITY_ARN, promoted=True)
    assert run(_machine("forced", AURORA, NAMED)) == "Failed" and "TellFenced" in run.done
    assert run.turned == []
    assert run.moves[1] == {"database": "ledger-b", "moved": True, "turned": False}


def test_a_promotion_whose_answer_was_lost_turns_the_name() -> None:
    """It is looked at once more, and found to lead: by our own call."""
    run = Run(CITY_ARN)
    usual = run.cloud

    def loses(service: str, operation: str, given: Any) -> dict[str, Any]:
        if operation == "promoteReadReplica":
            run.promoted = True
            raise TimeoutError
        return usual(service, operation, given)

    run.cloud = loses
    assert run(_machine("forced", NAMED)) == "Tell"
    assert len(run.turned) == 1 and "LookAgain ledger-b" not in run.done


def _fits(shape: Any, given: Any) -> bool:
    """Whether what a state asks is of a shape, its members spelled as the language has them."""
    if shape.type_name == "list":
        return all(_fits(shape.member, one) for one in given)
    if shape.type_name != "structure":
        return shape.type_name in {"string", "long", "integer", "boolean"}
    members = {spelled(name): member for name, member in shape.members.items()}
    asked = {key.removesuffix(".$"): value for key, value in given.items()}
    needed = {spelled(name) for name in shape.required_members}
    return needed <= asked.keys() <= members.keys() and all(
        _fits(members[key], value) for key, value in asked.items()
    )


def test_calls_are_in_the_models_of_aws() -> None:
    """Every call is an operation with all that it needs, and its members are members."""
    found = 0
    for variant_ in ("graceful", "forced"):
        states = _machine(variant_, AURORA, NAMED)["States"]  # type: ignore[arg-type]
        inner = [branch["States"] for branch in states["Move"]["Branches"]]
        for state in [s for group in (states, *inner) for s in group.values()]:
            resource = state.get("Resource", "")
            if ":aws-sdk:" not in resource:
                continue
            service, operation = resource.split(":")[-2:]
            model = get_session().get_service_model(service)
            operations = {name.lower(): name for name in model.operation_names}
            shape = model.operation_model(operations[operation.lower()]).input_shape
            assert _fits(shape, state["Parameters"]), resource
            found += 1
    assert found > 10


MACHINES = (
    _machine(),
    _machine("graceful"),
    _machine("forced", AURORA, ON_RDS, asks=False),
    _machine("forced", AURORA, ON_RDS),
    _machine("forced", AURORA, NAMED),
    _machine("graceful", AURORA, replace(AURORA, database="ledger-b")),
)


def test_every_state_can_be_reached() -> None:
    """A state to which nothing leads would be no failover's."""
    for machine in MACHINES:
        for part in (machine, *machine["States"]["Move"]["Branches"]):
            named = {part["StartAt"]}
            for state in part["States"].values():
                named |= {state[key] for key in ("Next", "Default") if key in state}
                named |= {c["Next"] for c in (*state.get("Choices", ()), *state.get("Catch", ()))}
            assert named == set(part["States"])


@needs_validator
def test_the_validator_of_the_language_accepts_the_machines(tmp_path: Path) -> None:
    """Also those with several databases, whose branches are one machine's; and those deployed."""
    deployed = [json.loads(one.inputs["definition"]) for one in _machines()]
    assert refusals(tmp_path, [*MACHINES, *deployed]) == ""


@needs_validator
def test_the_validator_refuses_what_aws_refuses(tmp_path: Path) -> None:
    """A name that stands in two branches, as it would without the database's in it."""
    text = (
        json.dumps(_machine("forced", AURORA, ON_RDS))
        .replace(" ledger-", " ledger")
        .replace(" ledgerb", " ledgera")
    )
    assert "DUPLICATE_STATE_NAMES" in refusals(tmp_path, [json.loads(text)])


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


def test_machines_stand_where_their_call_is_taken() -> None:
    """A forced one in the region that takes over, outside what it guards; a planned one in the
    region that leads."""
    assert len(_machines()) == 4
    for one in _machines():
        lost, region = (
            ("singapore", REMOTE) if "failover-singapore" in one.name else ("tokyo", CITY)
        )
        forced = one.name.endswith("-forced")
        stands = region if forced else {REMOTE: CITY, CITY: REMOTE}[region]
        assert one.inputs["region"] == stands and lost in one.name
        logging = one.inputs["loggingConfiguration"]
        assert logging["level"] == "ALL" and logging["includeExecutionData"] is False
        states = json.loads(one.inputs["definition"])["States"]
        for branch in states["Move"]["Branches"]:
            (call,) = [s for name, s in branch["States"].items() if name.startswith("Call ")]
            assert f":{region}:" in call["Parameters"]["TargetDbClusterIdentifier"]
        assert ("Ask" in states) is ("Fence" in states) is forced


def test_the_forced_machine_starts_by_silence_of_all() -> None:
    """An alarm over all databases of the city, in the guard's region, and only from OK."""
    alarms = of(example(), "cloudwatch/compositeAlarm:CompositeAlarm")
    assert {one.inputs["region"] for one in alarms} == {CITY, REMOTE}
    for one in alarms:
        assert one.inputs["alarmRule"].count("ALARM(") == 2 and " AND " in one.inputs["alarmRule"]
    rules = of(example(), "cloudwatch/eventRule:EventRule")
    for rule in (one for one in rules if "-lost-" in one.name):
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


def test_the_fence_is_one_for_all() -> None:
    """The function stands by itself, so its numbers are written down twice."""
    assert (fence.RULE, fence.PORT) == (aws_fence.RULE, aws_fence.PORT)


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
