"""A global database of two regions and nothing else: roles change, protection is on or off."""

import pulumi
import pulumi_aws as aws

CITY, REMOTE = "ap-southeast-1", "eu-west-1"
PROTECTED = pulumi.Config().get_bool("protect") or False
ENGINE = "aurora-postgresql"
IGNORED = pulumi.ResourceOptions(
    ignore_changes=["globalClusterIdentifier", "replicationSourceIdentifier"]
)
whole = aws.rds.GlobalCluster(
    "ledger", global_cluster_identifier="ledger", engine=ENGINE, engine_version="16.6"
)
city = aws.rds.Cluster(
    "city",
    cluster_identifier="ledger-a",
    global_cluster_identifier=whole.id,
    engine=ENGINE,
    engine_version="16.6",
    master_username="postgres",
    master_password_wo=pulumi.Output.secret("geheim-12345678"),
    master_password_wo_version=1,
    deletion_protection=PROTECTED,
    skip_final_snapshot=True,
    region=CITY,
    opts=IGNORED,
)
first = aws.rds.ClusterInstance(
    "city-1",
    identifier="ledger-a-1",
    cluster_identifier=city.id,
    engine=ENGINE,
    instance_class="db.r6g.large",
    region=CITY,
)
remote = aws.rds.Cluster(
    "remote",
    cluster_identifier="ledger-b",
    global_cluster_identifier=whole.id,
    engine=ENGINE,
    engine_version="16.6",
    deletion_protection=PROTECTED,
    skip_final_snapshot=True,
    region=REMOTE,
    opts=pulumi.ResourceOptions.merge(IGNORED, pulumi.ResourceOptions(depends_on=[first])),
)
aws.rds.ClusterInstance(
    "remote-1",
    identifier="ledger-b-1",
    cluster_identifier=remote.id,
    engine=ENGINE,
    instance_class="db.r6g.large",
    region=REMOTE,
)
