"""One policy of Pulumi's for each rule, with what the rule says of itself."""

from collections.abc import Mapping
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    ResourceValidationPolicy,
    Severity,
    StackValidationPolicy,
)

from tricenter.policies.clauses import SOURCES
from tricenter.policies.pack.settings import PACK, SCHEMA, UNKNOWNS, WAIVED
from tricenter.policies.rule import REFUSING, SEVERITIES, Rule
from tricenter.policies.rules import HERE, find_rules

SEVERITY: Mapping[str, Severity] = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
}


def find_policies() -> list[Policy]:
    """Every policy of the pack: its own three, then one for each rule, by topic and name."""
    return [*_own(), *(policy_of(rule) for rule in find_rules())]


def policy_of(rule: Rule) -> Policy:
    """A rule as a policy.

    One about a spec or about a single resource is asked before anything is made; one that looks at
    several resources when all of them are known, which is at the preview.
    """
    clause = rule.clauses[0]
    source = SOURCES[clause.source]
    refuses = SEVERITIES.index(rule.severity) <= SEVERITIES.index(REFUSING)
    given: dict[str, Any] = {
        "name": rule.id,
        "description": f"{rule.sentence} ({HERE.name}/{rule.topic}/{rule.id.replace('-', '_')}.py)",
        "enforcement_level": EnforcementLevel.MANDATORY if refuses else EnforcementLevel.ADVISORY,
        "severity": SEVERITY[rule.severity],
        "framework": PolicyComplianceFramework(
            name=source.name,
            version=source.date,
            reference=clause.number or None,
            specification=f"{clause} ({clause.confidence})",
        ),
        "tags": [rule.topic, rule.about],
        "remediation_steps": rule.fix,
        "config_schema": _limit(rule),
        "validate": _never,
    }
    if rule.about == "resource" and rule.scope == "stack":
        return StackValidationPolicy(**given)
    return ResourceValidationPolicy(**given)


def _own() -> list[Policy]:
    return [
        ResourceValidationPolicy(
            name=PACK,
            description="The spec that a topology carries can be read and judged.",
            enforcement_level=EnforcementLevel.MANDATORY,
            severity=Severity.CRITICAL,
            config_schema=PolicyConfigSchema(properties=dict(SCHEMA)),
            remediation_steps="mend the spec, or the pack's configuration",
            validate=_never,
        ),
        ResourceValidationPolicy(
            name=UNKNOWNS,
            description="Every rule can be judged.",
            enforcement_level=EnforcementLevel.ADVISORY,
            severity=Severity.LOW,
            remediation_steps=(
                "state what is missing; what only the deployment knows is judged there, before it "
                "makes the resource"
            ),
            validate=_never,
        ),
        ResourceValidationPolicy(
            name=WAIVED,
            description="What the spec waives, by whom and until when.",
            enforcement_level=EnforcementLevel.ADVISORY,
            severity=Severity.LOW,
            remediation_steps="keep the rule, and take the waiver away",
            validate=_never,
        ),
    ]


def _limit(rule: Rule) -> PolicyConfigSchema | None:
    if rule.limit is None:
        return None
    limit = rule.limit
    schema = {"type": "number", "default": limit.default, "description": limit.means}
    return PolicyConfigSchema(properties={limit.name: schema})


def _never(*_: object) -> None:
    """The analyzer judges all rules of a resource at once, and never asks a policy itself."""
    raise NotImplementedError
