"""The program for target aws under mocks: what it asks the engine for, by type and name."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from pulumi.runtime import mocks

from tests.once import once
from tests.recording import NOTHING, Asked, deploy
from tricenter.components import aws
from tricenter.topology.observed import NOTHING as NOTHING_RUNS
from tricenter.topology.observed import Runs

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "stacks" / "ledger-aws.yaml"
CITY, REMOTE, VAULT = "ap-southeast-1", "ap-northeast-1", "ap-southeast-2"
IMAGE = "ami-0a1b2c3d4e5f60718"
ACCOUNT, OTHER_ACCOUNT = "123456789012", "210987654321"
SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
RUN = {"tricenter:runId": "r7f3a", "tricenter:expires": "2026-11-25T10:00:00Z"}
PEOPLE = {"tricenter:notify": "ops@pay.example, dba@pay.example"}
OFFLINE = {"TRICENTER_OFFLINE": "1"}
"""The example answers with addresses for documentation, which are refused anywhere else."""


ARNS = {
    "backup/vault:Vault": "backup:{region}:{account}:backup-vault:{own}",
    "cloudwatch/compositeAlarm:CompositeAlarm": "cloudwatch:{region}:{account}:alarm:{own}",
    "cloudwatch/eventRule:EventRule": "events:{region}:{account}:rule/{own}",
    "cloudwatch/logGroup:LogGroup": "logs:{region}:{account}:log-group:{own}",
    "cloudwatch/metricAlarm:MetricAlarm": "cloudwatch:{region}:{account}:alarm:{own}",
    "iam/role:Role": "iam::{account}:role/{own}",
    "kms/key:Key": "kms:{region}:{account}:key/{name}",
    "lambda/function:Function": "lambda:{region}:{account}:function:{own}",
    "rds/cluster:Cluster": "rds:{region}:{account}:cluster:{own}",
    "rds/globalCluster:GlobalCluster": "rds::{account}:global-cluster:{own}",
    "rds/instance:Instance": "rds:{region}:{account}:db:{own}",
    "route53/zone:Zone": "route53:::hostedzone/Z1",
    "s3/bucket:Bucket": "s3:::{own}",
    "secretsmanager/secret:Secret": "secretsmanager:{region}:{account}:secret:{own}-a1b2c3",
    "sfn/stateMachine:StateMachine": "states:{region}:{account}:stateMachine:{own}",
    "sns/topic:Topic": "sns:{region}:{account}:{own}",
}
"""The ARNs of what policies name, as AWS writes them (the service authorization reference)."""
OWN = ("name", "identifier", "clusterIdentifier", "globalClusterIdentifier", "bucket", "alarmName")


def arn_of(kind: str, name: str, inputs: Mapping[str, Any], partition: str) -> str:
    """The ARN of a resource with its type's own form; another type's has the logical name."""
    region = inputs.get("region", "")
    own = next((inputs[key] for key in OWN if inputs.get(key)), name)
    service = kind.partition(":")[2].partition("/")[0]
    form = ARNS.get(kind.removeprefix("aws:"), f"{service}:{{region}}:{{account}}:{{name}}")
    told = form.format(region=region, account=ACCOUNT, own=own, name=name)
    return f"arn:{partition}:{told}"


class Answers(mocks.Mocks):
    """Outputs are inputs and what AWS computes of which others are made: ARNs and endpoints."""

    partition = "aws"

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The inputs, an ARN, and endpoints for databases."""
        region = args.inputs.get("region", "")
        made = {
            "arn": arn_of(args.typ, args.name, args.inputs, self.partition),
            "keyId": f"{args.name}-key",
            "endpoint": f"{args.name}.{region}.example",
            "readerEndpoint": f"{args.name}-ro.{region}.example",
            "address": f"{args.name}.{region}.example",
            "defaultNetworkAclId": f"acl-{region}",
            "zoneId": "Z1",
            "nameServers": ["ns-1.example.net"],
        }
        if args.typ == "aws:rds/globalCluster:GlobalCluster":
            made["endpoint"] = f"{args.name}.global"
        # A role's id is its name.
        own = args.inputs["name"] if args.typ == "aws:iam/role:Role" else f"{args.name}-id"
        return own, made | args.inputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Who calls, and the image of machines: nothing else is looked up."""
        if args.token == "aws:ssm/getParameter:getParameter":
            return {"value": IMAGE}, []
        return {"accountId": ACCOUNT, "arn": "", "userId": "", "id": ACCOUNT}, []


class InChina(Answers):
    """As AWS answers in its partition of China."""

    partition = "aws-cn"


class Unknowing(Answers):
    """A preview of the first deployment: only inputs are known, also of what is looked up."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The inputs, without an id."""
        return "", args.inputs


def ask(
    spec: Path = EXAMPLE,
    profile: str = "production",
    roles: Mapping[str, str] = NOTHING,
    config: Mapping[str, str] = NOTHING,
    *,
    running: Runs = NOTHING_RUNS,
    preview: bool = False,
    answers: Answers | None = None,
) -> tuple[Asked, ...]:
    """What the program asks for, by type and name; a preview knows no outputs."""

    answers = answers or (Unknowing() if preview else Answers())
    with mock.patch.dict(os.environ, OFFLINE):
        return deploy(
            *(aws, spec, answers),
            profile=profile,
            roles=roles,
            config=config,
            running=running,
            preview=preview,
        )


@once
def example(profile: str = "production", leader: str | None = None) -> tuple[Asked, ...]:
    """The example's resources; `leader` is the site that both databases are led from."""
    roles = {"ledger-a": leader, "ledger-b": leader} if leader else NOTHING
    return ask(profile=profile, roles=roles, config=RUN if profile == "drill" else PEOPLE)


def variant(folder: Path, *changes: tuple[tuple[str, ...], Any]) -> Path:
    """The example with values put at paths (None takes one out), as a file in `folder`."""
    spec = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    for path, value in changes:
        place = spec
        for key in path[:-1]:
            place = place.setdefault(key, {})
        if value is None:
            place.pop(path[-1], None)
        else:
            place[path[-1]] = value
    written = folder / "ledger-aws.yaml"
    written.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return written


def of(asked: tuple[Asked, ...], kind: str) -> list[Asked]:
    """The resources of one type, `rds/cluster:Cluster`."""
    return [one for one in asked if one.type == f"aws:{kind}"]


def the(asked: tuple[Asked, ...], kind: str, name: str) -> Asked:
    """The one resource of a type and a name."""
    (found,) = (one for one in of(asked, kind) if one.name == name)
    return found
