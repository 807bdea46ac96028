"""What a bundle is made of: steps with a graceful and a forced variant, calls, expectations."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

FORMAT = "tricenter.bundle/v1"
Kind = Literal["observe", "approve", "fence", "act", "verify", "after"]
Cloud = Literal["aws", "gcp", "site", "lab"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What an answer must have.

    `element` is a repeated XML element, or "" for a JSON answer; `having` picks one by the text of
    its parts (paths with dots in JSON), `equals` is what that one must then have. Texts may name
    what an earlier answer gave, as `{name}`.
    """

    element: str = ""
    having: Mapping[str, str] = field(default_factory=dict[str, str])
    equals: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to an API, or one command of a site's machine; both never pass a shell.

    `urls` are asked in order until one answers: the second is another way to the same API.
    `region` is where it is asked. `seconds` bounds the whole wait for the expected answer. `save`
    keeps parts of an answer by name. `by_hand` is the cloud's own command for a request; a command
    is shown by its `argv`, so that what people see is what runs.
    """

    cloud: Cloud
    service: str
    operation: str
    region: str
    method: str = "GET"
    urls: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str = ""
    argv: tuple[str, ...] = ()
    write: Mapping[str, str] = field(default_factory=dict[str, str])
    exits: tuple[int, ...] = (0,)
    expect: Expect | None = None
    save: Mapping[str, str] = field(default_factory=dict[str, str])
    seconds: int = 60
    by_hand: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `graceful` loses nothing and needs both sides; `forced` needs only the survivors.

    `required` is whether a failure ends the run; a fence of what may be dead is not.
    """

    id: str
    kind: Kind
    title: str
    database: str | None = None
    graceful: tuple[Call, ...] = ()
    forced: tuple[Call, ...] = ()
    expect: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Everything for one scenario; `decides` says per database whether a person must approve."""

    topology: str
    stack: str
    digest: str
    target: str
    scenario: str
    title: str
    explanation: str
    lost_sites: tuple[str, ...]
    lost_regions: tuple[str, ...]
    seat: str | None
    approval: Literal["automatic", "approve"]
    decide_s: float
    outcomes: tuple[Mapping[str, str | None], ...]
    steps: tuple[Step, ...]

    def data(self) -> dict[str, Any]:
        """The bundle as bundle.json has it."""
        return {"format": FORMAT, **asdict(self)}


def calls(bundle: Bundle) -> tuple[Call, ...]:
    """Every call of a bundle, graceful ones first within a step."""
    return tuple(c for step in bundle.steps for c in (*step.graceful, *step.forced))
