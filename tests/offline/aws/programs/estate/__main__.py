"""Names, backups, buckets, hosts, functions and the rest: one of nearly every kind."""

import json

import pulumi
import pulumi_aws as aws

A, B = "ap-southeast-1", "eu-west-1"


def trust(s):
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": s}, "Action": "sts:AssumeRole"}
            ],
        }
    )


role = aws.iam.Role("r", assume_role_policy=trust("backup.amazonaws.com"), tags={"x": "y"})
pol = aws.iam.Policy(
    "p",
    policy=aws.iam.get_policy_document(
        statements=[{"actions": ["rds:SwitchoverGlobalCluster"], "resources": ["*"]}]
    ).json,
)
aws.iam.RolePolicyAttachment("rpa", role=role.name, policy_arn=pol.arn)
prof = aws.iam.InstanceProfile("ip", role=role.name)
z = aws.route53.Zone("z", name="pay.example.com", tags={"a": "b"})
hc = [
    aws.route53.HealthCheck(
        f"hc{i}",
        type="TCP",
        ip_address=f"203.0.113.{i + 1}",
        port=443,
        request_interval=10,
        failure_threshold=3,
        measure_latency=True,
        regions=["us-east-1", "eu-west-1", "ap-southeast-1"],
        tags={"s": str(i)},
    )
    for i in range(2)
]
leaf = [
    aws.route53.Record(
        f"leaf{i}",
        zone_id=z.zone_id,
        name="a.api.pay.example.com",
        type="A",
        ttl=5,
        records=[f"203.0.113.{i + 1}"],
        set_identifier=f"s{i}",
        multivalue_answer_routing_policy=True,
        health_check_id=hc[i].id,
    )
    for i in range(2)
]
for k, g in (("cn", {"country": "CN"}), ("all", {"country": "*"})):
    aws.route53.Record(
        f"top-{k}",
        zone_id=z.zone_id,
        name="api.pay.example.com",
        type="A",
        aliases=[
            {"name": "a.api.pay.example.com", "zone_id": z.zone_id, "evaluate_target_health": True}
        ],
        set_identifier=k,
        geolocation_routing_policies=[g],
        opts=pulumi.ResourceOptions(depends_on=leaf),
    )
calc = aws.route53.HealthCheck(
    "calc", type="CALCULATED", child_healthchecks=[h.id for h in hc], child_health_threshold=1
)
key = {r: aws.kms.Key(f"k-{r}", enable_key_rotation=True, region=r) for r in (A, B)}
vault = {
    r: aws.backup.Vault(f"v-{r}", kms_key_arn=key[r].arn, region=r, tags={"n": "m"}) for r in (A, B)
}
aws.backup.VaultLockConfiguration(
    "lock", backup_vault_name=vault[B].name, min_retention_days=7, max_retention_days=400, region=B
)
aws.backup.VaultPolicy(
    "vp",
    backup_vault_name=vault[B].name,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "backup:DeleteRecoveryPoint",
                    "Resource": "*",
                }
            ],
        }
    ),
    region=B,
)
plan = aws.backup.Plan(
    "plan",
    rules=[
        {
            "rule_name": "nightly",
            "target_vault_name": vault[A].name,
            "schedule": "cron(0 2 * * ? *)",
            "schedule_expression_timezone": "Asia/Shanghai",
            "start_window": 60,
            "completion_window": 180,
            "lifecycle": {"delete_after": 35},
            "copy_actions": [
                {"destination_vault_arn": vault[B].arn, "lifecycle": {"delete_after": 35}}
            ],
            "recovery_point_tags": {"a": "b"},
        }
    ],
    region=A,
    tags={"q": "w"},
)
aws.backup.Selection(
    "sel",
    plan_id=plan.id,
    iam_role_arn=role.arn,
    selection_tags=[{"type": "STRINGEQUALS", "key": "backup", "value": "nightly"}],
    region=A,
)
rtp = aws.backup.RestoreTestingPlan(
    "rtp",
    name="weekly",
    schedule_expression="cron(0 5 ? * SUN *)",
    recovery_point_selection={
        "algorithm": "LATEST_WITHIN_WINDOW",
        "include_vaults": [vault[A].arn],
        "recovery_point_types": ["SNAPSHOT"],
        "selection_window_days": 7,
    },
    region=A,
    tags={"t": "u"},
)
aws.backup.RestoreTestingSelection(
    "rts",
    name="aurora",
    restore_testing_plan_name=rtp.name,
    protected_resource_type="Aurora",
    iam_role_arn=role.arn,
    protected_resource_arns=["*"],
    region=A,
)
b = {
    r: aws.s3.Bucket(
        f"b-{r}", object_lock_enabled=True, region=r, force_destroy=True, tags={"k": "v"}
    )
    for r in (A, B)
}
for r in (A, B):
    v = aws.s3.BucketVersioning(
        f"bv-{r}", bucket=b[r].bucket, versioning_configuration={"status": "Enabled"}, region=r
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"be-{r}",
        bucket=b[r].bucket,
        rules=[
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": key[r].arn,
                },
                "bucket_key_enabled": True,
            }
        ],
        region=r,
    )
    aws.s3.BucketPublicAccessBlock(
        f"bp-{r}",
        bucket=b[r].bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        region=r,
    )
    aws.s3.BucketObjectLockConfiguration(
        f"bo-{r}",
        bucket=b[r].bucket,
        rule={"default_retention": {"mode": "GOVERNANCE", "days": 1}},
        region=r,
        opts=pulumi.ResourceOptions(depends_on=[v]),
    )
    aws.s3.BucketLifecycleConfiguration(
        f"bl-{r}",
        bucket=b[r].bucket,
        rules=[
            {
                "id": "old",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": 90},
                "noncurrent_version_expiration": {"noncurrent_days": 30},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
        region=r,
    )
    aws.s3.BucketPolicy(
        f"bpol-{r}",
        bucket=b[r].bucket,
        policy=b[r].arn.apply(
            lambda a: json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "s3:*",
                            "Resource": [a, a + "/*"],
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        }
                    ],
                }
            )
        ),
        region=r,
    )
    aws.s3.BucketOwnershipControls(
        f"boc-{r}", bucket=b[r].bucket, rule={"object_ownership": "BucketOwnerEnforced"}, region=r
    )
    if r == B:
        vb = v
aws.s3.BucketReplicationConfig(
    "rep",
    bucket=b[A].bucket,
    role=role.arn,
    rules=[
        {
            "id": "all",
            "status": "Enabled",
            "priority": 1,
            "filter": {"prefix": ""},
            "delete_marker_replication": {"status": "Disabled"},
            "destination": {"bucket": b[B].arn, "storage_class": "STANDARD_IA"},
        }
    ],
    region=A,
    opts=pulumi.ResourceOptions(depends_on=[vb]),
)
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
pulumi.export("ev", aws.rds.get_engine_version(engine="aurora-postgresql", version="16.6").version)
