"""An encryption key lives for two weeks after the call that destroys it."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Key
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Limit, Rule

LIMIT = Limit(name="days", default=14, means="days that a key lives after the call that ends it")
"""AWS takes 7 to 30, a key of Google's 1 to 120."""


def find(graph: Graph) -> Iterator[Finding]:
    """Keys that can be gone before anybody notices, and every backup with them."""
    least = graph.at(LIMIT)
    for key in graph.kept(Key):
        if key.days_to_end is UNKNOWN:
            yield unknown(key, "how long its destruction takes")
        elif key.days_to_end is not None and key.days_to_end < least:
            message = (
                f"ends {key.days_to_end:.0f} days after the call that destroys it, and with it "
                f"whatever it encrypts; {least:g} are asked for"
            )
            yield against(key, message)


RULE = Rule(
    about="resource",
    severity="high",
    clauses=(cite("practice"),),
    fix="lengthen the key's deletion window to 30 days",
    also_in=(
        "AWS Config KMS_CMK_NOT_SCHEDULED_FOR_DELETION (finds what is being deleted)",
        "KMS.3 (finds what is being deleted)",
        "CKV_GCP_82 (prevent_destroy)",
        "prowler kms_cmk_not_deleted_unintentionally (finds what is being deleted)",
    ),
    passes="""
- type: aws:kms/key:Key
  name: data
  props:
    deletionWindowInDays: 30
""",
    fails="""
- type: aws:kms/key:Key
  name: data
  props:
    deletionWindowInDays: 7
""",
    find=find,
    limit=LIMIT,
)
