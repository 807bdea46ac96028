"""A drill's record: the evidence as a small JSON file with a versioned schema, kept by the user."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tricenter.policies.records.verdict import Verdict
from tricenter.topology.bounded import LARGEST_RECORD, UnreadableError, read_json
from tricenter.topology.errors import TricenterError
from tricenter.topology.spec import ScenarioId

SCHEMA = "tricenter/drill-record/v1"

Seconds = Annotated[float, Field(description="Seconds.")]
Moment = Annotated[float, Field(description="Seconds since the first event of the history.")]


def _with_zone(text: str) -> str:
    """A time that says its zone; ValueError for another text."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("it says no time zone")
    return text


Clock = Annotated[
    str,
    AfterValidator(_with_zone),
    Field(description="Wall clock, UTC.", json_schema_extra={"format": "date-time"}),
]


class RecordError(TricenterError):
    """A file is no drill record; the text says why."""


class Part(BaseModel):
    """A part of a record: frozen, and no key but the known ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Part):
    """A forecast interval in seconds; `high` is None where nothing bounds it."""

    low: float
    high: float | None


class TermPart(Part):
    """One part of the forecast recovery time."""

    name: str
    low: float
    high: float | None
    source: str


class Expectation(Part):
    """What was forecast of a database before the drill."""

    leader_after: str | None
    decides: str
    rpo: Span
    rpo_reason: str
    rto: Span
    terms: tuple[TermPart, ...]


class ClientGap(Part):
    """The longest time that a client waited: `seconds` is None if it never wrote again."""

    client: str
    seconds: float | None
    start: Moment
    end: Moment | None


class Measurement(Part):
    """What was measured of a database; `rto` is the longest of its clients' gaps."""

    acknowledged: int
    unknown: int
    lost: int | None
    lost_seconds: Seconds | None
    rto: Seconds | None
    gaps: tuple[ClientGap, ...]
    latency_before: Annotated[Seconds | None, Field(description="Median of a transfer.")]
    latency_after: Seconds | None


class Phase(Part):
    """A stretch of time in which one site was what a client saw; None: nobody."""

    start: Moment
    end: Moment
    site: str | None


class Row(Part):
    """What one client saw of a database: times of success, and where the writer's name led."""

    client: str
    writing: tuple[Phase, ...]
    named: tuple[Phase, ...]


class Mark(Part):
    """A moment on a database's timeline."""

    at: Moment
    kind: Literal[
        "power-lost", "new-leader", "first-write", "power-back", "rejoined",
        "destroyed", "rebuild", "rebuilt",
    ]  # fmt: skip
    text: str


class UnitPart(Part):
    """One database of the drill: forecast beside measurement, and its timeline."""

    database: str
    struck: bool
    leader_before: str
    leader_after: str | None
    forecast: Expectation
    measured: Measurement
    marks: tuple[Mark, ...]
    rows: tuple[Row, ...]
    throughput: Annotated[
        dict[str, tuple[int, ...]],
        Field(description="Acknowledged transfers in each second of the history, by site."),
    ]


class CopyPart(Part):
    """A copy that was made on a blank disk: the same cluster, and no file from before."""

    database: str
    site: str
    seconds: Annotated[Seconds, Field(description="From the deployment's start to streaming.")]
    how: str
    same_cluster: bool
    system: Annotated[str, Field(description="The cluster's identifier, which only initdb makes.")]
    files: int
    files_old: Annotated[int, Field(description="Data files that are older than the loss.")]


class VoicePart(Part):
    """A site's voice of the store by its numbers before and after."""

    site: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class PausePart(Part):
    """The longest time between two successes of one connection, and whose it was."""

    client: str
    database: str
    seconds: Seconds


class RebuildPart(Part):
    """The same site lost once more, with its disks, and built anew under writing clients.

    None stands for what was not seen.
    """

    sites: tuple[str, ...]
    text: str
    by: str
    destroyed: Moment
    began: Moment | None
    deployed_seconds: Annotated[Seconds | None, Field(description="Length of the deployment.")]
    streaming_seconds: Annotated[
        Seconds | None, Field(description="From the deployment's start to the last copy.")
    ]
    streaming_promised: Seconds
    pause: PausePart | None
    pause_promised: Seconds
    pause_at_loss: PausePart | None
    pause_at_loss_forecast: Seconds | None
    acknowledged: Annotated[int, Field(description="Transfers since the loss of the disks.")]
    lost: int | None
    copies: tuple[CopyPart, ...]
    voices: tuple[VoicePart, ...]
    failed: str | None
    unwell: Annotated[
        tuple[str, ...] | None, Field(description="What `tricenter status` said afterwards.")
    ]


class CapacityPart(Part):
    """Load and capacity of a city after the loss, in transactions a second and connections."""

    city: str
    needed_tps: int
    left_tps: int
    needed_connections: int
    left_connections: int
    overloaded: tuple[str, ...]


class CheckPart(Part):
    """What one check said."""

    id: str
    title: str
    verdict: Verdict
    text: str
    evidence: dict[str, Any]


class FaultPart(Part):
    """What was broken, how, and when; clock times are UTC."""

    text: str
    sites: tuple[str, ...]
    start: str
    complete_after: Seconds | None
    healed: str | None


class StepPart(Part):
    """A step of the drill and how long it took."""

    name: str
    text: str
    seconds: Seconds


class Record(Part):
    """The evidence of one drill."""

    schema_: Literal["tricenter/drill-record/v1"] = Field(alias="schema")
    run: str
    scenario: ScenarioId
    title: str
    topology: str
    digest: Annotated[
        str,
        Field(
            pattern="^[0-9a-f]{12}$", description="Changes when the meaning of the spec changes."
        ),
    ]
    verdict: Verdict
    started: Clock
    ended: Clock
    length: Annotated[Seconds, Field(description="From the first event to the last.")]
    fault: FaultPart
    units: tuple[UnitPart, ...]
    rebuild: Annotated[
        RebuildPart | None, Field(description="None: the site kept its disks in this drill.")
    ] = None
    capacity: tuple[CapacityPart, ...]
    checks: tuple[CheckPart, ...]
    steps: tuple[StepPart, ...]
    versions: dict[str, str]
    machine: str
    workload: str
    limits: Annotated[tuple[str, ...], Field(description="What this drill does not prove.")]
    leftovers: Annotated[tuple[str, ...] | None, Field(description="None: not looked for.")]
    history_digest: Annotated[str, Field(description="SHA-256 of the history's events.")]
    repeat: tuple[str, ...]


def schema_text() -> str:
    """The JSON Schema of records, as it is published for other programs."""
    schema = Record.model_json_schema(by_alias=True)
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def record_text(record: Record) -> str:
    """The record as the text of its file; the same record gives the same bytes."""
    data = record.model_dump(mode="json", by_alias=True)
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def read_record(path: Path) -> Record:
    """The record in a file; raises RecordError."""
    try:
        return Record.model_validate(read_json(path, LARGEST_RECORD))
    except UnreadableError as error:
        raise RecordError(f"{path} is no drill record: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise RecordError(f"{path} is no drill record: {where}: {first['msg']}") from None


def record_name(record: Record) -> str:
    """The name of a record's files without ending: `<date>-<scenario>-<run>`."""
    return f"{record.started[:10]}-{record.scenario.replace(':', '-')}-{record.run}"
