"""One database's move as states: look who leads, make the one call, look until it leads, and turn
its name where the service does not. Pure.

The names of members are those of the SDK that Step Functions uses (checked 2026-11-24):
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from tricenter.components.aws.turns import ANYTHING, ENDPOINT, POLL_SECONDS, State, Turn, turn

Variant = Literal["graceful", "forced"]

LONGEST_SECONDS = 3600
"""After an hour a database that does not lead counts as not moved."""
CALLS: Mapping[Variant, str] = {
    "graceful": "arn:aws:states:::aws-sdk:rds:switchoverGlobalCluster",
    "forced": "arn:aws:states:::aws-sdk:rds:failoverGlobalCluster",
}
PROMOTE = "arn:aws:states:::aws-sdk:rds:promoteReadReplica"
GLOBAL = "arn:aws:states:::aws-sdk:rds:describeGlobalClusters"
INSTANCE = "arn:aws:states:::aws-sdk:rds:describeDBInstances"
WRITERS = "$.GlobalClusters[0].GlobalClusterMembers[?(@.IsWriter==true)].DbClusterArn"
SOURCE = "$.seen.instance.ReadReplicaSourceDBInstanceIdentifier"
LATER: State = {
    "ErrorEquals": ["States.ALL"],
    "IntervalSeconds": POLL_SECONDS,
    "MaxAttempts": 6,
    "BackoffRate": 1.5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One database that moves: `group` is its global cluster, `target` the cluster's ARN there.

    On RDS there is no group, and `target` is the identifier of the copy that is promoted; `turn` is
    the name that follows it, None where no name has to.
    """

    database: str
    group: str | None
    target: str
    turn: Turn | None = None


def look(move: Move) -> State:
    """The state that asks who leads, at the endpoint of the machine's own region."""
    if move.group:
        asked: State = {
            "Resource": GLOBAL,
            "Parameters": {"GlobalClusterIdentifier": move.group},
            "ResultSelector": {"writers.$": WRITERS, "status.$": "$.GlobalClusters[0].Status"},
        }
    else:
        asked = {
            "Resource": INSTANCE,
            "Parameters": {"DbInstanceIdentifier": move.target},
            "ResultSelector": {"instance.$": "$.DbInstances[0]"},
        }
    return {"Type": "Task", **asked, "ResultPath": "$.seen", "Retry": [LATER]}


def leads(move: Move) -> State:
    """The condition by which the target leads, after `look`."""
    if move.group:
        return {
            "And": [
                {"Variable": "$.seen.writers[0]", "IsPresent": True},
                {"Variable": "$.seen.writers[0]", "StringEquals": move.target},
                {"Variable": "$.seen.status", "StringEquals": "available"},
            ]
        }
    return {
        "And": [
            {"Variable": SOURCE, "IsPresent": False},
            {"Variable": "$.seen.instance.DbInstanceStatus", "StringEquals": "available"},
            # One that is being made has none yet, and a path that leads nowhere ends a machine.
            {"Variable": ENDPOINT, "IsPresent": True},
        ]
    }


def call(variant: Variant, move: Move) -> State:
    """The one call. RDS knows only the promotion; the lost region is then built anew."""
    if not move.group:
        asked: State = {"Resource": PROMOTE, "Parameters": {"DbInstanceIdentifier": move.target}}
    else:
        given: State = {
            "GlobalClusterIdentifier": move.group,
            "TargetDbClusterIdentifier": move.target,
        }
        if variant == "forced":
            given["AllowDataLoss"] = True
        asked = {"Resource": CALLS[variant], "Parameters": given}
    # A call whose answer was lost may have been carried out: each new try looks first.
    return {"Type": "Task", **asked, "ResultPath": None}


def branch(variant: Variant, move: Move) -> State:
    """The states of one database, that may be run again at any time; it never ends as failed.

    A failed branch would end the others in the midst of their moves. Its output is
    `{"database": ..., "moved": true or false}`, with a name to turn `"turned"` as well. Names of
    states are unique in a whole machine, so each has the database's (checked 2026-11-30):
    https://states-language.net/spec.html#states-fields
    """

    def name(word: str) -> str:
        return f"{word} {move.database}"

    led = leads(move) | {"Next": name("Moved" if move.turn is None else "Turn")}
    late = {"Variable": "$.tries", "NumericGreaterThanEquals": LONGEST_SECONDS // POLL_SECONDS}
    lost = [ANYTHING | {"ResultPath": "$.error", "Next": name("Again")}]
    began: State = {"tries": 0, "called": False}
    noted: State = {"Type": "Pass", "Result": True, "ResultPath": "$.called"}
    return {
        "StartAt": name("Begin"),
        "States": {
            name("Begin"): {"Type": "Pass", "Result": began, "Next": name("Look")},
            name("Look"): look(move) | {"Catch": lost, "Next": name("LeadsAlready")},
            name("LeadsAlready"): {
                "Type": "Choice",
                "Choices": _led_before(move, led, name("NotTurned")),
                "Default": name("Calling"),
            },
            # Noted before: the answer may be lost of a call that is carried out.
            name("Calling"): noted | {"Next": name("Call")},
            name("Call"): call(variant, move) | {"Catch": lost, "Next": name("Wait")},
            name("Wait"): {"Type": "Wait", "Seconds": POLL_SECONDS, "Next": name("LookAgain")},
            name("LookAgain"): look(move) | {"Catch": lost, "Next": name("LeadsNow")},
            name("LeadsNow"): {"Type": "Choice", "Choices": [led], "Default": name("Count")},
            # The call was taken: it is only waited for.
            name("Count"): _counted(name("Late")),
            name("Late"): _late(late, name("NotMoved"), name("Wait")),
            # The call or a look was refused: it is looked at once more, and called again.
            name("Again"): _counted(name("TooLate")),
            name("TooLate"): _late(late, name("NotMoved"), name("Pause")),
            name("Pause"): {"Type": "Wait", "Seconds": POLL_SECONDS, "Next": name("Look")},
            **_ends(move, name),
        },
    }


def _led_before(move: Move, led: State, not_turned: str) -> list[State]:
    """What follows where the target leads at a look before which it may have been called for.

    Whoever leads without our call gets no name: it may be the old leader of an earlier failover,
    with the data of that time.
    """
    if move.turn is None:
        return [led]
    called: State = {"Variable": "$.called", "BooleanEquals": True}
    return [{"And": [*led["And"], called], "Next": led["Next"]}, led | {"Next": not_turned}]


def _ends(move: Move, name: Callable[[str], str]) -> dict[str, State]:
    def ended(**told: bool) -> State:
        return {"Type": "Pass", "Result": {"database": move.database, **told}, "End": True}

    if move.turn is None:
        return {name("Moved"): ended(moved=True), name("NotMoved"): ended(moved=False)}
    unturned = [ANYTHING | {"ResultPath": None, "Next": name("NotTurned")}]
    return {
        name("Turn"): turn(move.turn) | {"Catch": unturned, "Next": name("Moved")},
        name("Moved"): ended(moved=True, turned=True),
        name("NotTurned"): ended(moved=True, turned=False),
        name("NotMoved"): ended(moved=False, turned=False),
    }


def _counted(following: str) -> State:
    more = {"tries.$": "States.MathAdd($.tries, 1)", "called.$": "$.called"}
    return {"Type": "Pass", "Parameters": more, "Next": following}


def _late(condition: State, ended: str, following: str) -> State:
    return {"Type": "Choice", "Choices": [condition | {"Next": ended}], "Default": following}
