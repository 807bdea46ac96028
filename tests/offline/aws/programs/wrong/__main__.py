"""Resources that must be refused before anything is made, one mistake each."""

import pulumi


def make(token: str, name: str, arguments: dict[str, object]) -> None:
    """A resource with arguments as they are, which no type checker of the SDK has seen."""
    pulumi.CustomResource(token, name, arguments)


make("aws:ec2/vpc:Vpc", "misspelt", {"cidrBlok": "10.0.0.0/16"})
make("aws:ec2/vpc:Vpc", "type", {"cidrBlock": "10.0.0.0/16", "enableDnsSupport": "yes"})
make("aws:kms/alias:Alias", "missing", {"name": "alias/x"})
make("aws:kms/key:Key", "choice", {"keyUsage": "SING"})
make("aws:cloudwatch/logGroup:LogGroup", "pattern", {"name": "with space"})
make("aws:secretsmanager/secret:Secret", "length", {"name": "x" * 600})
make("aws:sqs/queue:Queue", "stranger", {})
make(
    "aws:rds/cluster:Cluster",
    "secret",
    {"engine": "aurora-postgresql", "masterPassword": "hush-hush", "masterPasswordWo": "hush-hush"},
)
