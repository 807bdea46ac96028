"""Runs the state machines of a failover, to see in which order they do what."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Cloud = Callable[[str, str, Mapping[str, Any]], dict[str, Any]]
"""Answers an operation of a service, in the names that Step Functions has for its members."""
STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
HOST = "ledger.remote.example"


class Run:
    """Runs a definition: a small reading of the language, of what our machines use.

    `writer` leads the global database; people `answer` each question with True, False or None for
    silence; calls fail as often as `refused` says, and turns of a name as often as `unturned`.
    Instances and names are those of `cloud`, where one is given.
    """

    def __init__(
        self,
        writer: str,
        *,
        answers: Sequence[bool | None] = (True,),
        reachable: bool = True,
        refused: int = 0,
        unturned: int = 0,
        promoted: bool = False,
        cloud: Cloud | None = None,
    ) -> None:
        self.writer, self.answers, self.reachable = writer, list(answers), reachable
        self.refused, self.unturned, self.promoted = refused, unturned, promoted
        self.cloud = cloud or self._instances
        self.done: list[str] = []
        self.calls: list[dict[str, Any]] = []
        self.fence: list[str] = []
        self.turned: list[dict[str, Any]] = []
        self.moves: list[dict[str, Any]] = []

    def __call__(self, machine: dict[str, Any], given: dict[str, Any] | None = None) -> str:
        """The name of the state that it ends in."""
        name, self.data = machine["StartAt"], given or {}
        for _ in range(2000):
            state = machine["States"][name]
            self.done.append(name)
            following = self._step(state)
            if following is None:
                return name
            name = following
        raise AssertionError(f"{name} does not end")

    def _step(self, state: dict[str, Any]) -> str | None:
        match state["Type"]:
            case "Choice":
                met = [c["Next"] for c in state["Choices"] if self._met(c)]
                return met[0] if met else state["Default"]
            case "Pass" if "ResultPath" in state:
                self.data[state["ResultPath"].removeprefix("$.")] = state["Result"]
            case "Pass" if "Result" in state:
                self.data = dict(state["Result"])
            case "Pass":
                self.data = self._filled(state["Parameters"])
            case "Parallel":
                outer = self.data
                self.moves = [self._branch(branch, dict(outer)) for branch in state["Branches"]]
                outer["moves"] = self.moves
                self.data = outer
            case "Task" if error := self._tried(state):
                (caught, *_) = [
                    c for c in state["Catch"] if {error, "States.ALL"} & {*c["ErrorEquals"]}
                ]
                return caught["Next"]
            case "Succeed" | "Fail":
                return None
            case _:
                pass
        return state.get("Next")

    def _branch(self, branch: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        self(branch, given)
        return self.data

    def _tried(self, state: dict[str, Any]) -> str | None:
        """The name of the error that the last try ends with."""
        (again,) = state.get("Retry", [{"MaxAttempts": 0}])
        for _ in range(1 + again["MaxAttempts"]):
            error = self._task(state)
            if error is None:
                return None
        return error

    def _task(self, state: dict[str, Any]) -> str | None:
        """The name of the error that it ends with."""
        what = state["Resource"].rpartition(":::")[2]
        match what:
            case "sns:publish.waitForTaskToken":
                answer = self.answers.pop(0)
                return None if answer else "States.Timeout" if answer is None else "Refused"
            case "lambda:invoke":
                self.fence.append(state["Parameters"]["Payload"]["action"])
                return None if self.reachable else "States.Timeout"
            case "aws-sdk:rds:describeGlobalClusters":
                self.data["seen"] = {"writers": [self.writer], "status": "available"}
            case "aws-sdk:rds:switchoverGlobalCluster" | "aws-sdk:rds:failoverGlobalCluster":
                if self.refused:
                    self.refused -= 1
                    return "Rds.InvalidGlobalClusterStateFault"
                self.calls.append({"what": what.rpartition(":")[2], **state["Parameters"]})
                self.writer = state["Parameters"]["TargetDbClusterIdentifier"]
            case "aws-sdk:route53:changeResourceRecordSets" if self.unturned:
                self.unturned -= 1
                return "Route53.PriorRequestNotCompleteException"
            case _ if what.startswith("aws-sdk:"):
                _, service, operation = what.split(":")
                try:
                    answer = self.cloud(service, operation, self._filled(state["Parameters"]))
                except TimeoutError:
                    return "States.Timeout"
                if "ResultSelector" in state:
                    self.data["seen"] = _filled(state["ResultSelector"], answer)
            case _:
                pass
        return None

    def _instances(self, service: str, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """A copy that may be promoted, and names that may be turned."""
        match operation:
            case "describeDBInstances":
                own = {"DbInstanceStatus": "available", "Endpoint": {"Address": HOST}}
                source = {"ReadReplicaSourceDBInstanceIdentifier": "source"}
                return {"DbInstances": [own if self.promoted else own | source]}
            case "promoteReadReplica":
                self.promoted = True
            case "changeResourceRecordSets":
                self.turned.append(dict(given))
            case _:
                raise AssertionError(f"{operation} of {service}")
        return {}

    def _filled(self, given: Any) -> Any:
        return _filled(given, self.data)

    def _met(self, choice: dict[str, Any]) -> bool:
        return all(
            self._holds(one, _at(one["Variable"], self.data)) for one in choice.get("And", [choice])
        )

    def _holds(self, condition: dict[str, Any], value: Any) -> bool:
        if "IsPresent" in condition:
            return (value is not None) is condition["IsPresent"]
        if "NumericGreaterThanEquals" in condition:
            return value >= condition["NumericGreaterThanEquals"]
        wanted = {condition[k] for k in ("StringEquals", "BooleanEquals") if k in condition}
        return value in wanted


def _filled(given: Any, data: Any) -> Any:
    """A template with what its paths lead to; a path that leads nowhere ends a machine."""
    if isinstance(given, list):
        return [_filled(one, data) for one in given]
    if not isinstance(given, dict):
        return given
    made: dict[str, Any] = {}
    for key, value in given.items():
        if not key.endswith(".$"):
            made[key] = _filled(value, data)
            continue
        more = re.fullmatch(r"States\.MathAdd\((.+), 1\)", value)
        found = _at(more[1] if more else value, data)
        assert found is not None, f"States.Runtime: {value} leads nowhere"
        made[key.removesuffix(".$")] = found + 1 if more else found
    return made


def _at(path: str, data: Any) -> Any:
    """What a path leads to, None where it leads nowhere."""
    for key, index in STEP.findall(path.removeprefix("$")):
        try:
            data = data[int(index)] if index else data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data
