"""The command that deletes one leftover by hand, where no state is there to destroy it by.

On AWS the names of operations and their arguments are botocore's; a test compares them. gcloud's
are those of its reference: https://cloud.google.com/sdk/gcloud/reference (2026-11-25).
"""

import re
import shlex
from collections.abc import Mapping

from tricenter.drills.cloud.leftovers import Leftover

SECRET_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")
"""What Secrets Manager adds to a secret's name in its ARN."""
AWS: Mapping[str, str] = {
    "backup backup-plan": "backup delete-backup-plan --backup-plan-id {name}",
    "backup backup-vault": "backup delete-backup-vault --backup-vault-name {name}",
    "backup restore-testing-plan": (
        "backup delete-restore-testing-plan --restore-testing-plan-name {name}"
    ),
    "cloudwatch alarm": "cloudwatch delete-alarms --alarm-names {name}",
    "dlm policy": "dlm delete-lifecycle-policy --policy-id {name}",
    "dynamodb table": "dynamodb delete-table --table-name {name}",
    "ec2 elastic-ip": "ec2 release-address --allocation-id {name}",
    "ec2 instance": "ec2 terminate-instances --instance-ids {name}",
    "ec2 internet-gateway": "ec2 delete-internet-gateway --internet-gateway-id {name}",
    "ec2 launch-template": "ec2 delete-launch-template --launch-template-id {name}",
    "ec2 natgateway": "ec2 delete-nat-gateway --nat-gateway-id {name}",
    "ec2 network-acl": "ec2 delete-network-acl --network-acl-id {name}",
    "ec2 network-interface": "ec2 delete-network-interface --network-interface-id {name}",
    "ec2 route-table": "ec2 delete-route-table --route-table-id {name}",
    "ec2 security-group": "ec2 delete-security-group --group-id {name}",
    "ec2 snapshot": "ec2 delete-snapshot --snapshot-id {name}",
    "ec2 subnet": "ec2 delete-subnet --subnet-id {name}",
    "ec2 volume": "ec2 delete-volume --volume-id {name}",
    "ec2 vpc": "ec2 delete-vpc --vpc-id {name}",
    "ec2 vpc-endpoint": "ec2 delete-vpc-endpoints --vpc-endpoint-ids {name}",
    "ec2 vpc-flow-log": "ec2 delete-flow-logs --flow-log-ids {name}",
    "ec2 vpc-peering-connection": (
        "ec2 delete-vpc-peering-connection --vpc-peering-connection-id {name}"
    ),
    "ec2 vpn-connection": "ec2 delete-vpn-connection --vpn-connection-id {name}",
    "ec2 vpn-gateway": "ec2 delete-vpn-gateway --vpn-gateway-id {name}",
    "events rule": "events delete-rule --name {name}",
    "fis experiment-template": "fis delete-experiment-template --id {name}",
    "iam instance-profile": "iam delete-instance-profile --instance-profile-name {name}",
    "iam policy": "iam delete-policy --policy-arn {reference}",
    "iam role": "iam delete-role --role-name {name}",
    "kms key": "kms schedule-key-deletion --key-id {name} --pending-window-in-days 7",
    "lambda function": "lambda delete-function --function-name {name}",
    "logs log-group": "logs delete-log-group --log-group-name {name}",
    "rds cluster": "rds delete-db-cluster --db-cluster-identifier {name} --skip-final-snapshot",
    "rds cluster-pg": (
        "rds delete-db-cluster-parameter-group --db-cluster-parameter-group-name {name}"
    ),
    "rds cluster-snapshot": (
        "rds delete-db-cluster-snapshot --db-cluster-snapshot-identifier {name}"
    ),
    "rds db": "rds delete-db-instance --db-instance-identifier {name} --skip-final-snapshot",
    "rds global-cluster": "rds delete-global-cluster --global-cluster-identifier {name}",
    "rds pg": "rds delete-db-parameter-group --db-parameter-group-name {name}",
    "rds snapshot": "rds delete-db-snapshot --db-snapshot-identifier {name}",
    "rds subgrp": "rds delete-db-subnet-group --db-subnet-group-name {name}",
    "route53 healthcheck": "route53 delete-health-check --health-check-id {name}",
    "route53 hostedzone": "route53 delete-hosted-zone --id {name}",
    "s3": "s3api delete-bucket --bucket {name}",
    "secretsmanager secret": "secretsmanager delete-secret --secret-id {name}",
    "sns": "sns delete-topic --topic-arn {reference}",
    "states stateMachine": "stepfunctions delete-state-machine --state-machine-arn {reference}",
}
"""By the kind as an ARN has it. What a thing holds goes first: a role's policies, objects."""
GOOGLE: Mapping[str, str] = {
    "alert policy": "monitoring policies delete {reference}",
    "alloydb cluster": "alloydb clusters delete {name} --region {place} --force",
    "backup plan": "backup-dr backup-plans delete {name} --location {place}",
    "backup vault": "backup-dr backup-vaults delete {name} --location {place}",
    "bucket": "storage rm --recursive gs://{name}",
    "compute disk": "compute disks delete {name} --zone {place}",
    "compute firewall": "compute firewall-rules delete {name}",
    "compute health check": "compute health-checks delete {name} --global",
    "compute instance": "compute instances delete {name} --zone {place}",
    "compute network": "compute networks delete {name}",
    "compute resource policy": "compute resource-policies delete {name} --region {place}",
    "compute router": "compute routers delete {name} --region {place}",
    "compute snapshot": "compute snapshots delete {name}",
    "compute subnetwork": "compute networks subnets delete {name} --region {place}",
    "dns zone": "dns managed-zones delete {name}",
    "eventarc trigger": "eventarc triggers delete {name} --location {place}",
    "iam role": "iam roles delete {name}",
    "notification channel": "beta monitoring channels delete {reference}",
    "secret": "secrets delete {name}",
    "service account": "iam service-accounts delete {name}",
    "sql instance": "sql instances delete {name}",
    "topic": "pubsub topics delete {name}",
    "uptime check": "monitoring uptime delete {reference}",
    "workflow": "workflows delete {name} --location {place}",
}
"""By the kind of its list; each with the project behind it."""


def removal(left: Leftover) -> str:
    """The command, quoted for a shell; a sentence for what has none here."""
    known = AWS if left.cloud == "aws" else GOOGLE
    template = known.get(left.kind)
    if left.kind == "compute address":
        where = "--global" if left.place == left.owner else "--region {place}"
        template = f"compute addresses delete {{name}} {where}"
    if template is None:
        return f"look for {left.reference or left.name} in the console: no command is known here"
    name = left.name
    if left.kind == "secretsmanager secret":
        name = SECRET_SUFFIX.sub("", name)
    told = {"name": name, "place": left.place, "reference": left.reference}
    words = [word.format(**told) for word in template.split()]
    if left.cloud == "aws":
        where = [] if left.place == "global" else ["--region", left.place]
        return shlex.join(["aws", *words, *where])
    return shlex.join(["gcloud", *words, "--project", left.owner])
