"""Runs the state machines of a failover, to see in which order they do what."""

from collections.abc import Sequence
from typing import Any


class Run:
    """Runs a definition: a small reading of the language, of what our machines use.

    `writer` leads the global database; people `answer` each question with True, False or None for
    silence; calls fail as often as `refused` says.
    """

    def __init__(
        self,
        writer: str,
        *,
        answers: Sequence[bool | None] = (True,),
        reachable: bool = True,
        refused: int = 0,
    ) -> None:
        self.writer, self.answers, self.reachable = writer, list(answers), reachable
        self.refused, self.promoted = refused, False
        self.done: list[str] = []
        self.calls: list[dict[str, Any]] = []
        self.fence: list[str] = []

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
            case "Pass" if "Result" in state:
                self.data = dict(state["Result"])
            case "Pass":
                (key,) = state["Parameters"]
                self.data = {key.removesuffix(".$"): self.data[key.removesuffix(".$")] + 1}
            case "Parallel":
                outer = self.data
                outer["moves"] = [self._branch(branch, dict(outer)) for branch in state["Branches"]]
                self.data = outer
            case "Task" if error := self._task(state):
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
                self.data["seen"] = {"writers[0]": self.writer, "status": "available"}
            case "aws-sdk:rds:describeDBInstances":
                self.data["seen"] = {"instance.DbInstanceStatus": "available"}
                if not self.promoted:
                    key = "instance.ReadReplicaSourceDBInstanceIdentifier"
                    self.data["seen"][key] = "source"
            case "aws-sdk:rds:promoteReadReplica":
                self.promoted = True
            case "aws-sdk:rds:switchoverGlobalCluster" | "aws-sdk:rds:failoverGlobalCluster":
                if self.refused:
                    self.refused -= 1
                    return "Rds.InvalidGlobalClusterStateFault"
                self.calls.append({"what": what.rpartition(":")[2], **state["Parameters"]})
                self.writer = state["Parameters"]["TargetDbClusterIdentifier"]
            case _:
                pass
        return None

    def _value(self, path: str) -> Any:
        if path.startswith("$.seen."):
            return self.data["seen"].get(path.removeprefix("$.seen."))
        if path.startswith("$.moves["):
            return self.data["moves"][int(path[8])]["moved"]
        return self.data[path.removeprefix("$.")]

    def _met(self, choice: dict[str, Any]) -> bool:
        return all(
            self._holds(one, self._value(one["Variable"])) for one in choice.get("And", [choice])
        )

    def _holds(self, condition: dict[str, Any], value: Any) -> bool:
        if "IsPresent" in condition:
            return (value is not None) is condition["IsPresent"]
        if "NumericGreaterThanEquals" in condition:
            return value >= condition["NumericGreaterThanEquals"]
        wanted = {condition[k] for k in ("StringEquals", "BooleanEquals") if k in condition}
        return value in wanted
