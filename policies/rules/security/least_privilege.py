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
        "IAM.1",
        "CKV_AWS_62",
        "CKV_AWS_63",
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
