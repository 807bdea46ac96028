"""What a pack said during a run of the engine, read from the engine's events.

Ours says it in the line that `tricenter check` prints, so that its place in the spec can be read
back; what another pack says has no place.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from tricenter.policies.judge import Located, Standing, Violation
from tricenter.policies.rule import Finding
from tricenter.policies.rules import find_rules
from tricenter.topology.errors import Position

LINE = re.compile(
    r"(?:(?P<file>[^\n]+?):(?P<line>\d+):(?P<column>\d+): )?"
    r"(?P<word>critical|high|medium|low|waived|unknown)\[(?P<rule>[a-z0-9-]+)\] "
    r"(?:(?P<path>[^\s:]+): )?(?P<message>.+)"
)
PROJECT = "Pulumi.yaml"
"""Where a finding about a resource of no spec is shown: the file of the program that makes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One thing that a policy said: `mandatory` if it refuses, `urn` of the resource that it is
    about; `file`, `line`, `column` and `path` are the place in the spec, empty where there is none.

    `policy` is the pack's policy, `rule` the rule that it is about; they differ for what is waived
    and for what cannot be judged.
    """

    policy: str
    rule: str
    pack: str
    mandatory: bool
    severity: str
    standing: Standing
    urn: str
    message: str
    text: str
    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        return self.text

    def as_data(self) -> dict[str, Any]:
        """The fields as JSON holds them."""
        return {key: value for key, value in asdict(self).items() if key != "text"}


def read_policy_event(data: Mapping[str, Any]) -> Spoken:
    """What is said in a `policyEvent` of the engine's stream."""
    said = str(data.get("message") or "").strip()
    # The SDK puts the policy's description above what is found.
    text = said.splitlines()[-1].strip() if said else ""
    policy = str(data.get("policyName") or "")
    mandatory = data.get("enforcementLevel") == "mandatory"
    found = LINE.fullmatch(text)
    given: dict[str, Any] = {
        "policy": policy,
        "pack": str(data.get("policyPackName") or ""),
        "mandatory": mandatory,
        "severity": str(data.get("severity") or ("high" if mandatory else "low")),
        "urn": str(data.get("resourceUrn") or ""),
    }
    if found is None:
        words = said if policy in said else f"{policy}: {said}"
        return Spoken(rule=policy, standing="violation", message=said, text=words, **given)
    return Spoken(
        rule=found["rule"],
        standing=_standing(found["word"]),
        message=found["message"],
        text=text,
        file=found["file"] or "",
        line=int(found["line"] or 0),
        column=int(found["column"] or 0),
        path=found["path"] or "",
        **given,
    )


def _standing(word: str) -> Standing:
    standings: dict[str, Literal["waived", "unknown"]] = {"waived": "waived", "unknown": "unknown"}
    return standings.get(word, "violation")


def located(spoken: Iterable[Spoken]) -> tuple[Located, ...]:
    """What was said as findings of the rules, at their places; what other packs say is left out.

    A finding without a place in a spec is put at the head of the project's file.
    """
    rules = {rule.id: rule for rule in find_rules()}
    found: list[Located] = []
    for one in spoken:
        rule = rules.get(one.rule)
        if rule is not None:
            verdict = "unknown" if one.standing == "unknown" else "violation"
            finding = Finding(message=one.message, verdict=verdict, resource=one.urn or None)
            found.append(
                Located(
                    violation=Violation(rule=rule, finding=finding, standing=one.standing),
                    file=one.file or PROJECT,
                    position=Position(line=one.line or 1, column=one.column or 1),
                    path=one.path,
                )
            )
    return tuple(found)
