"""Automation, hosts, functions, and an instance of RDS with its copies."""

import json

import pulumi
import pulumi_aws as aws
from identity import A, B, key, prof, role

sm = aws.sfn.StateMachine(
    "sm",
    role_arn=role.arn,
    definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
    region=B,
    tags={"a": "b"},
)
rule = aws.cloudwatch.EventRule(
    "er", event_pattern=json.dumps({"source": ["aws.cloudwatch"]}), region=B
)
aws.cloudwatch.EventTarget("et", rule=rule.name, arn=sm.arn, role_arn=role.arn, region=B)
aws.dynamodb.Table(
    "tab",
    attributes=[{"name": "id", "type": "S"}],
    hash_key="id",
    billing_mode="PAY_PER_REQUEST",
    replicas=[{"region_name": B}],
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    point_in_time_recovery={"enabled": True},
    server_side_encryption={"enabled": True},
    region=A,
    tags={"a": "b"},
)
aws.dlm.LifecyclePolicy(
    "dlm",
    description="volumes",
    execution_role_arn=role.arn,
    policy_details={
        "resource_types": ["VOLUME"],
        "target_tags": {"backup": "nightly"},
        "schedules": [
            {
                "name": "nightly",
                "create_rule": {"interval": 24, "interval_unit": "HOURS", "times": "02:00"},
                "retain_rule": {"count": 7},
                "copy_tags": True,
            }
        ],
    },
    region=A,
    tags={"a": "b"},
)
aws.fis.ExperimentTemplate(
    "fis",
    description="lose",
    role_arn=role.arn,
    stop_conditions=[{"source": "none"}],
    actions=[
        {
            "name": "f",
            "action_id": "aws:rds:failover-db-cluster",
            "target": {"key": "Clusters", "value": "c"},
        }
    ],
    targets=[
        {
            "name": "c",
            "resource_type": "aws:rds:cluster",
            "selection_mode": "ALL",
            "resource_tags": [{"key": "run", "value": "1"}],
        }
    ],
    experiment_options={"empty_target_resolution_mode": "fail"},
    region=A,
    tags={"a": "b"},
)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", region=A)
sub = aws.ec2.Subnet(
    "sub", vpc_id=vpc.id, cidr_block="10.9.1.0/24", availability_zone=A + "a", region=A
)
igw = aws.ec2.InternetGateway("igw", vpc_id=vpc.id, region=A)
sg = aws.ec2.SecurityGroup(
    "sg",
    vpc_id=vpc.id,
    region=A,
    ingress=[{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"]}],
)
ami = "ami-12c6146b"
inst = aws.ec2.Instance(
    "inst",
    ami=ami,
    instance_type="t3.medium",
    subnet_id=sub.id,
    vpc_security_group_ids=[sg.id],
    iam_instance_profile=prof.name,
    metadata_options={"http_tokens": "required", "http_endpoint": "enabled"},
    user_data="#cloud-config\n",
    root_block_device={"encrypted": True, "volume_size": 20, "volume_type": "gp3"},
    monitoring=True,
    region=A,
    tags={"Name": "i"},
)
eip = aws.ec2.Eip("eip", domain="vpc", region=A)
aws.ec2.EipAssociation("ea", allocation_id=eip.id, instance_id=inst.id, region=A)
vol = aws.ebs.Volume(
    "vol",
    availability_zone=A + "a",
    size=50,
    type="gp3",
    encrypted=True,
    region=A,
    tags={"backup": "nightly"},
)
aws.ec2.VolumeAttachment(
    "va", device_name="/dev/sdf", volume_id=vol.id, instance_id=inst.id, region=A
)
aws.ec2.LaunchTemplate(
    "lt",
    image_id=ami,
    instance_type="t3.medium",
    metadata_options={"http_tokens": "required"},
    vpc_security_group_ids=[sg.id],
    iam_instance_profile={"name": prof.name},
    region=A,
)
aws.ssm.Document(
    "doc",
    document_type="Automation",
    content=json.dumps(
        {
            "schemaVersion": "0.3",
            "mainSteps": [{"name": "a", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}}],
        }
    ),
    region=B,
)
aws.ssm.Parameter("par", type="String", value="x", region=B, tags={"a": "b"})
fn = aws.lambda_.Function(
    "fn",
    role=role.arn,
    runtime="python3.12",
    handler="m.h",
    code=pulumi.AssetArchive({"m.py": pulumi.StringAsset("def h(e,c): return 1")}),
    environment={"variables": {"AB": "b"}},
    region=B,
    timeout=30,
    tags={"a": "b"},
)
aws.lambda_.Permission(
    "perm",
    action="lambda:InvokeFunction",
    function=fn.name,
    principal="events.amazonaws.com",
    source_arn=rule.arn,
    region=B,
)
aws.arcregionswitch.Plan(
    "arc",
    execution_role=role.arn,
    recovery_approach="activePassive",
    primary_region=A,
    regions=[A, B],
    workflows=[
        {
            "workflow_target_action": "activate",
            "workflow_target_region": B,
            "steps": [
                {
                    "name": "db",
                    "execution_block_type": "AuroraGlobalDatabase",
                    "global_aurora_configs": [
                        {
                            "behavior": "switchoverOnly",
                            "global_cluster_identifier": "ledger",
                            "database_cluster_arns": [
                                "arn:aws:rds:ap-southeast-1:123456789012:cluster:ledger-a"
                            ],
                            "timeout_minutes": 30,
                        }
                    ],
                }
            ],
        },
        {
            "workflow_target_action": "activate",
            "workflow_target_region": A,
            "steps": [
                {
                    "name": "ok",
                    "execution_block_type": "ManualApproval",
                    "execution_approval_configs": [
                        {"approval_role": role.arn, "timeout_minutes": 30}
                    ],
                }
            ],
        },
    ],
)
pg = aws.rds.Instance(
    "pg",
    identifier="single",
    engine="postgres",
    engine_version="16.6",
    instance_class="db.r6g.large",
    allocated_storage=100,
    multi_az=True,
    username="postgres",
    password=pulumi.Output.secret("geheim-12345678"),
    storage_encrypted=True,
    kms_key_id=key[A].arn,
    backup_retention_period=7,
    skip_final_snapshot=True,
    region=A,
)
aws.rds.Instance(
    "pgr",
    identifier="single-r",
    replicate_source_db=pg.arn,
    instance_class="db.r6g.large",
    storage_encrypted=True,
    kms_key_id=key[B].arn,
    skip_final_snapshot=True,
    region=B,
)
aws.rds.InstanceAutomatedBackupsReplication(
    "ibr", source_db_instance_arn=pg.arn, kms_key_id=key[B].arn, retention_period=7, region=B
)
aws.rds.ParameterGroup(
    "ppg", family="postgres16", parameters=[{"name": "log_connections", "value": "1"}], region=A
)
