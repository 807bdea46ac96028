"""No policy allows every action on everything."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Grant
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import require
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Rights of administrators that a stack gives away."""
    for grant in graph.of(Grant):
        allowed = grant.everything if grant.everything is UNKNOWN else not grant.everything
        message = f"gives {grant.what}: whoever takes it deletes databases and backups alike"
        yield from require(grant, allowed, message, "what it allows")


RULE = Rule(
    about="resource",
    severity="high",
    clauses=(cite("aws-sec", "SEC03-BP02", "background"),),
    fix="name the actions and resources that are needed",
    also_in=(
        "AWS Config IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
        "IAM.1",
        "CKV_AWS_62",
        "CKV_AWS_63",
        "CKV_AWS_274",
        "CKV_GCP_117",
        "prowler iam_customer_attached_policy_no_administrative_privileges",
        "prowler iam_inline_policy_no_administrative_privileges",
        "prowler iam_role_administratoraccess_policy",
        "prowler iam_sa_no_administrative_privileges",
        "AVD-AWS-0057",
        "AVD-GCP-0007",
    ),
    passes="""
- type: aws:iam/policy:Policy
  name: p
  props:
    policy: '{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
""",
    fails="""
- type: aws:iam/policy:Policy
  name: p
  props:
    policy: '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
""",
    find=find,
)
