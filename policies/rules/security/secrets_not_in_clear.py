"""No password stands where it can be read."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Shared
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Passwords in properties, environments and start scripts that are no secrets to the engine."""
    for shared in graph.of(Shared):
        if shared.shown is UNKNOWN:
            yield unknown(shared, f"whether {shared.where} is a secret")
        elif shared.shown == "clear":
            message = f"has a password in clear in {shared.where}: state and previews show it"
            yield against(shared, message)


RULE = Rule(
    about="resource",
    severity="critical",
    clauses=(cite("aws-sec", "SEC02-BP03"),),
    fix="have the service keep the password (manageMasterUserPassword), or refer to a secret",
    also_in=(
        "AWS Config ECS_NO_ENVIRONMENT_SECRETS",
        "ECS.8 (containers)",
        "CKV_AWS_45 (Lambda)",
        "CKV_AWS_46 (user data)",
        "prowler awslambda_function_no_secrets_in_variables",
        "prowler ec2_instance_secrets_user_data",
        "prowler ec2_launch_template_no_secrets",
        "prowler ecs_task_definitions_no_environment_secrets",
        "AVD-AWS-0029 (user data)",
        "cfn-lint W1011",
        "cfn-lint W2501",
    ),
    passes="""
- type: aws:rds/instance:Instance
  name: orders
  props:
    password: (secret)
""",
    fails="""
- type: aws:lambda/function:Function
  name: f
  props:
    environment:
      variables:
        DB_PASSWORD: hunter2
""",
    find=find,
)
