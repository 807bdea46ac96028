"""State machines of a failover, in Amazon States Language: exact calls, in order. Pure.

The calls of a forced one are made in the region that takes over, so that no step needs the lost
region; only fencing reaches into it, for a few seconds, and never stops the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tricenter.components.aws.moves import (
    LONGEST_SECONDS,
    Move,
    Variant,
    branch,
    leads,
    look,
)
from tricenter.components.aws.turns import ANYTHING, State

FENCE_SECONDS = 30
QUESTIONS = 6
"""How often people are asked who do not answer; whoever refuses is not asked again."""
ASK = "arn:aws:states:::sns:publish.waitForTaskToken"
TELL = "arn:aws:states:::sns:publish"
FENCE = "arn:aws:states:::lambda:invoke"


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
    """The machine: see whether anything is to do, ask people, fence, move every database, tell.

    What it tells says of each database whether it moved. A fence stays where one has moved, as its
    old leader must get no writes; where none has, it is taken away again.
    """
    after: list[tuple[str, State]] = []
    if machine.approve_seconds is not None:
        after.append(("Ask", _ask(machine, machine.approve_seconds)))
    if machine.fence is not None:
        after.append(("Fence", _fence(*machine.fence)))
    after.append(("Move", _move(machine)))
    names = [name for name, _ in after]
    chained = {
        name: state | {"Next": following}
        for (name, state), following in zip(after, [*names[1:], "AllMoved"], strict=True)
    }
    asking = QUESTIONS * (machine.approve_seconds or 0)
    return {
        "Comment": machine.title,
        "StartAt": "Begin",
        # Twice, as a look may be tried again for minutes; every step ends by itself before that.
        "TimeoutSeconds": 2 * LONGEST_SECONDS + asking,
        "States": _survey(machine, names[0])
        | _questions(machine)
        | chained
        | _verdict(machine)
        | _endings(machine),
    }


def _survey(machine: Machine, following: str) -> dict[str, State]:
    """Nothing is asked, fenced or moved where every target leads already, as after a switchover.

    Who cannot be asked may be what is lost: then it goes on.
    """
    begin: State = {"Type": "Pass", "Result": {"asked": 0}, "Next": "Look0"}
    states: dict[str, State] = {"Begin": begin}
    unknown = [ANYTHING | {"ResultPath": "$.error", "Next": following}]
    for index, move in enumerate(machine.moves):
        last = index == len(machine.moves) - 1
        led = "NothingToDo" if last else f"Look{index + 1}"
        states[f"Look{index}"] = look(move) | {"Catch": unknown, "Next": f"Leads{index}"}
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
        "Catch": [
            {"ErrorEquals": ["States.Timeout"], "ResultPath": None, "Next": "Unanswered"},
            ANYTHING | {"ResultPath": None, "Next": "TellNotApproved"},
        ],
    }


def _questions(machine: Machine) -> dict[str, State]:
    """Who has not answered is asked again, where it is still to be done then."""
    if machine.approve_seconds is None:
        return {}
    enough: State = {"Variable": "$.asked", "NumericGreaterThanEquals": QUESTIONS}
    return {
        "Unanswered": {
            "Type": "Pass",
            "Parameters": {"asked.$": "States.MathAdd($.asked, 1)"},
            "Next": "AskedEnough",
        },
        "AskedEnough": {
            "Type": "Choice",
            "Choices": [enough | {"Next": "TellNotApproved"}],
            "Default": "Look0",
        },
    }


def _fence(function: str, told: Mapping[str, str]) -> State:
    """A region that is gone cannot be fenced: then, too, the databases move. Aurora makes the old
    cluster a follower when it comes back."""
    return _change_fence("fence", function, told) | {
        "Catch": [ANYTHING | {"ResultPath": None, "Next": "Move"}]
    }


def _change_fence(action: str, function: str, told: Mapping[str, str]) -> State:
    return {
        "Type": "Task",
        "Resource": FENCE,
        "TimeoutSeconds": FENCE_SECONDS,
        "Parameters": {"FunctionName": function, "Payload": {"action": action, **told}},
        "ResultPath": None,
    }


def _move(machine: Machine) -> State:
    return {
        "Type": "Parallel",
        "Branches": [branch(machine.variant, move) for move in machine.moves],
        "ResultPath": "$.moves",
    }


def _verdict(machine: Machine) -> dict[str, State]:
    """All have moved with their names, or some, or none; only then is a fence in anybody's way."""
    outcomes = [f"$.moves[{index}].moved" for index in range(len(machine.moves))]
    names = [f"$.moves[{i}].turned" for i, move in enumerate(machine.moves) if move.turn]
    wanted = [*outcomes, *names]
    all_moved: State = {"And": [{"Variable": one, "BooleanEquals": True} for one in wanted]}
    states: dict[str, State] = {
        "AllMoved": {
            "Type": "Choice",
            "Choices": [all_moved | {"Next": "Tell"}],
            "Default": "TellFailed" if machine.fence is None else "NoneMoved",
        }
    }
    if machine.fence is None:
        return states
    none: State = {"And": [{"Variable": one, "BooleanEquals": False} for one in outcomes]}
    states["NoneMoved"] = {
        "Type": "Choice",
        "Choices": [none | {"Next": "Unfence"}],
        "Default": "TellFenced",
    }
    states["Unfence"] = _change_fence("unfence", *machine.fence) | {
        "Catch": [ANYTHING | {"ResultPath": None, "Next": "TellFenced"}],
        "Next": "TellFailed",
    }
    return states


def _endings(machine: Machine) -> dict[str, State]:
    def tell(outcome: str, seen: str = "$$.Execution.Id") -> State:
        text = f"{machine.title}: {outcome}. {{}}"
        return {
            "Type": "Task",
            "Resource": TELL,
            "Parameters": {
                "TopicArn": machine.topic,
                "Subject": f"{outcome.partition(',')[0]}: {machine.title}"[:100],
                "Message.$": f"States.Format('{text}', {seen})",
            },
            "ResultPath": None,
            "Retry": [ANYTHING | {"MaxAttempts": 5}],
        }

    moves = "States.JsonToString($.moves)"
    fenced = "failed, and the lost region stays cut off from clients: tricenter failback lets it in"
    endings: dict[str, State] = {
        "Tell": tell("done") | {"End": True},
        "TellFailed": tell("failed", moves) | {"Next": "Failed"},
        "Failed": {"Type": "Fail", "Error": "NotMoved", "Cause": "A database did not move"},
    }
    if machine.fence is not None:
        endings["TellFenced"] = tell(fenced, moves) | {"Next": "Failed"}
    if machine.approve_seconds is not None:
        refused = "Nobody approved in time, or somebody refused: nothing was changed"
        endings["TellNotApproved"] = tell("not approved, nothing was changed") | {
            "Next": "NotApproved"
        }
        endings["NotApproved"] = {"Type": "Fail", "Error": "NotApproved", "Cause": refused}
    return endings
