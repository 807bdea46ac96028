"""State machines of a failover, in Amazon States Language: exact calls, in order. Pure.

The calls are made in the region that takes over, so that no step needs the lost region; only
fencing reaches into it, for a few seconds, and never stops the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tricenter.components.aws.moves import Move, State, Variant, branch, leads, look

FENCE_SECONDS = 30
LONGEST_SECONDS = 3600
"""After an hour a run ends as failed."""
ASK = "arn:aws:states:::sns:publish.waitForTaskToken"
TELL = "arn:aws:states:::sns:publish"
FENCE = "arn:aws:states:::lambda:invoke"
ANYTHING = {"ErrorEquals": ["States.ALL"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What one state machine is to do.

    `fence` is the function that cuts off the lost region and what it is told; `approve_seconds`
    how long people have to approve, None where nobody is asked.
    """

    title: str
    variant: Variant
    moves: Sequence[Move]
    topic: str
    region: str
    approve_seconds: int | None = None
    fence: tuple[str, Mapping[str, str]] | None = None


def definition(machine: Machine) -> State:
    """The machine: see whether anything is to do, ask people, fence, move every database, tell."""
    after: list[tuple[str, State]] = []
    if machine.approve_seconds is not None:
        after.append(("Ask", _ask(machine, machine.approve_seconds)))
    if machine.fence is not None:
        after.append(("Fence", _fence(*machine.fence)))
    after.append(("Move", _move(machine)))
    names = [name for name, _ in after]
    chained = {
        name: state | {"Next": following}
        for (name, state), following in zip(after, [*names[1:], "Tell"], strict=True)
    }
    return {
        "Comment": machine.title,
        "StartAt": "Look0",
        "TimeoutSeconds": LONGEST_SECONDS + (machine.approve_seconds or 0),
        "States": _survey(machine, names[0]) | chained | _endings(machine),
    }


def _survey(machine: Machine, following: str) -> dict[str, State]:
    """Nothing is asked, fenced or moved where every target leads already, as after a switchover."""
    states: dict[str, State] = {}
    for index, move in enumerate(machine.moves):
        last = index == len(machine.moves) - 1
        led = "NothingToDo" if last else f"Look{index + 1}"
        states[f"Look{index}"] = look(move) | {"Next": f"Leads{index}"}
        states[f"Leads{index}"] = {
            "Type": "Choice",
            "Choices": [leads(move) | {"Next": led}],
            "Default": following,
        }
    return states | {"NothingToDo": {"Type": "Succeed"}}


def _ask(machine: Machine, seconds: int) -> State:
    """A message with the two commands that answer it, and a wait that ends by itself."""
    answers = f"aws stepfunctions send-task-{{}} --region {machine.region} --task-token {{{{}}}}"
    text = (
        f"{machine.title}: {', '.join(move.database for move in machine.moves)}. "
        f"What the lost region has not sent is lost; see AuroraGlobalDBRPOLag first. "
        f"Approve within {seconds} s: {answers.format('success')} --task-output true "
        f"- or refuse: {answers.format('failure')}"
    )
    return {
        "Type": "Task",
        "Resource": ASK,
        "TimeoutSeconds": seconds,
        "Parameters": {
            "TopicArn": machine.topic,
            "Subject": machine.title[:100],
            "Message.$": f"States.Format('{text}', $$.Task.Token, $$.Task.Token)",
        },
        "ResultPath": None,
        "Catch": [ANYTHING | {"Next": "NotApproved"}],
    }


def _fence(function: str, told: Mapping[str, str]) -> State:
    """A region that is gone cannot be fenced: then, too, the databases move. Aurora makes the old
    cluster a follower when it comes back."""
    return {
        "Type": "Task",
        "Resource": FENCE,
        "TimeoutSeconds": FENCE_SECONDS,
        "Parameters": {"FunctionName": function, "Payload": {"action": "fence", **told}},
        "ResultPath": None,
        "Catch": [ANYTHING | {"ResultPath": None, "Next": "Move"}],
    }


def _move(machine: Machine) -> State:
    return {
        "Type": "Parallel",
        "Branches": [branch(machine.variant, move) for move in machine.moves],
        "ResultPath": None,
        "Catch": [ANYTHING | {"ResultPath": "$.error", "Next": "TellFailed"}],
    }


def _endings(machine: Machine) -> dict[str, State]:
    def tell(outcome: str) -> State:
        text = f"{machine.title}: {outcome}. Run {{}}"
        return {
            "Type": "Task",
            "Resource": TELL,
            "Parameters": {
                "TopicArn": machine.topic,
                "Subject": f"{outcome}: {machine.title}"[:100],
                "Message.$": f"States.Format('{text}', $$.Execution.Id)",
            },
            "ResultPath": None,
        }

    refused = "Nobody approved in time, or somebody refused: nothing was changed"
    asked = {"NotApproved": {"Type": "Fail", "Error": "NotApproved", "Cause": refused}}
    return {
        **(asked if machine.approve_seconds is not None else {}),
        "Tell": tell("done") | {"End": True},
        "TellFailed": tell("failed") | {"Next": "Failed"},
        "Failed": {"Type": "Fail", "Error": "NotMoved", "Cause": "A database did not move"},
    }
