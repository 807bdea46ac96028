"""Which other tool an id of a rule belongs to, by the id's own form."""

import re

TOOLS: dict[str, str] = {
    "AWS Config, Security Hub": r"AWS Config |Security Hub |Backup Audit Manager |[A-Z0-9]+\.\d",
    "checkov": r"CKV2?_",
    "prowler": r"prowler ",
    "Pulumi's policies": r"AWSGuard |compliance-policies ",
    "others": r"APRL |AVD-|trivy |cfn-lint |Trusted Advisor ",
}
"""Columns of the coverage table, and how the ids that stand in them begin."""


def tool_of(known_as: str) -> str:
    """The column of an id such as `CKV_AWS_157`; raises ValueError for one of no known form."""
    for tool, start in TOOLS.items():
        if re.match(start, known_as):
            return tool
    raise ValueError(f"{known_as!r} is of no tool that is compared with")
