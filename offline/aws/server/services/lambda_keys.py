"""Lambda keeps a customer's key for environment variables alone, and forgets it without any.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
(`kms_key_arn`, checked 2026-11-30)
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from moto.awslambda.models import lambda_backends

from tricenter.offline.aws.server.call import Call

SERVICE = "lambda"


def forget_key(call: Call) -> None:
    """Take the key from a function that has no variable to encrypt."""
    found = lambda_backends[call.account][call.region].get_function(call.params["FunctionName"])
    if not found.environment_vars:
        found.kms_key_arn = None


AFTER = {"CreateFunction": forget_key, "UpdateFunctionConfiguration": forget_key}
