"""The record of a rehearsal: what a drill on a cloud proves without clients, as a JSON file.

It is no drill record: nothing in it is a measured loss or a measured time of recovery, and a
program that looks for those must not find this file by its schema.
"""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from tricenter.policies.records.drill import (
    CheckPart,
    Expectation,
    Part,
    RecordError,
    StepPart,
)
from tricenter.policies.records.verdict import Verdict
from tricenter.topology.bounded import LARGEST_RECORD, UnreadableError, read_json

SCHEMA = "tricenter/rehearsal-record/v1"

Since = Annotated[
    float, Field(description="Seconds since the drill began, by this machine's clock.")
]


class CloudPart(Part):
    """A cloud that the stack stood on."""

    cloud: Literal["aws", "gcp"]
    emulated: bool
    text: str


class EventPart(Part):
    """Something that was done or seen, in order."""

    at: Since
    kind: Literal["fault", "call", "leader", "state", "heal"]
    text: str


class RolePart(Part):
    """Who led one database: before the fault, once it was taken over, and in the end.

    `how` says who moved it: `service` its cloud by itself, `forced` the forced call, `not` nobody.
    """

    database: str
    service: str
    struck: bool
    leader_before: str | None
    leader_after: str | None
    leader_at_end: str | None
    how: Literal["service", "forced", "not"]
    forecast: Expectation


class StruckPart(Part):
    """What was broken: the sites, and the sentences that say how."""

    sites: tuple[str, ...]
    how: tuple[str, ...]


class Rehearsal(Part):
    """The evidence of one rehearsal."""

    schema_: Literal["tricenter/rehearsal-record/v1"] = Field(alias="schema")
    run: str
    scenario: str
    title: str
    topology: str
    digest: Annotated[str, Field(description="Changes when the meaning of the spec changes.")]
    target: Literal["aws", "gcp", "mixed"]
    clouds: tuple[CloudPart, ...]
    rehearsed: Annotated[
        Verdict, Field(description="The worst of the checks of roles, previews and leftovers.")
    ]
    measured: Annotated[
        Literal["unknown"], Field(description="No client wrote: RPO and RTO were not measured.")
    ]
    started: str
    ended: str
    fault: StruckPart
    units: tuple[RolePart, ...]
    events: tuple[EventPart, ...]
    checks: tuple[CheckPart, ...]
    unmeasured: Annotated[
        tuple[CheckPart, ...], Field(description="What a drill with clients would have judged.")
    ]
    steps: tuple[StepPart, ...]
    versions: dict[str, str]
    limits: Annotated[tuple[str, ...], Field(description="What this rehearsal does not prove.")]
    leftovers: Annotated[tuple[str, ...] | None, Field(description="None: not looked for.")]
    going: Annotated[
        tuple[str, ...], Field(description="What the cloud itself deletes later, and when.")
    ]
    repeat: tuple[str, ...]


def schema_text() -> str:
    """The JSON Schema of these records, as it is published for other programs."""
    return _text(Rehearsal.model_json_schema(by_alias=True))


def record_text(record: Rehearsal) -> str:
    """The record as the text of its file; the same record gives the same bytes."""
    return _text(record.model_dump(mode="json", by_alias=True))


def read_record(path: Path) -> Rehearsal:
    """The record in a file; raises RecordError."""
    try:
        return Rehearsal.model_validate(read_json(path, LARGEST_RECORD))
    except UnreadableError as error:
        raise RecordError(f"{path} is no rehearsal's record: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise RecordError(f"{path} is no rehearsal's record: {where}: {first['msg']}") from None


def record_name(record: Rehearsal) -> str:
    """The name of a record's files without ending: `<date>-rehearsal-<scenario>-<run>`."""
    scenario = record.scenario.replace(":", "-")
    return f"{record.started[:10]}-rehearsal-{scenario}-{record.run}"


def _text(data: object) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
